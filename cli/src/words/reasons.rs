//! Reasons in words: what is wrong with a step, said once and the same everywhere.

use scrat_engine::{ArgumentChange, CodeChange, How, LimitKind, Origin, Passed, Reason, Source, brief};
use scrat_fingerprint::{Part, PartKind};

use crate::words::difference;
use crate::words::formats::{self, count};

/// Why a step is not fresh, in a short clause: `helper impute changed (clean → impute)`.
pub(crate) fn reason(reason: &Reason) -> String {
    match reason {
        Reason::NeverRun => "never run".to_owned(),
        Reason::Arguments { changes } => arguments(changes),
        Reason::Code { changes } => code(changes),
        Reason::CodeAndArguments { code: changes, arguments: others } => {
            format!("{}, and {}", code(changes), arguments(others))
        }
        Reason::Version { old, new } => {
            let name = |version: &Option<String>| {
                version.as_ref().map_or("none".to_owned(), |version| format!("\"{version}\""))
            };
            format!("version changed from {} to {}", name(old), name(new))
        }
        Reason::Upstream => "may turn out fresh".to_owned(),
        Reason::Expired { age_seconds } => {
            let seconds = formats::seconds(age_seconds.unsigned_abs() as f64);
            match age_seconds {
                0.. => format!("expired: its result is {seconds} old"),
                _ => format!("its result is dated {seconds} in the future, so it counts as expired"),
            }
        }
        Reason::Forced => "forced".to_owned(),
        Reason::Failed { message } => format!("failed the last time: {}", first_line(message)),
        Reason::Refused => "its result does not pass its `validate`".to_owned(),
        Reason::Damaged => "its result is damaged or missing".to_owned(),
        Reason::Evicted { at, limit: None } => format!("deleted from the stash, {}", time(*at)),
        Reason::Evicted { at, limit: Some(passed) } => format!("evicted, {}: {}", time(*at), limit(passed)),
        Reason::NotStored => "its results are not stored".to_owned(),
        Reason::Codec { old, new } => {
            let name =
                |codec: &Option<String>| codec.as_ref().map_or("serde".to_owned(), |codec| format!("\"{codec}\""));
            format!("serializer changed from {} to {}", name(old), name(new))
        }
        other => other.kind().replace('_', " "),
    }
}

/// The limit that something was over: `over max_size of the stash (2 GB)`.
pub(crate) fn limit(passed: &Passed) -> String {
    let of = if passed.of_stash { "the stash" } else { "its function" };
    let most = match passed.kind {
        LimitKind::MaxSize => formats::bytes(passed.most),
        LimitKind::MaxCount => count(usize::try_from(passed.most).unwrap_or(usize::MAX), "nut"),
        LimitKind::Ttl => formats::seconds(passed.most as f64),
    };
    format!("over `{}` of {of} ({most})", passed.kind.word())
}

fn code(changes: &[CodeChange]) -> String {
    match changes {
        [] => "its code changed".to_owned(),
        [first] => one_change(first),
        [first, rest @ ..] => format!("{}, and {}", one_change(first), count(rest.len(), "more change")),
    }
}

fn one_change(change: &CodeChange) -> String {
    if change.path.len() == 1 && change.kind == PartKind::Function {
        return "its own code changed".to_owned();
    }
    change_of_code(change)
}

/// What happened to a piece of code.
pub(crate) fn how(how: How) -> &'static str {
    match how {
        How::Added => "was added",
        How::Removed => "is no longer used",
        How::Changed => "changed",
    }
}

/// A change by itself, apart from a step: `function clean changed`, `helper impute changed (clean → impute)`.
pub(crate) fn change_of_code(change: &CodeChange) -> String {
    let how = how(change.how);
    let path: Vec<_> = change.path.iter().map(|name| short(name)).collect();
    match path.len() {
        0 | 1 => format!("{} {how}{}", subject(change), from_to(change)),
        _ => format!("{} {how}{} ({})", subject(change), from_to(change), path.join(" → ")),
    }
}

