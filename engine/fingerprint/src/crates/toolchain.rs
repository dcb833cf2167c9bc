//! The compiler's identity, as a text.

/// That of the compiler which built this crate. A procedural macro is built by the compiler that runs it,
/// so inside one this is the current one.
pub const TOOLCHAIN: &str = env!("SCRAT_TOOLCHAIN");

/// The lines of `rustc -vV` that say which compiler it is. The host is not among them: it need not be the target.
pub fn toolchain(verbose: &str) -> String {
    let telling = |line: &&str| ["release:", "commit-hash:", "LLVM version:"].iter().any(|key| line.starts_with(key));
    verbose.lines().filter(telling).collect::<Vec<_>>().join("; ")
}

#[cfg(test)]
mod tests {
    use super::{TOOLCHAIN, toolchain};

    #[test]
    fn the_text_recorded_at_build_time_is_what_rustc_says() {
        let said = "rustc 1.95.0 (abc 2026-03-21)\nbinary: rustc\ncommit-hash: abc\nhost: x\nrelease: 1.95.0\nLLVM version: 22.1.0\n";
        assert_eq!(toolchain(said), "commit-hash: abc; release: 1.95.0; LLVM version: 22.1.0");
        assert!(TOOLCHAIN.contains("release: "), "{}", TOOLCHAIN);
    }
}
