//! Writes a crate of many stashed functions, the same without the attribute, and the same with its results written and
//! read by bincode alone, which no stash can do without, to see what the attribute costs the compiler:
//!
//! ```sh
//! cargo run -p scrat-macros --example crowd -- /tmp/crowd 1000
//! cd /tmp/crowd
//! cargo build --release --offline                     # with all that the two depend on
//! touch */src/main.rs
//! time cargo build --release --offline -p plain
//! time cargo build --release --offline -p floor
//! time cargo build --release --offline -p stashed
//! ```
//!
//! A module has ten functions of 10 to 25 lines, three types of its own, and a chain of calls, or steps, through all of
//! them (`module.rs.txt`). Numbers in the bodies differ from module to module, so that no two functions are one to
//! LLVM.

use std::error::Error;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

const MODULE: &str = include_str!("module.rs.txt");
const FUNCTIONS: usize = 10;

/// Hands a value on as a stash would: by way of its bytes.
const KEPT: &str = "
pub fn kept<T: serde::Serialize + serde::de::DeserializeOwned>(value: T) -> T {
    let bytes = bincode::serde::encode_to_vec(&value, bincode::config::standard());
    let read = bytes.ok().and_then(|bytes| bincode::serde::decode_from_slice(&bytes, bincode::config::standard()).ok());
    read.map_or(value, |(value, _)| value)
}
";

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Plain,
    Floor,
    Stashed,
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let folder = PathBuf::from(arguments.next().ok_or("which folder?")?);
    let count: usize = arguments.next().map_or(Ok(1_000), |count| count.parse())?;
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize()?;
    write(
        &folder.join("Cargo.toml"),
        "[workspace]\nresolver = \"3\"\nmembers = [\"plain\", \"floor\", \"stashed\"]\n",
    )?;
    fs::copy(root.join("Cargo.lock"), folder.join("Cargo.lock"))?;
    for (name, kind) in [("plain", Kind::Plain), ("floor", Kind::Floor), ("stashed", Kind::Stashed)] {
        let source = folder.join(name).join("src");
        let modules = count.div_ceil(FUNCTIONS);
        for number in 0..modules {
            write(&source.join(format!("part_{number}.rs")), &module(number, kind))?;
        }
        write(&source.join("main.rs"), &program(modules, kind))?;
        let scrat = root.join("cli");
        let manifest = format!(
            "[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n[dependencies]\n\
             scrat = {{ path = {scrat:?}, default-features = false, features = [\"command\"] }}\n\
             serde = {{ version = \"1\", features = [\"derive\"] }}\n\
             bincode = {{ version = \"2\", default-features = false, features = [\"std\", \"serde\"] }}\n"
        );
        write(&folder.join(name).join("Cargo.toml"), &manifest)?;
    }
    Ok(())
}

fn write(path: &Path, text: &str) -> std::io::Result<()> {
    fs::create_dir_all(path.parent().unwrap_or(path))?;
    fs::write(path, text)
}

/// One module: `%1` to `%9` are its numbers, `::step` and `Step<…>` are for the stashed one, and `~` for the plain one.
fn module(number: usize, kind: Kind) -> String {
    let mut text = MODULE.to_owned();
    for digit in 1..=9 {
        text = text.replace(&format!("%{digit}"), &(number * 9 + digit + 2).to_string());
    }
    if kind == Kind::Stashed {
        return text.replace('~', "").replace("report!", "report");
    }
    if kind == Kind::Floor {
        let (functions, chain) = text.split_at(text.find("pub fn chain").unwrap_or(text.len()));
        let (chain, report) = chain.split_at(chain.find("    let report").unwrap_or(chain.len()));
        text = format!(
            "{functions}{}{report}",
            chain.replace(" = ", " = crate::kept(").replace(");", "));").replace("~;", "~);")
        );
    }
    text.replace("#[stash]\n", "")
        .replace("use scrat::{Step, stash};\n", "")
        .replace("::step(", "(")
        .replace("Step<String>", "String")
        .replace('~', "?")
        .replace("report!", "report.map_err(|error| error.to_string())?")
}

fn program(modules: usize, kind: Kind) -> String {
    let mut text = (0..modules).fold(String::new(), |mut text, number| {
        let _ = writeln!(text, "mod part_{number};");
        text
    });
    let calls: String = (0..modules).map(|number| format!("        part_{number}::chain(size)?,\n")).collect();
    let (attribute, step, run) = if kind == Kind::Stashed {
        ("#[scrat::pipeline(size = 50)]\n", "scrat::Step<String>", "scrat::main()")
    } else {
        ("", "String", "match all(50) { Ok(_) => 0.into(), Err(_) => 1.into() }")
    };
    let _ = write!(
        text,
        "\n{attribute}fn all(size: usize) -> Result<Vec<{step}>, String> {{\n    Ok(vec![\n{calls}    ])\n}}\n\n\
         fn main() -> std::process::ExitCode {{\n    {run}\n}}\n"
    );
    if kind == Kind::Floor {
        text.push_str(KEPT);
    }
    text
}