/// ` from off to on`, of what is a word or two and not code.
fn from_to(change: &CodeChange) -> String {
    const FITS: usize = 40;
    const SHORT: [PartKind; 5] =
        [PartKind::Cfg, PartKind::Env, PartKind::Package, PartKind::Toolchain, PartKind::Edition];
    let is_said = SHORT.contains(&change.kind);
    let fits = |text: &str| !text.is_empty() && text.lines().count() == 1 && text.chars().count() <= FITS;
    // A toolchain tells its commit and its LLVM, too.
    let said = |text: &str| match text.split_once("release: ") {
        Some((_, release)) if change.kind == PartKind::Toolchain => {
            release.split(';').next().unwrap_or_default().to_owned()
        }
        _ => text.trim().to_owned(),
    };
    let (old, new) = (said(&change.old), said(&change.new));
    let is_short = is_said && change.how == How::Changed && old != new && fits(&old) && fits(&new);
    if is_short { format!(" from {old} to {new}") } else { String::new() }
}

/// What a change is about: `helper impute`, `constant SCALE`, `package rand`.
pub(crate) fn subject(change: &CodeChange) -> String {
    let is_helper = change.kind == PartKind::Function && change.path.len() != 1;
    let kind = if is_helper { "helper" } else { change.kind.word() };
    match change.name.strip_prefix("feature = \"").and_then(|name| name.strip_suffix('"')) {
        Some(feature) if change.kind == PartKind::Cfg => format!("feature {feature}"),
        _ => format!("{kind} {}", short(&change.name)),
    }
}

/// The last segment of a path in code, with its type for a method; anything else as it is.
pub(crate) fn short(name: &str) -> String {
    if let Some((start, end)) = name.find('<').zip(name.rfind(">::")) {
        let owner = name[start + 1..end].split(" as ").next().unwrap_or_default();
        let owner = owner.split('<').next().unwrap_or(owner).trim_start_matches('&');
        return formats::name(&format!("{}::{}", last_segment(owner), &name[end + 3..]));
    }
    formats::name(last_segment(name))
}

fn last_segment(name: &str) -> &str {
    let is_path = name.split("::").all(|part| part.chars().all(|c| c == '_' || c.is_alphanumeric()));
    if is_path { name.rsplit("::").next().unwrap_or(name) } else { name }
}

fn arguments(changes: &[ArgumentChange]) -> String {
    match changes {
        [] => "its arguments changed".to_owned(),
        [first] => change_of_argument(first),
        [first, rest @ ..] => format!("{}, and {}", change_of_argument(first), count(rest.len(), "more change")),
    }
}

/// A changed argument, said by where it comes from.
pub(crate) fn change_of_argument(change: &ArgumentChange) -> String {
    match (&change.old, &change.new) {
        (Some(old), Some(new)) => changed_argument(change, old, new),
        (None, Some(_)) => format!("argument {} was added", change.name),
        _ => format!("argument {} was removed", change.name),
    }
}

/// What an argument that changed is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum ArgumentKind {
    /// What a step returned, or several.
    Value,
    /// An input file.
    File,
    /// An input folder.
    Folder,
    /// Written out.
    Literal,
}

impl ArgumentKind {
    /// The word for it in JSON.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Value => "value",
            Self::File => "file",
            Self::Folder => "folder",
            Self::Literal => "argument",
        }
    }
}

/// What several causes of a kind are about that are told as one, and the same with what happened.
pub(crate) fn many_changed(kind: ArgumentKind, parameter: &str, number: usize) -> (String, String) {
    match kind {
        ArgumentKind::File => {
            (format!("input files for {parameter}"), format!("{number} input files for {parameter} changed"))
        }
        ArgumentKind::Folder => {
            (format!("input folders for {parameter}"), format!("{number} input folders for {parameter} changed"))
        }
        ArgumentKind::Value => (format!("values for {parameter}"), format!("{number} values for {parameter} changed")),
        ArgumentKind::Literal => {
            (format!("argument {parameter}"), format!("{number} values of argument {parameter} changed"))
        }
    }
}

/// A changed argument by what it is now alone.
pub(crate) fn argument_now(change: &ArgumentChange) -> String {
    let name = &change.name;
    match (&change.source, change.new.as_deref().map(brief)) {
        (Source::Step { label }, _) => format!("the value of {label} changed"),
        (Source::Steps { count }, _) => format!("values for {name} changed, from {count} steps"),
        (Source::File, Some(new)) => format!("input file {new} changed"),
        (Source::Folder, Some(new)) => format!("input folder {new} changed"),
        (_, Some(new)) if !is_digest(&new) => format!("argument {name} changed to {new}"),
        _ => format!("argument {name} changed"),
    }
}

