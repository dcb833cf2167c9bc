//! The hint at incremental builds, after a slow one: an edit of one line compiles a crate of a few hundred lines
//! for tens of seconds in release, or for one or two where cargo keeps what did not change.

use std::time::Duration;

use owo_colors::OwoColorize;

use crate::launch::cargo::metadata::Program;
use crate::launch::request::Request;
use crate::print::talk;
use crate::session;
use crate::words::formats::seconds;

/// From when on a build is slow.
const SLOW: Duration = Duration::from_secs(8);

/// Gives the hint, if it took long to compile what was edited and something can be done about it. Says whether.
pub(crate) fn after(took: Duration, program: &Program, request: &Request) -> bool {
    if request.quiet || took < SLOW || request.cargo.profile(request.dev) != "release" {
        return false;
    }
    let manifest = program.workspace.join("Cargo.toml");
    if is_incremental(&std::fs::read_to_string(&manifest).unwrap_or_default()) || is_incremental_elsewhere() {
        return false;
    }
    talk(format_args!(
        "{} the build took {}; with these lines in {}, later builds take a fraction of that:\n\n{}",
        " hint:".cyan(),
        seconds(took.as_secs_f64()),
        session::shown(&manifest),
        LINES,
    ));
    true
}

/// What the hint says, and what `scrat new` writes.
///
/// Nothing is said of codegen units: what is built incrementally has many of its own accord, and what comes from
/// elsewhere is built once and had better be fast.
pub(crate) const LINES: &str = "[profile.release]\nincremental = true\n";

/// Whether a manifest says anything about incremental builds.
fn is_incremental(manifest: &str) -> bool {
    let table: toml::Table = manifest.parse().unwrap_or_default();
    table.get("profile").and_then(|profile| profile.get("release")?.get("incremental")).is_some()
}

fn is_incremental_elsewhere() -> bool {
    #[expect(clippy::disallowed_methods, reason = "cargo's own settings decide whether a hint at them is of use")]
    let is_set = |name: &str| std::env::var_os(name).is_some();
    is_set("CARGO_INCREMENTAL") || is_set("CARGO_PROFILE_RELEASE_INCREMENTAL")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_manifest_that_decides_is_left_alone() {
        assert!(is_incremental(LINES));
        assert!(is_incremental("[profile.release]\nincremental = false\n"));
        assert!(!is_incremental("[profile.release]\nlto = true\n"));
        assert!(!is_incremental("[package]\nname = \"demo\"\n"));
    }
}
