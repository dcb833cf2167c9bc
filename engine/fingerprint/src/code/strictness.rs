//! How much of what is outside the sources counts: packages of other people, and the compiler.

use serde::Deserialize;

/// What the table `[fingerprint]` of a project's `scrat.toml` sets.
///
/// # Examples
///
/// ```
/// # use scrat_fingerprint::{Counts, Strictness};
/// assert_eq!(Strictness::default().packages, Counts::Exact);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Strictness {
    /// Of packages from outside the workspace.
    pub packages: Counts,
    /// Of the compiler.
    pub toolchain: Counts,
}

/// How a version counts.
///
/// # Examples
///
/// ```
/// # use scrat_fingerprint::Counts;
/// assert_eq!(Counts::default(), Counts::Exact);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Counts {
    /// Any other version is another thing, and for a package any other version of what it depends on.
    #[default]
    Exact,
    /// Versions that promise to be compatible are one: those that differ behind the first number that is not 0;
    /// for the compiler, behind its second number.
    Compatible,
    /// All versions are one.
    Ignore,
}

/// The part of a version that compatible ones have in common: `1` of 1.4.2, `0.3` of 0.3.7.
#[cfg(any(feature = "analysis", test))]
pub(crate) fn compatible(version: &str) -> &str {
    if version.contains('-') {
        // A pre-release promises nothing.
        return version;
    }
    let plain = version.split('+').next().unwrap_or(version);
    let mut end = 0;
    for number in plain.split('.') {
        end += number.len();
        if number != "0" {
            break;
        }
        end += 1;
    }
    &plain[..end.min(plain.len())]
}

/// What compatible versions of the compiler have in common, its first two numbers: `rustc 1.95`.
#[cfg(any(feature = "analysis", test))]
pub(crate) fn compatible_compiler(toolchain: &str) -> String {
    let release = toolchain.split("; ").find_map(|line| line.strip_prefix("release: ")).unwrap_or(toolchain);
    if release.contains('-') {
        // A nightly of one number is not the nightly of another day.
        return toolchain.to_owned();
    }
    format!("rustc {}", release.splitn(3, '.').take(2).collect::<Vec<_>>().join("."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn compatible_versions_agree_up_to_the_first_number_that_is_not_zero() {
        let common = ["1.4.2", "0.3.7", "0.0.9", "12.0.0+git", "1.0.0-rc.1", "0.0.0"].map(compatible);
        assert_eq!(common, ["1", "0.3", "0.0.9", "12", "1.0.0-rc.1", "0.0.0"]);
    }

    #[test]
    fn compatible_compilers_agree_in_two_numbers_but_a_nightly_is_like_no_other() {
        assert_eq!(compatible_compiler("commit-hash: abc; release: 1.95.1; LLVM version: 22.1.0"), "rustc 1.95");
        assert_eq!(compatible_compiler("release: 1.96.0-nightly; x"), "release: 1.96.0-nightly; x");
    }
}
