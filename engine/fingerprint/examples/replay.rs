//! Replays the commits of a real crate and compares fingerprints with what rustc makes of the code:
//! `cargo run --release --example replay -- REPOSITORY [FOLDER] [COMMITS] [FEATURES]`.
//!
//! REPOSITORY is a git directory, FOLDER the package in it. Of the last COMMITS (30 unless told otherwise)
//! that touch its sources, each is checked out into one place, every function is fingerprinted, and the library, or the
//! program where there is none, is compiled to LLVM's text, unoptimised. A function's behaviour is then the text of it and of everything that it
//! reaches, with the names of symbols and constants replaced by what they stand for. From one commit to the next
//!
//! - other behaviour under an equal fingerprint would be a stale result; each is printed,
//! - equal behaviour under another fingerprint is a false invalidation, and is counted.
//!
//! Both kinds of fingerprints are compared: the analyser's, and the one that is made of LLVM's text. For that the library is
//! compiled once more, as the command does it, in many modules and with places of panics. What behaviour is was written
//! down before there was the second kind, and shares no code with it.
//!
//! Only functions without type parameters can be compared, since rustc makes no text of the others by themselves.
#![expect(clippy::print_stdout, reason = "this prints what it measures")]

use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, HashMap, VecDeque};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use scrat_fingerprint::compiler::{Alone, Bodies, Linked};
use scrat_fingerprint::digest::Digest;
use scrat_fingerprint::{Analyzer, CrateSpec, Hash, Part, Strictness, TOOLCHAIN, difference};

type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

fn main() -> Outcome<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let argument = |index: usize, other: &str| arguments.get(index).map_or(other, String::as_str).to_owned();
    let repository = PathBuf::from(arguments.first().ok_or("which repository?")?);
    let folder = argument(1, ".");
    let count = argument(2, "30");
    let features = argument(3, "");
    let verbose = arguments.iter().any(|argument| argument == "-v");
    let sandbox = tempfile::tempdir()?;
    let place = sandbox.path().join("checkout");
    let sources = format!("{folder}/src");
    let list = git(
        &repository,
        &["log", "--no-merges", "--first-parent", "--format=%h", "-n", &count, "HEAD", "--", &sources],
    )?;
    let mut commits: Vec<&str> = list.lines().collect();
    commits.reverse();

    let mut totals: [Totals; 2] = Default::default();
    let mut before: Option<BTreeMap<String, Seen>> = None;
    for commit in commits {
        check_out(&repository, commit, &place, sandbox.path())?;
        let package = place.join(&folder);
        let target = sandbox.path().join("target");
        let Some((text, modules)) = compile(&package, &target, &features)? else {
            println!("{commit}: does not compile, passed over");
            before = None;
            continue;
        };
        let cfg = told(&package, &target, &features)?;
        let now = look(&package, (&text, &modules), &cfg, sandbox.path())?;
        if let Some(before) = &before {
            for (kind, totals) in totals.iter_mut().enumerate() {
                let counted = compare(commit, before, &now, kind, verbose);
                println!("{commit}: {}: {}", KINDS[kind], counted.said());
                totals.add(&counted);
            }
        } else {
            println!("{commit}: {} functions", now.len());
        }
        before = Some(now);
    }
    for (kind, totals) in totals.iter().enumerate() {
        println!("all: {}: {}", KINDS[kind], totals.said());
    }
    Ok(())
}

const KINDS: [&str; 2] = ["source", "compiler"];

/// What is known of a function at one commit.
struct Seen {
    behaviour: Hash,
    /// By kind.
    fingerprints: [Hash; 2],
    parts: Vec<Part>,
}

/// Pairs of a function and a commit.
#[derive(Default)]
struct Totals {
    pairs: usize,
    /// Behaviour changed, and so did the fingerprint.
    invalidated: usize,
    /// Behaviour did not change, but the fingerprint did.
    falsely: usize,
    /// Behaviour changed, and the fingerprint did not.
    stale: usize,
}

