//! Whoever calls cargo, the compiler vouches for fingerprints: the command, plain cargo after `scrat init`, other wrappers
//! beside it. And where it can't, nothing is stale.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::sandbox::{Sandbox, Tell, Told, shared, write_lock};

const NOTHING: [&str; 0] = [];

/// A workspace with two programs and a library, and a library that stands outside of it.
fn workspace() -> Sandbox {
    let sandbox = Sandbox::empty();
    let scrat = env!("CARGO_MANIFEST_DIR");
    let scrat = format!("scrat = {{ path = {scrat:?}, default-features = false, features = [\"command\"] }}\n");
    let package = |name: &str| {
        format!("[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n[dependencies]\n")
    };
    let own = "ev-inner = { path = \"inner\" }\nev-outer = { path = \"../outer\" }\n";
    sandbox.write("my work/Cargo.toml", &format!("{}{scrat}{own}\n[workspace]\n", package("ev-work")));
    sandbox.write("my work/inner/Cargo.toml", &format!("{}{scrat}", package("ev-inner")));
    sandbox.write("outer/Cargo.toml", &package("ev-outer"));
    sandbox.write(
        "outer/src/lib.rs",
        "pub fn third(x: u64) -> u64 {\n    x / 3\n}\n\npub fn unused() -> u64 {\n    1\n}\n",
    );
    sandbox.write("my work/inner/src/lib.rs", INNER);
    sandbox.write("my work/src/bin/one.rs", ONE);
    sandbox.write("my work/src/bin/two.rs", "fn main() {\n    ev_inner::tell();\n    ev_inner::kept(1);\n}\n");
    write_lock(&sandbox.at("my work"));
    sandbox
}

const INNER: &str = r#"use scrat::prelude::*;

pub fn note(what: &str) {
    use std::io::Write;
    let mut log = std::fs::OpenOptions::new().create(true).append(true).open("ran.log").unwrap();
    writeln!(log, "{what}").unwrap();
}

/// Whose word the fingerprints are, and they.
pub fn tell() {
    for function in scrat::functions() {
        println!("{} {}", function.short_name(), function.fingerprint_kind().word());
    }
}

pub fn double(x: u64) -> u64 {
    x * 2
}

#[unsafe(no_mangle)]
pub extern "C" fn ev_exported(x: u64) -> u64 {
    x * 7
}

#[stash]
pub fn kept(x: u64) -> u64 {
    note("kept");
    x
}
"#;

const ONE: &str = r#"use scrat::prelude::*;

#[stash]
fn inside(x: u64) -> u64 {
    ev_inner::note("inside");
    ev_inner::double(x)
}

#[stash]
fn outside(x: u64) -> u64 {
    ev_inner::note("outside");
    ev_outer::third(x)
}

fn main() {
    ev_inner::tell();
    inside(1);
    outside(1);
    ev_inner::kept(1);
}

#[test]
fn tests_have_them_as_well() {
    main();
}
"#;

const BY_COMPILER: &str = "kept compiler\ninside compiler\noutside compiler\n";

/// A script that does this. A shell writes it: what this process has open for writing, a child of another test's may have
/// open as well at that moment, and then it can't be called.
fn script(sandbox: &Sandbox, name: &str, text: &str) -> PathBuf {
    let path = sandbox.at(name);
    let write = "printf '#!/bin/sh\\n%s\\n' \"$1\" > \"$0\" && chmod +x \"$0\"";
    let written = Command::new("sh").arg("-c").arg(write).arg(&path).arg(text).status();
    assert!(written.unwrap().success());
    path
}

