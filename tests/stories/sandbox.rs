//! A folder of its own for a story, with a clean environment, and the programs that stories run.
//!
//! All crates of all stories are compiled into one target folder beside the workspace's own, which stays there
//! from run to run, so that what they depend on is compiled once. Packages must therefore differ in name, and what earlier
//! runs made of them goes first: where a folder has copies of a package, the command builds once more to be sure.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use serde_json::Value;

/// The file in which the stories' functions note that they ran.
const LOG: &str = "ran.log";

/// How long a story waits for something that has to happen.
const LONGEST: Duration = Duration::from_secs(120);

/// The installed command.
const SCRAT: &str = env!("CARGO_BIN_EXE_scrat");

/// A folder that nothing else knows of.
pub(crate) struct Sandbox {
    folder: tempfile::TempDir,
}

impl Sandbox {
    /// An empty folder.
    pub(crate) fn empty() -> Self {
        Self { folder: tempfile::Builder::new().prefix("scrat-story-").tempdir().unwrap() }
    }

    /// A crate that depends on scrat.
    pub(crate) fn with_crate(name: &str, main: &str) -> Self {
        let sandbox = Self::empty();
        forget(name);
        write_crate(sandbox.path(), name);
        sandbox.write("src/main.rs", main);
        sandbox
    }

    /// A crate that depends on what is named here as [`Sandbox::write_crate`] has it.
    pub(crate) fn with_dependencies(name: &str, dependencies: &[(&str, &str)], main: &str) -> Self {
        let sandbox = Self::empty();
        forget(name);
        write(&sandbox.at("Cargo.toml"), &(manifest(name, dependencies) + WORKSPACE));
        write_lock(sandbox.path());
        sandbox.write("src/main.rs", main);
        sandbox
    }

    /// A crate in a folder of its name, of the sandbox's workspace, that depends on packages by names of its own. All but
    /// scrat are in folders of their names.
    pub(crate) fn write_crate(&self, name: &str, dependencies: &[(&str, &str)]) {
        forget(name);
        self.write(&format!("{name}/Cargo.toml"), &manifest(name, dependencies));
    }

    /// The folder of a user of [`pantry`]: its input, and nothing else.
    pub(crate) fn with_nuts() -> Self {
        let sandbox = Self::empty();
        sandbox.write("data/nuts.csv", NUTS);
        sandbox
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn at(&self, path: &str) -> PathBuf {
        self.path().join(path)
    }

    pub(crate) fn write(&self, path: &str, text: &str) {
        write(&self.at(path), text);
    }

    pub(crate) fn read(&self, path: &str) -> String {
        let path = self.at(path);
        std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    }

    pub(crate) fn remove(&self, path: &str) {
        std::fs::remove_file(self.at(path)).unwrap();
    }

    /// Replaces a piece of a file that is in it once.
    pub(crate) fn edit(&self, path: &str, old: &str, new: &str) {
        let text = self.read(path);
        assert_eq!(text.matches(old).count(), 1, "`{old}` in {path}");
        self.write(path, &text.replace(old, new));
    }

    /// What has run since the last time that this was asked, in alphabetical order.
    pub(crate) fn ran(&self) -> Vec<String> {
        let log = self.at(LOG);
        let mut lines: Vec<_> = std::fs::read_to_string(&log).unwrap_or_default().lines().map(str::to_owned).collect();
        drop(std::fs::remove_file(log));
        lines.sort();
        lines
    }

    /// Waits until a function has noted that it runs.
    pub(crate) fn wait_until_runs(&self, what: &str) {
        let log = self.at(LOG);
        wait_until(what, || std::fs::read_to_string(&log).unwrap_or_default().lines().any(|line| line == what));
    }

    /// Runs the installed command with these words, which stand apart by spaces.
    pub(crate) fn scrat(&self, words: &str) -> Told {
        self.command(Path::new(SCRAT), words).tell()
    }

    /// Runs the program `pantry`.
    pub(crate) fn pantry(&self, words: &str) -> Told {
        self.command(pantry(), words).tell()
    }

    /// Runs cargo.
    pub(crate) fn cargo(&self, words: &str) -> Told {
        self.command(Path::new("cargo"), words).tell()
    }

    /// A program with its words, to be run here in a clean environment.
    pub(crate) fn command(&self, program: &Path, words: &str) -> Command {
        let mut command = Command::new(program);
        command.args(words.split_whitespace()).current_dir(self.path());
        clean(&mut command, &self.at("home"));
        command
    }
}

/// What a program said, and its exit code.
#[derive(Debug)]
pub(crate) struct Told {
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
}

/// What a run came to, by its own account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Totals {
    pub hits: u64,
    pub ran: u64,
    pub failed: u64,
    pub skipped: u64,
}