impl Totals {
    fn add(&mut self, other: &Self) {
        self.pairs += other.pairs;
        self.invalidated += other.invalidated;
        self.falsely += other.falsely;
        self.stale += other.stale;
    }

    fn said(&self) -> String {
        let percent = |part: usize, whole: usize| 100.0 * part as f64 / whole.max(1) as f64;
        let same = self.pairs - self.invalidated - self.stale;
        format!(
            "{} functions, {} changed, {} falsely invalidated ({:.2} % of the {same} unchanged), {} stale",
            self.pairs,
            self.invalidated + self.stale,
            self.falsely,
            percent(self.falsely, same),
            self.stale
        )
    }
}

fn compare(
    commit: &str,
    before: &BTreeMap<String, Seen>,
    now: &BTreeMap<String, Seen>,
    kind: usize,
    verbose: bool,
) -> Totals {
    let mut totals = Totals::default();
    let mut causes: BTreeMap<String, usize> = BTreeMap::new();
    for (name, new) in now {
        let Some(old) = before.get(name) else { continue };
        totals.pairs += 1;
        match (old.behaviour == new.behaviour, old.fingerprints[kind] == new.fingerprints[kind]) {
            (true, true) => {}
            (false, false) => totals.invalidated += 1,
            (true, false) => {
                totals.falsely += 1;
                if verbose && kind == 1 {
                    println!("FALSE {commit} {name}");
                } else if verbose {
                    for change in difference(&old.parts, &new.parts) {
                        let part = change.part();
                        *causes.entry(format!("{} {}", part.kind.word(), part.name)).or_default() += 1;
                    }
                }
            }
            (false, true) => {
                totals.stale += 1;
                println!("STALE {} {commit} {name}", KINDS[kind]);
            }
        }
    }
    let mut causes: Vec<_> = causes.into_iter().collect();
    causes.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    for (cause, count) in causes.iter().take(12) {
        println!("  {count} by {cause}");
    }
    totals
}

/// Every function that both the analyser and the compiler know by one name.
fn look(
    package: &Path,
    (text, modules): (&str, &[String]),
    cfg: &[String],
    sandbox: &Path,
) -> Outcome<BTreeMap<String, Seen>> {
    let spec = CrateSpec::of_package(package, TOOLCHAIN)?.into_iter().next().ok_or("no target")?;
    let krate = spec.crate_name.clone();
    let analyzer = Analyzer::new(spec.with_features(cfg))?;
    let module = Module::read(text);
    let bodies = Bodies::read(&krate, modules);
    let crates = [&bodies];
    let linked = Linked::new(&crates, ("", ""), Strictness::default(), &Alone);
    let names = analyzer.every_function();
    let mut namesakes: HashMap<String, usize> = HashMap::new();
    for alike in names.iter().filter_map(|name| alike(name)) {
        *namesakes.entry(alike).or_default() += 1;
    }
    let mut seen = BTreeMap::new();
    for name in names.into_iter().filter(|name| alike(name).is_some_and(|alike| namesakes.get(&alike) == Some(&1))) {
        let Some((root, behaviour)) = module.behaviour(&name, &sandbox.to_string_lossy()) else { continue };
        let (Some(fingerprint), Some(analysis)) = (analyzer.fingerprint(&name), analyzer.code(&name)) else { continue };
        let Some(compiled) = linked.find(root).map(|root| linked.closure(root)) else { continue };
        // Texts are not needed, and are most of it.
        let parts = analysis.code.parts.into_iter().map(|part| Part { text: String::new(), ..part }).collect();
        seen.insert(name, Seen { behaviour, fingerprints: [fingerprint, compiled], parts });
    }
    Ok(seen)
}

