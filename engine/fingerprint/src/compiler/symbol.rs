//! What a symbol says of itself: whose it is, and which crates it is about.
//!
//! Symbols are rustc's, mangled in its present way (`_R…`) or its former one (`_ZN…`). Both have in them what tells
//! apart two versions of a package and two sets of its features: a digest that cargo makes of the package's identity,
//! its features and those of all that it depends on.

use std::fmt::Write as _;

use rustc_demangle::demangle;

/// Crates that come with the compiler.
const STANDARD: [&str; 6] = ["core", "alloc", "std", "proc_macro", "test", "panic_unwind"];

/// Crates of scrat itself. They change with its version, and what must not be mixed between versions of scrat has a
/// version of its own.
const SCRAT: [&str; 4] = ["scrat", "scrat_engine", "scrat_fingerprint", "scrat_macros"];

/// What scrat's own code is made of besides the standard library, as far as values become bytes.
const BENEATH: [&str; 4] = ["serde", "serde_core", "inventory", "tempfile"];

/// Whether a crate is part of scrat.
pub fn is_scrat(name: &str) -> bool {
    SCRAT.contains(&name)
}

/// The crate in which the text stands that a symbol was made of, where the symbol says so at its start.
pub(super) fn defining_crate(symbol: &str) -> Option<&str> {
    if let Some(rest) = symbol.strip_prefix("_R") {
        return first_crate(rest);
    }
    let rest = symbol.strip_prefix("_ZN")?;
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    let length: usize = rest[..digits].parse().ok()?;
    let first = rest.get(digits..digits + length)?;
    // `<path::Type as path::Trait>::method` is one piece.
    let of = first.strip_prefix("_$LT$").or_else(|| first.strip_prefix("$LT$")).unwrap_or(first);
    Some(of.split(['.', '$']).next().unwrap_or(of))
}

/// The crate that a path in the present mangling begins with, behind what says of what kind the path is.
fn first_crate(mut rest: &str) -> Option<&str> {
    loop {
        let mut chars = rest.chars();
        match chars.next()? {
            'C' => break,
            'I' => rest = &rest[1..],
            'N' => rest = rest.get(2..)?,
            'X' | 'M' => rest = without_disambiguator(&rest[1..]),
            _ => return None,
        }
    }
    let rest = without_disambiguator(&rest[1..]);
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    let length: usize = rest[..digits].parse().ok()?;
    rest[digits..].trim_start_matches('_').get(..length)
}

/// Without `s…_`.
fn without_disambiguator(text: &str) -> &str {
    let Some(rest) = text.strip_prefix('s') else { return text };
    rest.find('_').map_or(text, |end| &rest[end + 1..])
}

/// A symbol as a path in Rust, without what tells versions of a crate apart.
pub(super) fn path(symbol: &str) -> String {
    let mut out = String::new();
    let _infallible = write!(out, "{:#}", demangle(symbol));
    out
}

/// A symbol without the crate that an instance of generic code was made in; none if there is no such crate in it.
///
/// Which one that is depends on what else is compiled: rustc takes the instance of any crate before, if it is not to
/// optimise.
pub(super) fn without_maker(symbol: &str) -> Option<&str> {
    let named = |symbol| rustc_demangle::try_demangle(symbol).map(|name| name.to_string());
    let is_one = |at: &usize| {
        let start = &symbol[..*at];
        // Nothing is shown of the maker. So what ends in the middle of a path has another name, or none.
        named(start).is_ok_and(|without| named(symbol).is_ok_and(|with| with == without))
    };
    let rest = symbol.strip_prefix("_R")?;
    let crates = symbol.rmatch_indices('C').map(|(at, _)| at).take(CRATES);
    let again = symbol.rfind('B').filter(|at| rest.ends_with('_') && !symbol[at + 1..symbol.len() - 1].contains('_'));
    again.into_iter().chain(crates).find(is_one).map(|at| &symbol[..at])
}

/// A symbol without what tells versions of scrat apart, as a path in Rust. In a former symbol that can't be told from the
/// rest, so it stays whole.
pub(super) fn without_scrats_version(symbol: &str) -> String {
    if !symbol.starts_with("_R") {
        return symbol.to_owned();
    }
    let path = demangle(symbol).to_string();
    let mut pieces = path.split('[');
    let mut out = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let start = out.rfind(|char: char| char != '_' && !char.is_alphanumeric()).map_or(0, |at| at + 1);
        let version = piece.split_once(']').filter(|(digits, _)| digits.bytes().all(|byte| byte.is_ascii_hexdigit()));
        match version {
            Some((_, rest)) if is_scrat(&out[start..]) => out.push_str(rest),
            _ => {
                out.push('[');
                out.push_str(piece);
            }
        }
    }
    out
}

/// How many letters `C` are tried as the start of a symbol's last crate, from the end: its name may have some.
const CRATES: usize = 8;