impl Told {
    /// Checks the exit code.
    #[track_caller]
    pub(crate) fn exits(self, code: i32) -> Self {
        assert_eq!(self.code, code, "exit code\n--- stdout\n{}\n--- stderr\n{}", self.stdout, self.stderr);
        self
    }

    /// Checks that stderr has these texts.
    #[track_caller]
    pub(crate) fn says(self, texts: &[&str]) -> Self {
        for text in texts {
            assert!(self.stderr.contains(text), "no `{text}` in\n{}", self.stderr);
        }
        self
    }

    /// Checks that a mistake was told as one sentence and a hint, on stderr alone.
    #[track_caller]
    pub(crate) fn complains(self, sentence: &str, hint: &str) -> Self {
        assert_eq!(self.stdout, "", "a mistake belongs on stderr");
        let line = |start: &str, text: &str| {
            let lines = self.stderr.lines().filter(|line| line.starts_with(start)).collect::<Vec<_>>();
            assert_eq!(lines.len(), 1, "one line `{start}` in\n{}", self.stderr);
            assert!(lines[0].contains(text), "no `{text}` in `{}`", lines[0]);
        };
        line("error: ", sentence);
        line(" hint: ", hint);
        self.stays_calm()
    }

    /// Checks that nobody is shown the inside of scrat.
    #[track_caller]
    pub(crate) fn stays_calm(self) -> Self {
        for word in ["stack backtrace", "RUST_BACKTRACE", "thread '"] {
            assert!(!self.stderr.contains(word), "`{word}` in\n{}", self.stderr);
        }
        self
    }

    /// The lines of `--format json`.
    #[track_caller]
    pub(crate) fn events(&self) -> Vec<Value> {
        let parse = |line: &str| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error} in `{line}`"));
        self.stdout.lines().map(parse).collect()
    }

    /// The counts at the end of `run --format json`.
    #[track_caller]
    pub(crate) fn totals(&self) -> Totals {
        let events = self.events();
        let last = events.last().unwrap_or_else(|| panic!("no events\n{}", self.stderr));
        assert_eq!(last["event"], "finished");
        let count = |name: &str| last[name].as_u64().unwrap_or_else(|| panic!("no {name} in {last}"));
        let totals =
            Totals { hits: count("hits"), ran: count("ran"), failed: count("failed"), skipped: count("skipped") };
        assert_eq!(count("steps"), totals.hits + totals.ran + totals.failed + totals.skipped, "{last}");
        totals
    }

    /// The functions that ran, with how they ended, in alphabetical order.
    #[track_caller]
    pub(crate) fn outcomes(&self) -> Vec<(String, String)> {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let ended = self.events().into_iter().filter(|event| event["event"] == "ended");
        let mut outcomes: Vec<_> =
            ended.map(|event| (short(&text(&event["function"])).to_owned(), text(&event["outcome"]))).collect();
        outcomes.sort();
        outcomes
    }
}

/// The last segment of a function's name.
pub(crate) fn short(name: &str) -> &str {
    name.rsplit("::").next().unwrap_or(name)
}

/// Runs a command to its end.
pub(crate) trait Tell {
    fn tell(self) -> Told;
}

impl Tell for Command {
    fn tell(mut self) -> Told {
        self.stdin(Stdio::null());
        self.output().unwrap_or_else(|error| panic!("{self:?}: {error}")).into()
    }
}

impl From<Output> for Told {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

/// Asks again and again, for a limited time.
#[track_caller]
pub(crate) fn wait_until(what: &str, is_so: impl Fn() -> bool) {
    let began = Instant::now();
    while !is_so() {
        assert!(began.elapsed() < LONGEST, "waited too long for: {what}");
        std::thread::sleep(Duration::from_millis(5));
    }
}

const NUTS: &str = "weight\n3\n1\n-1\n2\n";

/// The program that most stories run. It is compiled once, in a folder that stays.
pub(crate) fn pantry() -> &'static Path {
    static PANTRY: OnceLock<PathBuf> = OnceLock::new();
    PANTRY.get_or_init(|| {
        let folder = shared().join("crates/pantry");
        write_crate(&folder, "pantry");
        write(&folder.join("src/main.rs"), include_str!("crates/pantry.rs"));
        let mut build = Command::new("cargo");
        build.args(["build", "--quiet"]).current_dir(&folder);
        clean(&mut build, &folder.join("home"));
        build.tell().exits(0);
        shared().join("debug/pantry")
    })
}