fn changed_argument(change: &ArgumentChange, old: &str, new: &str) -> String {
    let (old, new) = (&*brief(old), &*brief(new));
    let name = &change.name;
    let place = change.difference.as_ref().map(difference::clause).unwrap_or_default();
    let members = || difference::elements(name, change.difference.as_ref()?);
    match &change.source {
        Source::Step { label } => format!("the value of {label} changed{place}"),
        Source::Steps { count } => {
            members().unwrap_or_else(|| format!("values for {name} changed, from {count} steps"))
        }
        Source::File if old == new => format!("input file {new} changed{place}"),
        Source::File => format!("input file changed from {old} to {new}"),
        Source::Folder if old == new => format!("input folder {new} changed{place}"),
        Source::Folder => format!("input folder changed from {old} to {new}{place}"),
        Source::Literal if !place.is_empty() => format!("argument {name} changed{place}"),
        Source::Literal if old == new || (is_digest(old) && is_digest(new)) => format!("argument {name} changed"),
        _ => format!("argument {name} changed from {old} to {new}"),
    }
}

/// What a reason is by, in the words of JSON: `own logic`, `inherited data`, …
pub(crate) fn origins(origin: Origin) -> Vec<&'static str> {
    let all = [
        (origin.own_data, "own data"),
        (origin.own_logic, "own logic"),
        (origin.inherited_data, "inherited data"),
        (origin.inherited_logic, "inherited logic"),
    ];
    all.into_iter().filter(|(holds, _)| *holds).map(|(_, word)| word).collect()
}

/// The same in a clause about several steps.
pub(crate) fn by_theirs(origin: Origin) -> String {
    by(origin).replacen("its own", "their own", 1)
}

/// The same in a clause: ` by its own logic and inherited data`; empty where it is neither.
pub(crate) fn by(origin: Origin) -> String {
    let own = match (origin.own_data, origin.own_logic) {
        (true, true) => Some("its own data and logic"),
        (true, false) => Some("its own data"),
        (false, true) => Some("its own logic"),
        _ => None,
    };
    let inherited = match (origin.inherited_data, origin.inherited_logic) {
        (true, true) => Some("inherited data and logic"),
        (true, false) => Some("inherited data"),
        (false, true) => Some("inherited logic"),
        _ => None,
    };
    let parts: Vec<_> = own.into_iter().chain(inherited).collect();
    if parts.is_empty() { String::new() } else { format!(" by {}", parts.join(" and ")) }
}

/// How many parts of each kind: `3 functions, 1 type`. What every function depends on is left out, and what is all of them
/// together.
pub(crate) fn census(parts: &[Part]) -> String {
    let mut kinds: Vec<PartKind> = parts.iter().map(|part| part.kind).collect();
    kinds.sort_unstable();
    let is_told = |kind| !matches!(kind, PartKind::Edition | PartKind::Toolchain | PartKind::Compiled);
    let words = kinds.chunk_by(PartialEq::eq).filter(|same| is_told(same[0]));
    words.map(|same| count(same.len(), same[0].word())).collect::<Vec<_>>().join(", ")
}

/// A moment, to the minute: `2026-03-04 15:26`.
pub(crate) fn time(unix_nanos: i64) -> String {
    let zoned = jiff::Timestamp::from_nanosecond(i128::from(unix_nanos))
        .map(|time| time.to_zoned(jiff::tz::TimeZone::system()));
    zoned.map_or_else(|_| "?".to_owned(), |zoned| zoned.strftime("%Y-%m-%d %H:%M").to_string())
}

/// Whether a short form stands for a step's value rather than showing it.
fn is_digest(short: &str) -> bool {
    short.ends_with('›')
}

/// A message on one line.
pub(crate) fn first_line(text: &str) -> &str {
    text.lines().next().unwrap_or_default()
}