#[test]
#[cfg(target_os = "linux")]
fn after_init_plain_cargo_builds_what_the_command_builds() {
    let sandbox = workspace();
    let run = |program: &str, words: &str, variables: &[(&str, &Path)]| -> Told {
        let mut command = sandbox.command(Path::new(program), words);
        command.current_dir(sandbox.at("my work")).envs(variables.iter().copied());
        command.tell().exits(0)
    };
    let ran = || {
        let log = sandbox.at("my work/ran.log");
        let mut lines: Vec<_> = std::fs::read_to_string(&log).unwrap_or_default().lines().map(str::to_owned).collect();
        drop(std::fs::remove_file(log));
        lines.sort();
        lines
    };
    let scrat = env!("CARGO_BIN_EXE_scrat");
    run(scrat, "init", &[]).says(&["plain cargo builds as scrat does: .cargo/config.toml includes .scrat/cargo.toml"]);
    run(scrat, "init", &[]).says(&["plain cargo builds as scrat does"]);
    let settings = sandbox.read("my work/.cargo/config.toml");
    assert_eq!(settings.matches("include = [{ path = \"../.scrat/cargo.toml\", optional = true }]\n").count(), 1);

    let told = run("cargo", "run --quiet --bin one", &[]);
    assert_eq!((told.stdout.as_str(), told.stderr.as_str()), (BY_COMPILER, ""));
    assert_eq!(ran(), ["inside", "kept", "outside"]);
    let told = run("cargo", "run --quiet --bin two", &[]);
    assert_eq!((told.stdout.as_str(), told.stderr.as_str()), ("kept compiler\n", ""));
    assert_eq!(ran(), NOTHING, "hit: another program has the same code");
    run("cargo", "test --quiet --bin one", &[]);
    assert_eq!(ran(), NOTHING, "hit: a test has the same code");
    // Where a copy of the package was built in the same folder before, the command builds once more to be sure.
    run(scrat, "fingerprint --dev", &[]);

    // A copy elsewhere, which no cargo knows of.
    let copy = sandbox.at("one");
    std::fs::copy(shared().join("debug/one"), &copy).unwrap();
    let mut command = sandbox.command(&copy, "");
    command.env("SCRAT_STASH", sandbox.at("my work/.scrat"));
    assert_eq!(command.tell().exits(0).stdout, BY_COMPILER);
    assert_eq!(sandbox.ran(), NOTHING, "hit: the fingerprints are in the file");

    // Libraries, inside and outside of the workspace.
    sandbox.edit("outer/src/lib.rs", "    1\n", "    2\n");
    sandbox.edit("my work/inner/src/lib.rs", "x * 2", "x * 3");
    sandbox.edit("my work/inner/src/lib.rs", "x * 7", "x * 8");
    run("cargo", "run --quiet --bin one", &[]);
    assert_eq!(ran(), ["inside"], "hit: what nothing reaches is no code of theirs");
    sandbox.edit("outer/src/lib.rs", "x / 3", "x / 4");
    run("cargo", "run --quiet --bin one", &[]);
    assert_eq!(ran(), ["outside"], "miss: the code outside of the workspace counts, too");

    // Another wrapper is called for what is really compiled. What it does not call scrat for counts as a whole.
    let wrapper = script(&sandbox, "wrapper", "echo \"$@\" >> \"$0.log\"\nexec \"$@\"");
    let calls = |krate: &str| {
        let log = std::fs::read_to_string(sandbox.at("wrapper.log")).unwrap_or_default();
        drop(std::fs::remove_file(sandbox.at("wrapper.log")));
        log.lines().filter(|line| line.contains(&format!("--crate-name {krate} "))).count()
    };
    let with_wrapper = [("RUSTC_WRAPPER", &*wrapper)];
    sandbox.edit("outer/src/lib.rs", "    2\n", "    3\n");
    let told = run("cargo", "run --quiet --bin one", &with_wrapper);
    assert_eq!((told.stdout.as_str(), told.stderr.as_str()), (BY_COMPILER, ""));
    assert_eq!((calls("ev_outer"), ran()), (1, vec!["outside".to_owned()]));
    sandbox.edit("outer/src/lib.rs", "x / 4", "x / 5");
    run("cargo", "run --quiet --bin one", &with_wrapper);
    assert_eq!((calls("one"), ran()), (1, vec!["outside".to_owned()]), "miss: it is another library");
    sandbox.edit("my work/src/bin/one.rs", "inside(1);", "inside(2);");
    run(scrat, "fingerprint --dev", &with_wrapper);
    assert_eq!(calls("one"), 1, "the command has it called, too");

    // One for the workspace alone makes other code of it, for all that is known.
    let told = run("cargo", "run --quiet --bin one", &[("RUSTC_WORKSPACE_WRAPPER", &*wrapper)]);
    assert_eq!(told.stdout, BY_COMPILER.replace("compiler", "source"));
    assert_eq!(ran(), ["inside", "kept", "outside"], "miss: the two kinds never meet");

    run(scrat, "deinit --yes", &[]).says(&["and the include in .cargo/config.toml"]);
    assert!(!sandbox.at("my work/.cargo").exists() && !sandbox.at("my work/.scrat").exists());
}

#[test]
#[cfg(target_os = "linux")]
fn a_library_that_nobody_looked_at_counts_whole_also_if_the_program_is_called_as_it_is() {
    let sandbox = Sandbox::with_crate(
        "ev-twin",
        "use scrat::prelude::*;\n\n#[stash]\nfn third(x: u64) -> u64 {\n    println!(\"runs\");\n    ev_twin::third(x)\n}\n\n\
         fn main() {\n    third(3);\n    println!(\"{}\", scrat::functions()[0].fingerprint_kind().word());\n}\n",
    );
    sandbox.write("src/lib.rs", "pub fn third(x: u64) -> u64 {\n    x / 3\n}\n");
    sandbox.scrat("init").exits(0);
    // As if its second pass had failed: it leaves nothing.
    let build_unseen = || {
        sandbox.cargo("build --quiet --lib").exits(0);
        for entry in std::fs::read_dir(shared().join("debug/deps")).unwrap().flatten() {
            let name = entry.file_name().into_string().unwrap();
            if name.starts_with("ev_twin-") && name.ends_with(".scrat") {
                std::fs::remove_file(entry.path()).unwrap();
            }
        }
        let told = sandbox.cargo("run --quiet").exits(0);
        assert_eq!(told.stderr.replace("scrat: made a stash in", "").lines().count(), 0, "{}", told.stderr);
        told.stdout
    };
    assert_eq!(build_unseen(), "runs\ncompiler\n");
    sandbox.edit("src/lib.rs", "x / 3", "x / 4");
    assert_eq!(build_unseen(), "runs\ncompiler\n", "miss: the library is another one");
    sandbox.edit("src/lib.rs", "x / 4", "x / 3");
    assert_eq!(build_unseen(), "compiler\n", "hit: it is the first one again");
}