/// The target folder of all stories.
pub(crate) fn shared() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("stories")
}

/// Removes what was made of a package, and of those whose names begin with its name.
fn forget(name: &str) {
    let inside = ["deps", "examples", "incremental", ".fingerprint"];
    let folders = ["debug", "release"].iter().flat_map(|profile| inside.map(|it| shared().join(profile).join(it)));
    for entry in folders.filter_map(|folder| std::fs::read_dir(folder).ok()).flatten().flatten() {
        let made = entry.file_name().to_string_lossy().replace('_', "-");
        if made.strip_prefix("lib").unwrap_or(&made).starts_with(&format!("{name}-")) {
            // cargo may be at it.
            drop(std::fs::remove_file(entry.path()).or_else(|_| std::fs::remove_dir_all(entry.path())));
        }
    }
}

fn write_crate(folder: &Path, name: &str) {
    write(&folder.join("Cargo.toml"), &(manifest(name, &[("scrat", "scrat")]) + WORKSPACE));
    write_lock(folder);
}

/// What makes a package the root of a workspace.
const WORKSPACE: &str = "\n[workspace]\n";

fn manifest(name: &str, dependencies: &[(&str, &str)]) -> String {
    let head = format!("[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n[dependencies]\n");
    let lines = dependencies.iter().map(|(key, package)| {
        let renamed = if key == package { String::new() } else { format!("package = {package:?}, ") };
        let rest = match *package {
            "scrat" => {
                let path = env!("CARGO_MANIFEST_DIR");
                format!("path = {path:?}, default-features = false, features = [\"command\"]")
            }
            other => format!("path = {other:?}"),
        };
        format!("{key} = {{ {renamed}{rest} }}\n")
    });
    head + &lines.collect::<String>() + "serde = { version = \"1\", features = [\"derive\"] }\n"
}

/// Gives a crate the workspace's lock file, so that it has the dependencies that are there, without a network.
pub(crate) fn write_lock(folder: &Path) {
    let lock = include_str!("../../Cargo.lock");
    if !folder.join("Cargo.lock").exists() {
        write(&folder.join("Cargo.lock"), lock);
    }
}

/// Writes a file, unless it is so already: cargo compiles what was written.
fn write(path: &Path, text: &str) {
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    if std::fs::read_to_string(path).ok().as_deref() != Some(text) {
        std::fs::write(path, text).unwrap();
    }
}

/// Takes everything out of a command's environment but what it takes to compile.
fn clean(command: &mut Command, home: &Path) {
    #[expect(clippy::disallowed_methods, reason = "the toolchain of the tests is that of what they compile")]
    let variable = |name: &str| std::env::var_os(name);
    let passed_on = ["PATH", "RUSTUP_TOOLCHAIN", "RUSTUP_AUTO_INSTALL", "TMPDIR", "CC"];
    let passed_on = passed_on.into_iter().filter_map(|name| variable(name).map(|value| (name, value)));
    let true_home = std::env::home_dir().unwrap_or_default();
    let cargo_home = variable("CARGO_HOME").map_or_else(|| true_home.join(".cargo"), PathBuf::from);
    let rustup_home = variable("RUSTUP_HOME").map_or_else(|| true_home.join(".rustup"), PathBuf::from);
    command
        .env_clear()
        .envs(passed_on)
        .env("CARGO_HOME", cargo_home)
        .env("RUSTUP_HOME", rustup_home)
        .env("HOME", home)
        .env("XDG_CONFIG_HOME", home.join(".config"))
        .env("CARGO_TARGET_DIR", shared())
        .env("CARGO_NET_OFFLINE", "true")
        // Smaller, and so quicker to link.
        .env("CARGO_PROFILE_DEV_DEBUG", "0")
        // One story builds as the command does where nothing is said: what that is made of takes minutes to optimise.
        .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "0")
        // Nobody shall see a backtrace, even who likes them.
        .env("RUST_BACKTRACE", "1");
}
