//! `scrat new NAME`: a pipeline crate that runs at once.

use std::path::{Path, PathBuf};

use scrat_engine::STASH_FOLDER;

use crate::args::{self, Common};
use crate::complaint::{Complaint, code};
use crate::launch::{QUICK_PROFILE, set_up_in};
use crate::print::talk;
use crate::session::{shown, users_folder};

const MAIN: &str = include_str!("main.rs.txt");
const DATA: &str = include_str!("words.txt");

/// Cargo takes none of these for a package.
const KEYWORDS: &[&str] = &[
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "crate", "do", "dyn", "else",
    "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let", "loop", "macro", "match", "mod",
    "move", "mut", "override", "priv", "pub", "ref", "return", "self", "static", "struct", "super", "trait", "true",
    "try", "type", "typeof", "unsafe", "unsized", "use", "virtual", "where", "while", "yield",
];

/// Crates that the new one is made of, or that cargo knows.
const TAKEN: &[&str] = &["scrat", "serde", "test", "core", "std", "alloc", "main"];

pub(crate) fn run(common: &Common, args: &args::New) -> Result<u8, Complaint> {
    let folder = users_folder().join(&args.name);
    let name = folder.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let is_name = name.chars().all(|c| c == '_' || c == '-' || c.is_ascii_alphanumeric())
        && name.chars().next().is_some_and(|c| c.is_ascii_alphabetic());
    if !is_name {
        return Err(Complaint::usage(format!("`{name}` is not a valid crate name"))
            .hint("begin with a letter, and use letters, digits, `-` and `_`"));
    }
    if KEYWORDS.contains(&name.as_str()) {
        return Err(Complaint::usage(format!("`{name}` is a Rust keyword, and not a valid crate name"))
            .hint("choose another name"));
    }
    if TAKEN.contains(&name.as_str()) || name.starts_with("scrat-") || name.starts_with("scrat_") {
        return Err(Complaint::usage(format!("a crate named `{name}` would conflict with another of that name"))
            .hint("choose another name"));
    }
    if folder.exists() {
        return Err(
            Complaint::usage(format!("{} exists already", shown(&folder))).hint("choose another name, or remove it")
        );
    }
    let write = |path: &str, text: &str| {
        let path = folder.join(path);
        let made = path.parent().map_or(Ok(()), std::fs::create_dir_all).and_then(|()| std::fs::write(&path, text));
        made.map_err(|error| Complaint::usage(format!("cannot write {}: {error}", shown(&path))).code(code::UNWRITABLE))
    };
    let around = around(&folder);
    write("Cargo.toml", &manifest(&name, around.is_some()))?;
    write("src/main.rs", &MAIN.replace("__NAME__", &pipeline(&name)))?;
    write("data/words.txt", DATA)?;
    write(".gitignore", "/target\n/results\n.scrat/\n")?;
    // What it says is worth words only where somebody asked for it.
    drop(set_up_in(&folder, &folder.join(STASH_FOLDER), false)?);
    if !common.quiet {
        talk(format_args!("made {}; run it with: cd {} && scrat run", shown(&folder), args.name));
        if let Some(around) = around {
            talk(format_args!(
                "it is a workspace of its own, apart from {}; to make it a member of that one, add it to `members` there, \
                 and remove `[workspace]` and `[profile.release]` from {}",
                shown(&around),
                shown(&folder.join("Cargo.toml"))
            ));
        }
    }
    Ok(0)
}

/// The manifest of the package or workspace that the folder is in.
fn around(folder: &Path) -> Option<PathBuf> {
    folder.ancestors().skip(1).map(|above| above.join("Cargo.toml")).find(|manifest| manifest.is_file())
}

/// What the pipeline is called: like the crate, unless a step of the template is called so.
fn pipeline(name: &str) -> String {
    let name = name.replace('-', "_");
    if MAIN.contains(&format!("fn {name}(")) { format!("{name}_pipeline") } else { name }
}

fn manifest(name: &str, is_inside: bool) -> String {
    // Inside somebody's workspace the new crate would be neither a member nor on its own.
    let workspace = if is_inside { "\n[workspace]\n" } else { "" };
    format!(
        "[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n[dependencies]\n\
         # The crate that made this project. Elsewhere, name its git repository: git = \"…\" instead of path.\n\
         # The features are those of a pipeline's program; what only the installed command needs is left out.\n\
         scrat = {{ path = {:?}, default-features = false, features = [\"command\"] }}\n\
         serde = {{ version = \"1\", features = [\"derive\"] }}\n\n\
         # After an edit, only what changed is compiled again. Leave these lines out where the last bit of speed counts.\n\
         {QUICK_PROFILE}{workspace}",
        own_crate().display().to_string()
    )
}

/// The folder of the crate that this command was built from.
fn own_crate() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pipeline_is_called_like_the_crate_unless_a_step_is() {
        assert_eq!(pipeline("long-words"), "long_words");
        assert_eq!(
            ["read", "measure", "report"].map(pipeline).join(" "),
            "read_pipeline measure_pipeline report_pipeline"
        );
    }
}