/// The crate whose type this function drops, as the compiler makes such functions for each type.
pub(super) fn dropped(path: &str) -> Option<&str> {
    let of =
        path.strip_prefix("core::ptr::drop_in_place::<").or_else(|| path.strip_prefix("core::ptr::drop_in_place<"))?;
    let krate = of.split_once("::")?.0;
    krate.chars().all(|char| char == '_' || char.is_alphanumeric()).then_some(krate)
}

/// The crates that a path in Rust names, wherever in it.
pub(super) fn crates(path: &str) -> impl Iterator<Item = &str> {
    let is_word = |char: char| char == '_' || char.is_alphanumeric();
    path.match_indices("::").filter_map(move |(at, _)| {
        let before = &path[..at];
        let start = before.rfind(|char| !is_word(char)).map_or(0, |at| at + 1);
        let is_first = !before[..start].ends_with(':');
        (is_first && start < at).then(|| &before[start..])
    })
}

/// A path in Rust without the names of what is in some crates.
pub(super) fn without_crates(path: &str, is_left_out: impl Fn(&str) -> bool) -> String {
    // `{closure#0}` is part of a path.
    let is_part = |char: char| matches!(char, '_' | ':' | '{' | '}' | '#') || char.is_alphanumeric();
    let mut out = String::new();
    let mut rest = path;
    while !rest.is_empty() {
        let length = rest.find(|char| !is_part(char)).unwrap_or(rest.len());
        let (name, after) = rest.split_at(length);
        let krate = name.split("::").next().unwrap_or(name);
        out.push_str(if name.contains("::") && is_left_out(krate) { "_" } else { name });
        let between = after.find(is_part).unwrap_or(after.len());
        out.push_str(&after[..between]);
        rest = &after[between..];
    }
    out
}

/// Whether a path is about nothing but the standard library, scrat, and what scrat is made of.
pub(super) fn is_common(path: &str) -> bool {
    crates(path).all(|name| STANDARD.contains(&name) || is_scrat(name) || BENEATH.contains(&name))
}

/// Whether a function of a package, by its path, calls nothing that it is not given: those that scrat's values go through,
/// those that are made for scrat, and the standard library's maps.
pub(super) fn calls_nothing_back(path: &str) -> bool {
    const MAPS: &str = "hashbrown";
    stands_alone(path) || crates(path).all(|name| STANDARD.contains(&name) || name == MAPS || is_of_values(name))
}

/// Whether a function of a package, by its path, is the same whatever flags and crates of the user's own there are: those that
/// scrat's values go through, and those that are made for scrat.
pub(super) fn stands_alone(path: &str) -> bool {
    crates(path).all(|name| STANDARD.contains(&name) || is_of_values(name))
        || (crates(path).any(is_scrat) && is_common(path))
}

/// Whether values go through a package that is built on no other.
fn is_of_values(name: &str) -> bool {
    is_scrat(name) || matches!(name, "serde" | "serde_core")
}

/// Whether scrat's own code is made of this package.
pub(super) fn is_beneath_scrat(name: &str) -> bool {
    BENEATH.contains(&name)
}

/// Whether a crate comes with the compiler.
pub(super) fn comes_with_compiler(name: &str) -> bool {
    STANDARD.contains(&name)
}

/// What stands in a name that means something in one module alone, and in no symbol: LLVM writes control characters in
/// another way.
pub(super) const LOCAL: char = '\n';

/// How the name of a constant begins that has none of its own: its content follows.
pub(super) const BY_CONTENT: &str = "constant\t";

/// Whether somebody chose a name, which then is the same in every language.
pub(super) fn is_chosen(name: &str) -> bool {
    !name.contains(LOCAL) && !name.starts_with(BY_CONTENT) && !is_mangled(name)
}