/// LLVM's text of a crate: what each symbol is, and the functions by their names in Rust.
struct Module<'t> {
    symbols: HashMap<&'t str, String>,
    functions: HashMap<String, Vec<&'t str>>,
}

impl<'t> Module<'t> {
    fn read(text: &'t str) -> Self {
        let mut symbols: HashMap<&str, String> = HashMap::new();
        let mut functions: HashMap<String, Vec<&str>> = HashMap::new();
        let mut lines = text.lines();
        while let Some(line) = lines.next() {
            if line.starts_with("define ") {
                let Some(name) = references(line).next() else { continue };
                let mut body = without_numbers(line);
                for line in lines.by_ref() {
                    body.push('\n');
                    body.push_str(&without_numbers(line));
                    if line == "}" {
                        break;
                    }
                }
                symbols.insert(name, body);
                if let Some(alike) = Some(plain(name)).filter(|name| !generic(name)).and_then(|name| alike(&name)) {
                    functions.entry(alike).or_default().push(name);
                }
            } else if line.starts_with('@')
                && let Some(name) = references(line).next()
            {
                symbols.insert(name, without_numbers(line));
            }
        }
        Self { symbols, functions }
    }

    /// The digest of a function's text and of all that it reaches. None if there is not just one of the name.
    fn behaviour(&self, name: &str, sandbox: &str) -> Option<(&'t str, Hash)> {
        let [root] = self.functions.get(&alike(name)?)?[..] else { return None };
        let mut text = String::new();
        let mut order: HashMap<&str, usize> = HashMap::from([(root, 0)]);
        let mut todo = VecDeque::from([root]);
        while let Some(symbol) = todo.pop_front() {
            let Some(body) = self.symbols.get(symbol) else { continue };
            let mut written = String::with_capacity(body.len());
            let mut from = 0;
            for (start, end, reference) in places(body) {
                written.push_str(&body[from..start]);
                from = end;
                let next = order.len();
                if let Entry::Vacant(entry) = order.entry(reference) {
                    entry.insert(next);
                    todo.push_back(reference);
                }
                let plain = plain(reference);
                // What is followed counts by what it does.
                let is_followed = self.symbols.contains_key(reference);
                if is_followed || (plain == reference && !reference.starts_with("llvm.")) {
                    written.push_str(&format!("#{}", order.get(reference).copied().unwrap_or(usize::MAX)));
                } else {
                    written.push_str(&plain);
                }
            }
            written.push_str(&body[from..]);
            text.push_str(&without_names(&without_crates(&written).replace(sandbox, "")));
            text.push('\0');
        }
        Some((root, Digest::of(text.as_bytes()).0))
    }
}

/// A function's text without comments and numbers of metadata, and with variables and blocks called by the order in which
/// they come: none of these does anything.
fn without_names(text: &str) -> String {
    let is_of_name = |char: char| char.is_ascii_alphanumeric() || matches!(char, '_' | '.' | '$' | '-');
    let mut order: HashMap<&str, usize> = HashMap::new();
    let mut out = String::with_capacity(text.len());
    for line in text.lines().filter(|line| !line.trim_start().starts_with(';')) {
        let line = line.split_once("; preds").map_or(line, |(code, _)| code).trim_end();
        let mut rest = match line.split_once(':') {
            Some((label, rest)) if !label.starts_with(' ') && label.chars().all(is_of_name) => {
                let next = order.len();
                out.push_str(&format!("%{}", order.entry(label).or_insert(next)));
                rest
            }
            _ => line,
        };
        while let Some(at) = rest.find(['%', '!']) {
            let (before, name) = (&rest[..at], &rest[at + 1..]);
            let length = name.find(|char| !is_of_name(char)).unwrap_or(name.len());
            out.push_str(before);
            if rest[at..].starts_with('!') {
                out.push('!');
            } else {
                let next = order.len();
                out.push_str(&format!("%{}", order.entry(&name[..length]).or_insert(next)));
            }
            rest = &name[length..];
        }
        out.push_str(rest);
        out.push('\n');
    }
    out
}