/// A difference of two texts, line by line: `-` was, `+` is, and what both have around those.
pub(crate) fn diff(old: &str, new: &str) -> String {
    const AROUND: usize = 2;
    let (old, new): (Vec<&str>, Vec<&str>) = (old.lines().collect(), new.lines().collect());
    let diff = similar::TextDiff::from_slices(&old, &new);
    let pieces = diff.grouped_ops(AROUND).into_iter().map(|ops| {
        let changes = ops.iter().flat_map(|op| diff.iter_changes(op));
        changes
            .fold(String::new(), |text, change| text + format!("{} {}", change.tag(), change.value()).trim_end() + "\n")
    });
    pieces.collect::<Vec<_>>().join("  …\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change(kind: PartKind, name: &str, path: &[&str]) -> CodeChange {
        let mut change = CodeChange::default();
        (change.kind, change.name) = (kind, name.to_owned());
        change.path = path.iter().map(ToString::to_string).collect();
        change
    }

    #[test]
    fn a_changed_helper_is_named_with_the_way_to_it() {
        let helper = change(PartKind::Function, "demo::impute", &["demo::clean", "demo::impute"]);
        assert_eq!(reason(&Reason::Code { changes: vec![helper] }), "helper impute changed (clean → impute)");
        let own = change(PartKind::Function, "demo::clean", &["demo::clean"]);
        assert_eq!(reason(&Reason::Code { changes: vec![own] }), "its own code changed");
    }

    #[test]
    fn a_method_is_called_with_its_type() {
        assert_eq!(short("demo::clean"), "clean");
        assert_eq!(short("demo::<Scale>::of"), "Scale::of");
        assert_eq!(short("demo::<Scale<N>>::of"), "Scale::of");
        assert_eq!(short("demo::<Point as From<&Penguin>>::from"), "Point::from");
        assert_eq!(short("demo::<model::Scale as Default>::default"), "Scale::default");
    }

    #[test]
    fn what_is_no_code_is_told_with_what_it_was_and_is() {
        let changed = |kind, name, old: &str, new: &str| {
            let mut change = change(kind, name, &["demo::f"]);
            (change.old, change.new) = (old.to_owned(), new.to_owned());
            reason(&Reason::Code { changes: vec![change] })
        };
        assert_eq!(changed(PartKind::Cfg, "feature = \"fancy\"", "off", "on"), "feature fancy changed from off to on");
        assert_eq!(changed(PartKind::Package, "rand", "0.9.1", "0.9.2"), "package rand changed from 0.9.1 to 0.9.2");
        let mode = changed(PartKind::Env, "MODE", "unset", "fast");
        assert_eq!(mode, "environment variable MODE changed from unset to fast");
        let rustc = |release| format!("commit-hash: abc; release: {release}; LLVM version: 22.1.2");
        let toolchain = changed(PartKind::Toolchain, "rustc", &rustc("1.95.0"), &rustc("1.96.0"));
        assert_eq!(toolchain, "toolchain rustc changed from 1.95.0 to 1.96.0");
        assert_eq!(changed(PartKind::Constant, "SCALE", "1", "2"), "constant SCALE changed");
    }

    #[test]
    fn an_argument_is_said_by_where_it_comes_from() {
        let change = |source, old: &str, new: &str| {
            let mut change = ArgumentChange::default();
            (change.name, change.source) = ("csv".to_owned(), source);
            (change.old, change.new) = (Some(old.to_owned()), Some(new.to_owned()));
            change
        };
        let said = |change| reason(&Reason::Arguments { changes: vec![change] });
        assert_eq!(said(change(Source::Literal, "2", "3")), "argument csv changed from 2 to 3");
        assert_eq!(said(change(Source::File, "a.csv", "a.csv")), "input file a.csv changed");
        assert_eq!(said(change(Source::File, "a.csv", "b.csv")), "input file changed from a.csv to b.csv");
        assert_eq!(said(change(Source::Folder, "data", "data")), "input folder data changed");
        let step = Source::Step { label: "clean".to_owned() };
        assert_eq!(said(change(step, "‹ab›", "‹cd›")), "the value of clean changed");
    }

    #[test]
    fn an_origin_reads_as_a_clause() {
        let origin = Origin { own_logic: true, inherited_data: true, ..Origin::default() };
        assert_eq!(by(origin), " by its own logic and inherited data");
        assert_eq!(origins(origin), ["own logic", "inherited data"]);
        assert_eq!(by(Origin::default()), "");
    }

    #[test]
    fn a_diff_shows_the_changed_lines_and_two_around() {
        let old = "a\nb\nc\nd\ne\nf\ng";
        let new = "a\nb\nc\nd\nE\nf\ng";
        assert_eq!(diff(old, new), "  c\n  d\n- e\n+ E\n  f\n  g\n");
        assert_eq!(diff("", "x"), "+ x\n");
        assert_eq!(diff("same", "same"), "");
    }
}