/// A package without anything, and a call of the command as cargo calls it for that.
#[cfg(target_os = "linux")]
fn compile(sandbox: &Sandbox, compiler: &Path, words: &str) -> Told {
    let usual = "--crate-name plain --edition=2024 src/main.rs --crate-type bin --out-dir out";
    let mut command = Command::new(env!("CARGO_BIN_EXE_scrat"));
    command.arg(compiler).args(usual.split(' ')).args(words.split(' ')).current_dir(sandbox.path());
    command.env("CARGO_MANIFEST_DIR", sandbox.path()).env("CARGO_PKG_NAME", "plain");
    command.env_remove("RUSTC_WORKSPACE_WRAPPER").env_remove("RUSTC_WRAPPER");
    command.tell()
}

#[cfg(target_os = "linux")]
fn has_table(sandbox: &Sandbox) -> bool {
    let bytes = std::fs::read(sandbox.at("out/plain")).unwrap();
    bytes.ends_with(b"scrat table v1\0\0")
}

const LINK: &str = "--emit=dep-info,link -Copt-level=0";

#[test]
#[cfg(target_os = "linux")]
fn a_compiler_is_called_as_cargo_means_it_and_once_more_only_where_code_is_made() {
    let sandbox = Sandbox::empty();
    std::fs::create_dir(sandbox.at("out")).unwrap();
    sandbox.write("src/main.rs", "fn main() {\n    let unused = 1;\n}\n");
    sandbox.write("Cargo.toml", "[package]\nname = \"plain\"\nedition = \"2024\"\n");
    let logging = script(&sandbox, "rustc-logging", "echo \"$@\" >> \"$0.log\"\nexec rustc \"$@\"");
    let passes = || {
        let log = sandbox.read("rustc-logging.log");
        sandbox.remove("rustc-logging.log");
        log.lines().filter(|line| *line != "-vV").count()
    };
    let told = compile(&sandbox, &logging, LINK).exits(0);
    assert_eq!(told.stderr.matches("unused variable").count(), 1, "{}", told.stderr);
    assert!(has_table(&sandbox) && passes() == 2);
    compile(&sandbox, &logging, "--emit=dep-info,metadata").exits(0);
    assert_eq!(passes(), 1, "a check makes no code");

    // Very many words come in a file.
    let words: String = (0..9_000).map(|number| format!("--cfg\nfeature=\"a{number}\"\n")).collect();
    sandbox.write("words", &format!("{}\n{words}", LINK.replace(' ', "\n")));
    compile(&sandbox, &logging, "@words").exits(0);
    assert!(has_table(&sandbox) && passes() == 2);

    // A source that changes meanwhile.
    let meddling = "case \"$*\" in *dep-info*) rustc \"$@\"; echo >> src/main.rs;; *) exec rustc \"$@\";; esac";
    let told = compile(&sandbox, &script(&sandbox, "rustc-meddling", meddling), LINK).exits(0);
    told.says(&["src/main.rs changed during the build"]);
    assert!(!has_table(&sandbox) && !sandbox.at("out/plain.scrat").exists());

    // A compiler that nobody knows yet.
    let newer =
        "case \"$*\" in *-vV*) rustc \"$@\" | sed 's/^release: .*/release: 1.99.0/';; *) exec rustc \"$@\";; esac";
    let told = compile(&sandbox, &script(&sandbox, "rustc-newer", newer), LINK).exits(0);
    assert_eq!(told.stderr.matches("scrat: rustc 1.99.0 is newer than the compilers").count(), 1, "{}", told.stderr);
    assert!(!has_table(&sandbox));

    // What does not compile is told once, by the compiler alone.
    sandbox.write("src/main.rs", "fn main() {\n    let x: u8 = \"\";\n}\n");
    let told = compile(&sandbox, Path::new("rustc"), LINK).exits(1);
    assert_eq!(told.stderr.matches("mismatched types").count(), 1, "{}", told.stderr);
    assert!(!told.stderr.contains("scrat:"), "{}", told.stderr);
}