/// Whether a symbol was made of a path in Rust. One that somebody chose, or that C++ made, may begin like that as well.
pub(super) fn is_mangled(symbol: &str) -> bool {
    const HASH: usize = "17h0123456789abcdefE".len();
    let is_path = |rest: &str| rest.starts_with(['C', 'M', 'X', 'Y', 'N', 'I']);
    let has_hash =
        |rest: &str| rest.len() > HASH && rest.ends_with('E') && rest[rest.len() - HASH..].starts_with("17h");
    match symbol.strip_prefix("_R") {
        Some(rest) => is_path(rest) && rustc_demangle::try_demangle(symbol).is_ok(),
        // Behind it there may be what LLVM adds.
        None => symbol.strip_prefix("_ZN").is_some_and(|rest| has_hash(rest.split(".llvm.").next().unwrap_or(rest))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_symbol_says_in_which_crate_its_text_stands() {
        for (symbol, krate) in [
            ("_RNvCs4Q2Qx8jI5j6_1a4root", Some("a")),
            ("_RINvNtCsgEmfK2I1SDS_4core3ptr13drop_in_placeNtCs4Q2Qx8jI5j6_1a1AEBI_", Some("core")),
            (
                "_RNvXs7_NtCslNYArtu3iFV_5alloc3vecINtB5_3VecdENtNtNtCsgEmfK2I1SDS_4core3ops5deref5Deref5deref",
                Some("alloc"),
            ),
            ("_RNvMNtCsgEmfK2I1SDS_4core5sliceSd4iterCs4Q2Qx8jI5j6_1a", Some("core")),
            ("_ZN12scrat_engine4call17h0123456789abcdefE", Some("scrat_engine")),
            ("_ZN43_$LT$demo..T$u20$as$u20$core..fmt..Debug$GT$3fmt17h0123456789abcdefE", Some("demo")),
            ("memcpy", None),
        ] {
            assert_eq!(defining_crate(symbol), krate, "{symbol}");
        }
    }

    #[test]
    fn an_instance_has_one_name_whoever_made_it() {
        for (symbol, without) in [
            (
                "_RINvMNtNtCsgEmfK2I1SDS_4core3fmt2rtNtB3_8Argument11new_displayNtNtCslNYArtu3iFV_5alloc6string6StringECs2S8GxypGnyR_6anyhow",
                Some(
                    "_RINvMNtNtCsgEmfK2I1SDS_4core3fmt2rtNtB3_8Argument11new_displayNtNtCslNYArtu3iFV_5alloc6string6StringE",
                ),
            ),
            (
                "_RINvNtCsgEmfK2I1SDS_4core3ptr13drop_in_placeNtCs4Q2Qx8jI5j6_1a1AEBI_",
                Some("_RINvNtCsgEmfK2I1SDS_4core3ptr13drop_in_placeNtCs4Q2Qx8jI5j6_1a1AE"),
            ),
            (
                "_RNvMNtCsgEmfK2I1SDS_4core5sliceSd4iterCs4Q2Qx8jI5j6_1a",
                Some("_RNvMNtCsgEmfK2I1SDS_4core5sliceSd4iter"),
            ),
            ("_RNvCs4Q2Qx8jI5j6_1a7CCs1_1aB", None),
            ("_RNvCs4Q2Qx8jI5j6_1a5subB_", None),
            ("memcpy", None),
        ] {
            assert_eq!(without_maker(symbol), without, "{symbol}");
        }
    }

    #[test]
    fn a_path_without_crates_still_says_what_of_the_others_it_is() {
        let path = "<core::slice::Iter<demo::Item> as core::Iterator>::any::<demo::f::{closure#0}>";
        let without = "<core::slice::Iter<_> as core::Iterator>::any::<_>";
        assert_eq!(without_crates(path, |krate| krate == "demo"), without);
        assert_eq!(without_crates(path, |_| false), path);
    }

    #[test]
    fn a_symbol_that_somebody_chose_is_none_of_a_path() {
        for path in ["_RNvCs4Q2Qx8jI5j6_1a4root", "_ZN12scrat_engine4call17h0123456789abcdefE"] {
            assert!(is_mangled(path), "{path}");
        }
        for chosen in ["_Reset", "_RESET", "_RNA", "_ZN3foo3barEv", "memcpy"] {
            assert!(!is_mangled(chosen), "{chosen}");
        }
    }

    #[test]
    fn a_function_that_drops_a_type_says_whose_it_is() {
        let path = "core::ptr::drop_in_place::<scrat_engine::value::file::File>";
        assert_eq!(dropped(path), Some("scrat_engine"));
        assert_eq!(dropped("core::ptr::drop_in_place::<demo::Of<scrat_engine::File>>"), Some("demo"));
        for other in ["core::ptr::drop_in_place::<(scrat_engine::File, u8)>", "core::mem::drop::<demo::A>", "memcpy"] {
            assert_eq!(dropped(other), None, "{other}");
        }
    }

    #[test]
    fn scrat_has_one_name_in_all_its_versions_and_nothing_else_has() {
        let symbol = |scrat: &str, other: &str| {
            format!("_RINvNtCs{other}_4demo3sub4keepNtCs{scrat}_12scrat_engine4FileAhj3_ECs{other}_4demo")
        };
        let without = |scrat, other| without_scrats_version(&symbol(scrat, other));
        assert_eq!(without("1", "5"), without("2kQz", "5"));
        assert_ne!(without("1", "5"), without("1", "6"));
        assert!(
            without("1", "5").ends_with("::sub::keep::<scrat_engine::File, [u8; 3usize]>"),
            "{}",
            without("1", "5")
        );
        assert_eq!(without_scrats_version("_ZN12scrat_engine4call17h0123456789abcdefE").len(), 42);
    }

    #[test]
    fn a_path_names_crates_anywhere_in_it() {
        let all = |path: &str| crates(path).map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(
            all("<demo::a::T as serde_core::ser::Serialize>::serialize::<&mut scrat_engine::value::Writer>"),
            ["demo", "serde_core", "scrat_engine"]
        );
        assert!(is_common("<alloc::vec::Vec<u8> as serde_core::ser::Serialize>::serialize"));
        assert!(!is_common("<alloc::vec::Vec<demo::T> as serde_core::ser::Serialize>::serialize"));
    }
}
