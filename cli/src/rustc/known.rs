//! Which compilers are known to write what is read here.

use super::Compiler;

/// The newest one, by the second number of its version. LLVM's text and the names of symbols are nothing that rustc
/// promises: what a newer one writes may look the same and mean something else.
const NEWEST: u32 = 95;

/// The oldest one that was tried.
const OLDEST: u32 = 95;

/// A compiler whose text can be read.
pub(super) struct Toolchain {
    /// What tells it from others.
    pub(super) text: String,
    /// For what it compiles unless it is told a target.
    pub(super) host: String,
}

/// Which compiler it is, or why its text is not read. None if it does not answer.
pub(super) fn toolchain(compiler: &Compiler) -> Option<Result<Toolchain, String>> {
    let output = compiler.plain().arg("-vV").output().ok().filter(|output| output.status.success())?;
    let said = String::from_utf8(output.stdout).ok()?;
    let host = said.lines().find_map(|line| line.strip_prefix("host: "))?.to_owned();
    Some(judge(&said).map(|()| Toolchain { text: scrat_fingerprint::toolchain(&said), host }))
}

fn judge(said: &str) -> Result<(), String> {
    let release = said.lines().find_map(|line| line.strip_prefix("release: ")).unwrap_or("of no version");
    let minor = release.strip_prefix("1.").and_then(|rest| rest.split('.').next()?.parse::<u32>().ok());
    let relation = match minor {
        Some(minor) if (OLDEST..=NEWEST).contains(&minor) => return Ok(()),
        Some(minor) if minor < OLDEST => "older than",
        _ => "newer than",
    };
    Err(format!(
        "rustc {release} is {relation} the compilers that this version of scrat knows (1.{NEWEST}), so fingerprints are \
         made from the sources, which is safe but runs more again"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_compiler_that_is_not_known_is_told_by_its_version() {
        assert_eq!(judge("rustc 1.95.0\nrelease: 1.95.0\n"), Ok(()));
        assert!(judge("release: 1.97.0-nightly\n").unwrap_err().contains("1.97.0-nightly is newer"));
        assert!(judge("release: 1.80.1\n").unwrap_err().contains("older"));
        assert!(judge("release: 2.0.0\n").is_err());
    }
}
