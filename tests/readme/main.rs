//! The README, tried: its first program prints what the README says, and what it tells people to type exists.
//!
//! A tested block follows a comment `<!-- test: NAME -->`. In expected output, `…` stands for anything.

use std::collections::BTreeSet;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

const README: &str = include_str!("../../README.md");
const PENGUINS: &str = include_str!("../../examples/pipelines/penguins/src/main.rs");

/// The lines of the block behind a comment.
fn block(name: &str) -> String {
    let (_, after) = README.split_once(&format!("<!-- test: {name} -->")).expect("the README has the block");
    let fenced = after.lines().skip_while(|line| !line.starts_with("```")).skip(1);
    fenced.take_while(|line| *line != "```").map(|line| format!("{line}\n")).collect()
}

/// Whether a line is what the README says, with `…` for anything.
fn matches(pattern: &str, line: &str) -> bool {
    let Some((start, rest)) = pattern.split_once('…') else { return pattern == line };
    let (middle, end) = rest.rsplit_once('…').unwrap_or(("", rest));
    let Some(mut left) = line.strip_prefix(start).and_then(|left| left.strip_suffix(end)) else { return false };
    middle.split('…').all(|piece| match left.find(piece) {
        Some(at) => {
            left = &left[at + piece.len()..];
            true
        }
        None => false,
    })
}

#[test]
fn an_ellipsis_stands_for_anything() {
    assert!(matches("made a stash in …/.scrat", "made a stash in /tmp/x/.scrat"));
    assert!(matches("a…", "a b c") && matches("…", "") && matches("a", "a"));
    assert!(matches("a…c", "a c c") && matches("a…b…c", "a b c") && !matches("a…b…c", "a c"));
    assert!(!matches("a", "ab") && !matches("a…c", "ab") && !matches("…a", "ab"));
}

/// A crate with a program of the README's, outside of any workspace.
struct Crate {
    folder: tempfile::TempDir,
    program: String,
}

impl Crate {
    /// The first program. Crates have one target folder, and so each a name of its own.
    fn new(name: &str) -> Self {
        let folder = tempfile::tempdir().expect("a folder can be made");
        let checkout = Path::new(env!("CARGO_MANIFEST_DIR"));
        let dependencies = block("manifest").replace("../scrat/cli", &checkout.display().to_string());
        let manifest = format!("[package]\nname = \"{name}\"\nedition = \"2024\"\n\n{dependencies}\n[workspace]\n");
        // Nobody wants to wait; what is computed shows in the output.
        let program = block("program").replace("from_secs(3)", "from_millis(30)");
        assert!(program.contains("from_millis"), "the README's program waits for three seconds");
        std::fs::create_dir(folder.path().join("src")).expect("a folder can be made");
        let this = Self { folder, program };
        this.write("Cargo.toml", &manifest);
        this.write("src/main.rs", &this.program);
        let lock = std::fs::read_to_string(checkout.join("../Cargo.lock")).expect("the workspace has a lock file");
        this.write("Cargo.lock", &lock);
        this
    }

    fn write(&self, path: &str, text: &str) {
        std::fs::write(self.folder.path().join(path), text).expect("a file can be written");
    }

    /// Types what the block says at a prompt, and compares what comes.
    fn follow(&self, name: &str) {
        let block = block(name);
        let mut lines = block.lines();
        let words: Vec<&str> =
            lines.next().and_then(|line| line.strip_prefix("$ cargo ")).expect(name).split(' ').collect();
        let expected: Vec<&str> = lines.collect();
        let printed = self.cargo(&words);
        let printed: Vec<&str> = printed.lines().collect();
        let same = expected.len() == printed.len()
            && expected.iter().zip(&printed).all(|(expected, printed)| matches(expected, printed));
        assert!(same, "{name}\n\nthe README says:\n{}\n\nprinted was:\n{}", expected.join("\n"), printed.join("\n"));
    }

    /// What cargo and the program print, on both streams, in order.
    fn cargo(&self, words: &[&str]) -> String {
        let (mut reader, writer) = std::io::pipe().expect("a pipe can be made");
        let mut command = Command::new(env!("CARGO"));
        command
            .args(words)
            .current_dir(self.folder.path())
            .env("CARGO_TARGET_DIR", target())
            .env("CARGO_NET_OFFLINE", "true")
            // Smaller, and so quicker to link: nobody debugs it, and only the demo is ever built again.
            .env("CARGO_PROFILE_DEV_DEBUG", "0")
            .env("CARGO_INCREMENTAL", "0")
            .env("XDG_CONFIG_HOME", self.folder.path())
            .env_remove("SCRAT_STASH")
            .env_remove("SCRAT_DISABLE")
            .stdin(Stdio::null())
            .stdout(writer.try_clone().expect("a pipe can be shared"))
            .stderr(writer);
        let mut child = command.spawn().expect("cargo can be run");
        // It holds the other end of the pipe.
        drop(command);
        let mut printed = String::new();
        reader.read_to_string(&mut printed).expect("what is printed is text");
        let status = child.wait().expect("cargo ends");
        assert!(status.success(), "cargo {} failed:\n{printed}", words.join(" "));
        printed
    }
}