/// Whether a function's symbol says that it, or the type that it is of, is one of many made from one text.
fn generic(name: &str) -> bool {
    let of = name.strip_prefix('<').map_or(name, |inside| inside.split(" as ").next().unwrap_or(inside));
    of.contains('<') || name.ends_with('>')
}

/// What the analyser and the compiler call a function alike: a path, or a type, a trait and a method of which only
/// the last words count.
fn alike(name: &str) -> Option<String> {
    let method = |of: &str, of_trait: &str, method: &str| {
        let last = |path: &str| {
            let path = path.split('<').next().unwrap_or("");
            path.rsplit("::").next().unwrap_or("").trim().to_owned()
        };
        Some(format!("<{} as {}>::{method}", last(of), last(of_trait)))
    };
    let Some(open) = name.find('<') else { return Some(name.to_owned()) };
    let (inside, last) = name[open + 1..].rsplit_once(">::")?;
    if let Some((of_trait, of)) = inside.split_once(" for ") {
        return method(of, of_trait, last);
    }
    match inside.split_once(" as ") {
        Some((of, of_trait)) => method(of, of_trait, last),
        None => method(inside, "", last),
    }
}

/// A symbol's name without what tells crates and namesakes apart.
fn plain(symbol: &str) -> String {
    format!("{:#}", rustc_demangle::demangle(symbol))
}

fn references(line: &str) -> impl Iterator<Item = &str> {
    places(line).map(|(_, _, name)| name)
}

/// Where symbols stand in a text, and which.
fn places(text: &str) -> impl Iterator<Item = (usize, usize, &str)> {
    let mut from = 0;
    std::iter::from_fn(move || {
        loop {
            let at = from + text.get(from..)?.find('@')?;
            let rest = &text[at + 1..];
            if let Some(quoted) = rest.strip_prefix('"') {
                let length = quoted.find('"')?;
                from = at + length + 3;
                return Some((at, from, &quoted[..length]));
            }
            let word = |char: char| char.is_ascii_alphanumeric() || matches!(char, '_' | '.' | '$');
            let length = rest.find(|char| !word(char)).unwrap_or(rest.len());
            from = at + 1 + length;
            if length > 0 {
                return Some((at, from, &rest[..length]));
            }
        }
    })
}

/// A line without what tells versions of a crate apart, in labels made of symbols: `Cs`, digits and `_`.
fn without_crates(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    let mut rest = line;
    while let Some(at) = rest.find("Cs") {
        let (before, after) = rest.split_at(at + 2);
        out.push_str(before);
        let digits = after.find(|char: char| !char.is_ascii_alphanumeric()).unwrap_or(after.len());
        rest = if (8..14).contains(&digits) && after[digits..].starts_with('_') { &after[digits..] } else { after };
    }
    out.push_str(rest);
    out
}

/// A line without the numbers of attribute groups and metadata, which count what is elsewhere.
fn without_numbers(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    let mut chars = line.chars().peekable();
    let mut quoted = false;
    while let Some(char) = chars.next() {
        quoted ^= char == '"';
        out.push(char);
        if !quoted && matches!(char, '#' | '!') {
            while chars.peek().is_some_and(char::is_ascii_digit) {
                chars.next();
            }
        }
    }
    out
}

/// Compiles the library to LLVM's text, once for its behaviour and once for its fingerprints; none if it does not compile.
fn compile(package: &Path, target: &Path, features: &str) -> Outcome<Option<(String, Vec<String>)>> {
    // Optimised, a function would say what is known of its callers, and after any pass, labels tell how many others are
    // like it. A place in a panic's message is no behaviour that
    // fingerprints promise to follow.
    let behaviour = [
        "-Ccodegen-units=1",
        "-Coverflow-checks=on",
        "-Cno-prepopulate-passes",
        "-Zlocation-detail=none",
        // Nor is it, whether some other crate has made an instance already.
        "-Zshare-generics=no",
    ];
    let fingerprints = ["-Ccodegen-units=64", "-Coverflow-checks=on", "-Cno-prepopulate-passes"];
    let Some(text) = texts(package, target, features, &behaviour)?.and_then(|mut texts| texts.pop()) else {
        return Ok(None);
    };
    Ok(texts(package, target, features, &fingerprints)?.map(|texts| (text, texts)))
}

