//! The compiler's identity, as a text.

/// That of the compiler which built this crate. A procedural macro is built by the compiler that runs it,
/// so inside one this is the current one.
pub const TOOLCHAIN: &str = env!("SCRAT_TOOLCHAIN");

/// The lines of `rustc -vV` that say which compiler it is; not the host, which is no target.
pub fn toolchain(verbose: &str) -> String {
    let telling = |line: &&str| ["release:", "commit-hash:", "LLVM version:"].iter().any(|key| line.starts_with(key));
    verbose.lines().filter(telling).collect::<Vec<_>>().join("; ")
}

/// The first two numbers of a compiler's version: `rustc 1.95`.
pub(crate) fn series(toolchain: &str) -> String {
    let release = toolchain.split("; ").find_map(|line| line.strip_prefix("release: ")).unwrap_or(toolchain);
    if release.contains('-') {
        // A nightly of one number is not the nightly of another day.
        return toolchain.to_owned();
    }
    format!("rustc {}", release.splitn(3, '.').take(2).collect::<Vec<_>>().join("."))
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_text_recorded_at_build_time_is_what_rustc_says() {
        let said = "rustc 1.95.0 (abc 2026-03-21)\nbinary: rustc\ncommit-hash: abc\nhost: x\nrelease: 1.95.0\nLLVM version: 22.1.0\n";
        assert_eq!(super::toolchain(said), "commit-hash: abc; release: 1.95.0; LLVM version: 22.1.0");
        assert_eq!(super::series("commit-hash: abc; release: 1.95.1; LLVM version: 22.1.0"), "rustc 1.95");
        assert_eq!(super::series("release: 1.96.0-nightly; x"), "release: 1.96.0-nightly; x");
        assert!(super::TOOLCHAIN.contains("release: "), "{}", super::TOOLCHAIN);
    }
}