/// The folder that the stories build in, where the dependencies are by now. In the workspace's own, cargo would build the
/// crates of the workspace again at each change of sides.
fn target() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("stories")
}

#[test]
fn three_calls_compute_twice_and_then_never_until_the_body_is_edited() {
    let demo = Crate::new("readme-demo");
    demo.follow("first run");
    demo.follow("second run");
    let (_, after) = README.split_once("change `").expect("the README says what to change");
    let mut quoted = after.split('`');
    let (old, new) = (quoted.next().expect("old"), quoted.nth(1).expect("new"));
    assert!(demo.program.contains(old), "the program has no `{old}` to change");
    demo.write("src/main.rs", &demo.program.replace(old, new));
    demo.follow("edited run");
    demo.write("src/main.rs", &demo.program);
    demo.follow("undone run");
    demo.write("src/main.rs", &demo.program.replace(old, &format!("// A comment.\n    {old}")));
    demo.follow("undone run");
}

#[test]
fn a_program_with_a_step_that_reads_a_file_prints_what_it_says() {
    let demo = Crate::new("readme-csv");
    demo.write("src/main.rs", &block("csv"));
    demo.write("flights.csv", "carrier,delay\nUA,5\nAA,10\n");
    demo.follow("csv run");
}

/// What the README tells people to type: commands at a prompt, in shell blocks and between backquotes.
fn typed() -> Vec<String> {
    let mut typed = Vec::new();
    let mut language = None;
    for line in README.lines() {
        if let Some(fence) = line.strip_prefix("```") {
            language = if language.is_some() { None } else { Some(fence) };
        } else {
            match language {
                Some("sh") => typed.push(line.to_owned()),
                Some("console") => typed.extend(line.strip_prefix("$ ").map(str::to_owned)),
                Some(_) => {}
                None => typed.extend(line.split('`').skip(1).step_by(2).map(str::to_owned)),
            }
        }
    }
    typed
}

fn help(words: &[&str]) -> String {
    let nowhere = tempfile::tempdir().expect("a folder can be made");
    let mut command = Command::new(env!("CARGO_BIN_EXE_scrat"));
    let output = command.args(words).arg("--help").current_dir(nowhere.path()).output().expect("scrat can be run");
    assert!(output.status.success(), "`scrat {} --help` fails", words.join(" "));
    String::from_utf8(output.stdout).expect("help is text")
}

/// The subcommands that a help lists.
fn subcommands(help: &str) -> BTreeSet<String> {
    let listed = help.lines().skip_while(|line| *line != "Commands:").skip(1).take_while(|line| !line.is_empty());
    listed.filter_map(|line| line.split_whitespace().next()).map(str::to_owned).collect()
}

/// The flags in a text: `--flag` and `-f`.
fn flags(text: &str) -> BTreeSet<String> {
    let words = text.split(|c: char| c != '-' && !c.is_ascii_alphanumeric());
    words.filter(|word| word.starts_with('-') && !word.trim_start_matches('-').is_empty()).map(str::to_owned).collect()
}

/// Whether the example has a parameter behind this flag.
fn is_parameter(flag: &str) -> bool {
    PENGUINS.contains(&format!("\n    {}: ", flag.trim_start_matches('-').replace('-', "_")))
}

#[test]
fn every_subcommand_and_flag_that_is_mentioned_exists() {
    let commands = subcommands(&help(&[]));
    let mut known = flags(&help(&[]));
    commands.iter().for_each(|command| known.extend(flags(&help(&[command]))));
    subcommands(&help(&["stash"])).iter().for_each(|nested| known.extend(flags(&help(&["stash", nested]))));
    let mut seen = BTreeSet::new();
    for line in typed() {
        let line = line.strip_prefix("cargo ").filter(|rest| rest.starts_with("scrat ")).unwrap_or(&line);
        if let Some(rest) = line.strip_prefix("scrat ") {
            let mut words = rest.split_whitespace();
            let command = words.next().expect("a command");
            assert!(commands.contains(command), "`{line}`: there is no command `{command}`");
            let nested = words.next().filter(|_| command == "stash").map(|nested| vec![command, nested]);
            let words = nested.unwrap_or(vec![command]);
            let own = flags(&help(&words));
            for flag in flags(rest) {
                assert!(own.contains(&flag) || is_parameter(&flag), "`{line}`: {command} has no flag {flag}");
            }
            seen.insert(command.to_owned());
        } else if line.starts_with('-') {
            for flag in flags(line) {
                // Written out, so that it can't be taken for another of that name.
                let plain = flag.replacen("--param-", "--", 1).replacen("--scrat-", "--", 1);
                assert!(known.contains(&plain) || is_parameter(&plain), "`{line}`: there is no flag {flag}");
            }
        }
    }
    assert_eq!(seen, commands, "the README mentions every command");
}