fn texts(package: &Path, target: &Path, features: &str, flags: &[&str]) -> Outcome<Option<Vec<String>>> {
    let folder = target.join("debug/deps");
    let written = || -> Vec<PathBuf> {
        let files = fs::read_dir(&folder).into_iter().flatten().flatten().map(|entry| entry.path());
        files.filter(|file| file.extension().is_some_and(|extension| extension == "ll")).collect()
    };
    for old in written() {
        fs::remove_file(old)?;
    }
    let status = Command::new("cargo")
        .args(["rustc", "--quiet", "--features", features])
        .args(chosen(package)?)
        .arg("--target-dir")
        .arg(target)
        .arg("--manifest-path")
        .arg(package.join("Cargo.toml"))
        .args(["--", "--emit=llvm-ir", "-Copt-level=0", "-Cdebuginfo=0", "-Csymbol-mangling-version=v0"])
        .args(["--cap-lints=allow", "-Clink-dead-code=yes"])
        .args(flags)
        .env("RUSTC_BOOTSTRAP", "1")
        .env("CARGO_INCREMENTAL", "0")
        .output()?;
    if !status.status.success() {
        return Ok(None);
    }
    Ok(Some(written().iter().map(fs::read_to_string).collect::<Result<_, _>>()?))
}

/// The package's library, or its program if it has none.
fn chosen(package: &Path) -> Outcome<Vec<String>> {
    let spec = CrateSpec::of_package(package, TOOLCHAIN)?.into_iter().next().ok_or("no target")?;
    Ok(if spec.binary { vec!["--bin".to_owned(), spec.crate_name] } else { vec!["--lib".to_owned()] })
}

/// The lines of `rustc --print cfg` for it.
fn told(package: &Path, target: &Path, features: &str) -> Outcome<Vec<String>> {
    let output = Command::new("cargo")
        .args(["rustc", "--quiet", "--features", features])
        .args(chosen(package)?)
        .arg("--target-dir")
        .arg(target)
        .arg("--manifest-path")
        .arg(package.join("Cargo.toml"))
        .args(["--", "--print", "cfg"])
        .output()?;
    Ok(String::from_utf8(output.stdout)?.lines().map(str::to_owned).collect())
}

/// Puts a commit's files in place. The lock file of the first one stays for those that have none.
fn check_out(repository: &Path, commit: &str, place: &Path, sandbox: &Path) -> Outcome<()> {
    let lock = fs::read(place.join("Cargo.lock")).ok();
    if place.exists() {
        fs::remove_dir_all(place)?;
    }
    fs::create_dir_all(place)?;
    let archive = sandbox.join("commit.tar");
    git(repository, &["archive", "--output", &archive.to_string_lossy(), commit])?;
    let unpacked = Command::new("tar").arg("-xmf").arg(&archive).arg("-C").arg(place).status()?;
    if !unpacked.success() {
        return Err("tar cannot unpack the commit".into());
    }
    if let Some(lock) = lock.filter(|_| !place.join("Cargo.lock").exists()) {
        fs::write(place.join("Cargo.lock"), lock)?;
    }
    Ok(())
}

fn git(repository: &Path, arguments: &[&str]) -> Outcome<String> {
    let output = Command::new("git").arg("--git-dir").arg(repository).args(arguments).output()?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned().into());
    }
    Ok(String::from_utf8(output.stdout)?)
}
