//! Records which compiler builds the crate: inside a procedural macro that is the one that runs it.

use std::process::Command;

#[expect(clippy::disallowed_methods, reason = "cargo tells build scripts so")]
fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let rustc = std::env::var("RUSTC").unwrap_or_else(|_| "rustc".to_owned());
    let said = Command::new(rustc).arg("-vV").output().map(|output| output.stdout).unwrap_or_default();
    let said = String::from_utf8_lossy(&said);
    // The same choice of lines as `toolchain::toolchain`.
    let telling = |line: &&str| ["release:", "commit-hash:", "LLVM version:"].iter().any(|key| line.starts_with(key));
    let text = said.lines().filter(telling).collect::<Vec<_>>().join("; ");
    println!("cargo::rustc-env=SCRAT_TOOLCHAIN={text}");
}
