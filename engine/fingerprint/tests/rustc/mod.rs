//! Asking rustc about a crate whose stashed functions are marked with an attribute that stands for nothing.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

use scrat_fingerprint::compiler::Bodies;

/// What the attribute stands for here: nothing.
const ATTRIBUTE: &str = "extern crate proc_macro;
use proc_macro::TokenStream;
#[proc_macro_attribute]
pub fn stash(_: TokenStream, item: TokenStream) -> TokenStream { item }
";
const LIBRARY: &str = "pub use scrat_macros::stash; pub mod prelude { pub use scrat_macros::stash; }";

/// The compiler itself: what rustup puts in its place looks for it anew at each call, which adds a tenth to each.
static RUSTC: LazyLock<PathBuf> = LazyLock::new(|| {
    let output = Command::new("rustc").args(["--print", "sysroot"]).output().unwrap();
    let itself = Path::new(String::from_utf8_lossy(&output.stdout).trim()).join("bin/rustc");
    if itself.exists() { itself } else { PathBuf::from("rustc") }
});

fn rustc(folder: &Path, arguments: &[&str]) -> Result<(), String> {
    let mut command = Command::new(&*RUSTC);
    command.current_dir(folder).args(arguments).env("CARGO_MANIFEST_DIR", folder);
    let output = command.output().unwrap();
    if output.status.success() { Ok(()) } else { Err(String::from_utf8_lossy(&output.stderr).into_owned()) }
}

/// Builds what the cases depend on.
pub(crate) fn stand_in(folder: &Path) {
    fs::write(folder.join("scrat_macros.rs"), ATTRIBUTE).unwrap();
    fs::write(folder.join("scrat.rs"), LIBRARY).unwrap();
    rustc(folder, &["--edition=2024", "--crate-type=proc-macro", "scrat_macros.rs"]).unwrap();
    rustc(folder, &["--edition=2024", "--crate-type=lib", "-L.", "--extern=scrat_macros", "scrat.rs"]).unwrap();
}

/// The bodies of the library in a folder, as rustc makes them in the development profile.
pub(crate) fn compile(place: &Path, library: &Path) -> Result<Bodies, String> {
    let dependency = library.display().to_string();
    let scrat = format!("scrat={dependency}/libscrat.rlib");
    let arguments = [
        "--edition=2024",
        "--crate-name=case",
        "--crate-type=lib",
        "src/lib.rs",
        "--emit=llvm-ir",
        "--out-dir=text",
        "-Copt-level=0",
        "-Cdebuginfo=0",
        "-Ccodegen-units=16",
        "-Cno-prepopulate-passes",
        "-Csymbol-mangling-version=v0",
        "-Clink-dead-code=yes",
        "--cap-lints=allow",
        "-L",
        &dependency,
        "--extern",
        &scrat,
    ];
    let text = place.join("text");
    if text.exists() {
        fs::remove_dir_all(&text).unwrap();
    }
    rustc(place, &arguments)?;
    let files = fs::read_dir(text).unwrap().map(|entry| entry.unwrap().path());
    let files = files.filter(|path| path.extension().is_some_and(|extension| extension == "ll"));
    let texts: Vec<String> = files.map(|file| fs::read_to_string(file).unwrap()).collect();
    Ok(Bodies::read("case", &texts))
}
