//! Settings. The environment overrides the project's `scrat.toml`, which overrides the user's, which overrides the
//! defaults. A command applies its flags last, by setting fields.
//!
//! This is the only place that reads the environment, because a hidden read is a stale hit.

use std::path::{Path, PathBuf};

use scrat_fingerprint::{Strictness, line_and_key, parse_size};
use serde::Deserialize;

use super::limits::{self, Limits};
use super::which::Which;
use crate::stack::of_main_thread;
use crate::stash::Durability;

/// What can be set, in `scrat.toml` and in the environment.
///
/// # Examples
///
/// ```
/// use scrat::{Config, Engine};
///
/// # let folder = tempfile::tempdir()?;
/// # let folder = folder.path();
/// std::fs::write(folder.join("scrat.toml"), "jobs = 2\nstash = \"kept\"")?;
/// let mut config = Config::load(folder)?;
/// assert_eq!(config.stash, Some(folder.join("kept")));
///
/// config.stash = Some(folder.join("elsewhere"));
/// let engine = Engine::open(&config, folder, |_| {});
/// assert!(engine.stash().is_some_and(|stash| stash.root().ends_with("elsewhere")));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[non_exhaustive]
pub struct Config {
    /// The stash's folder; relative to the file that sets it.
    #[serde(deserialize_with = "limits::path")]
    pub stash: Option<PathBuf>,
    /// How many results are kept. They are set under `[stash]`, where the folder is `path` then.
    #[serde(skip)]
    pub limits: Limits,
    /// How many threads run steps; one for each processor if not set.
    pub jobs: Option<usize>,
    /// Stack size in bytes of each thread that runs steps; that of the main thread if not set.
    #[serde(deserialize_with = "size")]
    pub stack: Option<usize>,
    /// Which functions always run, without being stored.
    pub disable: Which,
    /// Which functions compute each result once more in each process, and replace what is stored. It is for one
    /// process, so only the environment sets it.
    #[serde(skip)]
    pub force: Which,
    /// What is kept in memory.
    pub memory: Memory,
    /// Of which functions each direct call is reported, with whether its value was found.
    pub verbose: Which,
    /// Whether large results are compressed where it is worth it; they are if not set.
    pub compress: Option<bool>,
    /// What a stored result survives.
    pub durability: Durability,
    /// Whether the other steps go on when one fails.
    pub keep_going: bool,
    /// How strictly packages and the toolchain count. The macro reads this setting when a project is built; it is read
    /// here only so that a mistake in it is reported.
    pub fingerprint: Strictness,
}

/// What a process keeps in memory of the results that it used lately: bytes, and values of functions with
/// `#[stash(memory)]`.
///
/// # Examples
///
/// ```
/// use scrat::Config;
///
/// # let folder = tempfile::tempdir()?;
/// # let folder = folder.path();
/// std::fs::write(folder.join("scrat.toml"), "[memory]\nbudget = \"1 GiB\"")?;
/// assert_eq!(Config::load(folder)?.memory.budget, Some(1 << 30));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[non_exhaustive]
pub struct Memory {
    /// How many bytes it may be, by what the results take on disk; 64 MiB if not set.
    #[serde(deserialize_with = "budget")]
    pub budget: Option<usize>,
}

/// Why the settings can't be read.
///
/// # Examples
///
/// ```
/// use scrat::{Config, ConfigError};
///
/// # let folder = tempfile::tempdir()?;
/// std::fs::write(folder.path().join("scrat.toml"), "jbos = 4")?;
/// match Config::load(folder.path()) {
///     Err(ConfigError::Parse { line, message, .. }) => assert!(line == 1 && message.contains("jbos")),
///     other => panic!("{other:?}"),
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// A file could not be read.
    #[error("cannot read {path}: {source}")]
    Read {
        /// The file.
        path: PathBuf,
        /// The system's answer.
        source: std::io::Error,
    },
    /// A file has a mistake in it.
    #[error("{path} is not a valid configuration: line {line}: {message}")]
    Parse {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
        /// What is wrong, and which key it is about.
        message: String,
    },
    /// An environment variable has a value that it must not have.
    #[error("the environment variable {name} is `{value}`: expected {expected}")]
    Variable {
        /// Its name.
        name: &'static str,
        /// Its value.
        value: String,
        /// What the value may be.
        expected: &'static str,
    },
}

/// The name of the settings file.
pub const FILE: &str = "scrat.toml";

impl Config {
    /// The settings that apply in a folder.
    ///
    /// # Errors
    /// If a settings file can't be read, or if it or a variable has a mistake in it.
    #[expect(clippy::disallowed_methods, reason = "this is the one place")]
    pub fn load(folder: &Path) -> Result<Self, ConfigError> {
        let user = std::env::var_os("XDG_CONFIG_HOME")
            .map(PathBuf::from)
            .or_else(|| std::env::home_dir().map(|home| home.join(".config")))
            .map(|folder| folder.join("scrat").join(FILE));
        let project = folder.ancestors().map(|folder| folder.join(FILE)).find(|file| file.is_file());
        let mut table = toml::Table::new();
        let mut origin = PathBuf::from(FILE);
        for path in [user.clone(), project].into_iter().flatten() {
            if let Some(layer) = read(&path, Some(&path) == user.as_ref())? {
                add(&mut table, layer);
                origin = path;
            }
        }
        // Each file was right by itself.
        let wrong = |error: toml::de::Error| wrong(&origin, "", &error);
        let limits = limits::limits_of(&table).map_err(wrong)?;
        let mut config = Self { limits, ..table.try_into().map_err(wrong)? };
        let mut unreadable = None;
        config.environment(|name| match std::env::var(name) {
            Err(std::env::VarError::NotUnicode(value)) => {
                let value = value.to_string_lossy().into_owned();
                unreadable = Some(ConfigError::Variable { name, value, expected: "text in UTF-8" });
                None
            }
            found => found.ok().filter(|value| !value.is_empty()),
        })?;
        // A path may be anything.
        if let Some(value) = std::env::var_os("SCRAT_STASH").filter(|value| !value.is_empty()) {
            config.stash = Some(value.into());
        }
        match unreadable {
            Some(ConfigError::Variable { name: "SCRAT_STASH" | "RUST_MIN_STACK", .. }) | None => Ok(config),
            Some(error) => Err(error),
        }
    }

    fn environment(&mut self, mut variable: impl FnMut(&'static str) -> Option<String>) -> Result<(), ConfigError> {
        let flag = |name, value: String| match value.as_str() {
            "1" | "true" => Ok(true),
            "0" | "false" => Ok(false),
            _ => Err(ConfigError::Variable { name, value, expected: "1 or 0" }),
        };
        if let Some(value) = variable("SCRAT_STASH") {
            self.stash = Some(value.into());
        }
        if let Some(value) = variable("SCRAT_JOBS") {
            let jobs = value.parse().ok().filter(|&jobs| jobs > 0);
            let wrong = ConfigError::Variable { name: "SCRAT_JOBS", value, expected: "a number of threads" };
            self.jobs = Some(jobs.ok_or(wrong)?);
        }
        if let Some(value) = variable("SCRAT_STACK") {
            let stack = parse_memory(&value);
            let wrong = ConfigError::Variable { name: "SCRAT_STACK", value, expected: SIZE };
            self.stack = Some(stack.ok_or(wrong)?);
        }
        if self.stack.is_none()
            && let Some(threads) = variable("RUST_MIN_STACK").and_then(|value| value.parse().ok())
            && threads > of_main_thread()
        {
            // Whoever asks for it asks for threads in general.
            self.stack = Some(threads);
        }
        if let Some(value) = variable("SCRAT_DISABLE") {
            self.disable = Which::parse(&value);
        }
        if let Some(value) = variable("SCRAT_FORCE") {
            self.force = Which::parse(&value);
        }
        if let Some(value) = variable("SCRAT_MEMORY") {
            let budget = parse_budget(&value);
            let wrong = ConfigError::Variable { name: "SCRAT_MEMORY", value, expected: SIZE };
            self.memory.budget = Some(budget.ok_or(wrong)?);
        }
        if let Some(value) = variable("SCRAT_VERBOSE") {
            self.verbose = Which::parse(&value);
        }
        if let Some(value) = variable("SCRAT_DURABILITY") {
            let found = Durability::NAMES.into_iter().find(|(name, _)| *name == value);
            let expected = "`process` or `power`";
            let wrong = ConfigError::Variable { name: "SCRAT_DURABILITY", value, expected };
            self.durability = found.ok_or(wrong)?.1;
        }
        if let Some(value) = variable("SCRAT_KEEP_GOING") {
            self.keep_going = flag("SCRAT_KEEP_GOING", value)?;
        }
        Ok(())
    }
}

const SIZE: &str = "a size, such as 64MiB";

/// A size, given as text with a unit or as a number of bytes.
fn size<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<usize>, D::Error> {
    let value = toml::Value::deserialize(deserializer)?;
    let size = match &value {
        toml::Value::String(text) => parse_memory(text),
        toml::Value::Integer(bytes) => usize::try_from(*bytes).ok().filter(|&bytes| bytes > 0),
        _ => None,
    };
    size.map(Some).ok_or_else(|| serde::de::Error::custom(format!("`stack` takes {SIZE}")))
}

/// The same for a size that may be nothing.
fn budget<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<usize>, D::Error> {
    let value = toml::Value::deserialize(deserializer)?;
    let size = match &value {
        toml::Value::String(text) => parse_budget(text),
        toml::Value::Integer(bytes) => usize::try_from(*bytes).ok(),
        _ => None,
    };
    size.map(Some).ok_or_else(|| serde::de::Error::custom(format!("`budget` takes {SIZE}, or 0")))
}

/// A size that memory can have.
fn parse_memory(text: &str) -> Option<usize> {
    parse_size(text).and_then(|size| usize::try_from(size).ok())
}

fn parse_budget(text: &str) -> Option<usize> {
    if text.trim() == "0" { Some(0) } else { parse_memory(text) }
}

/// Reads a file, and checks it on its own, so that a mistake is reported with its file and line.
fn read(path: &Path, is_users: bool) -> Result<Option<toml::Table>, ConfigError> {
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(source) if source.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        // Another user's home, as with `sudo -u`, has no settings for this one.
        Err(source) if is_users && source.kind() == std::io::ErrorKind::PermissionDenied => return Ok(None),
        Err(source) => return Err(ConfigError::Read { path: path.to_owned(), source }),
    };
    let wrong = |error: toml::de::Error| wrong(path, &text, &error);
    let mut table: toml::Table = toml::from_str(&text).map_err(wrong)?;
    let config: Config = toml::from_str(&text).map_err(wrong)?;
    let is_key = |key: &str, line: &str| line.trim_start().trim_start_matches('[').trim_start().starts_with(key);
    let line_of = |key: &str| text.lines().position(|line| is_key(key, line)).map_or(1, |line| line + 1);
    let refused = |key: &str, message: &str| {
        let (path, line) = (path.to_owned(), line_of(key));
        Err(ConfigError::Parse { path, line, message: message.to_owned() })
    };
    if is_users && table.contains_key("fingerprint") {
        return refused(
            "fingerprint",
            "[fingerprint] belongs in the project's scrat.toml, where it holds for everybody",
        );
    }
    if config.jobs == Some(0) {
        return refused("jobs", "`jobs` is 0: expected a number of threads");
    }
    if let (Some(stash), Some(folder)) = (config.stash, path.parent()) {
        let stash = folder.join(stash).to_string_lossy().into_owned();
        match table.get_mut("stash") {
            Some(toml::Value::Table(table)) => drop(table.insert("path".to_owned(), stash.into())),
            _ => drop(
                table.insert("stash".to_owned(), toml::Table::from_iter([("path".to_owned(), stash.into())]).into()),
            ),
        }
    }
    Ok(Some(table))
}

/// Puts the settings of one file over those of another. Where results are kept and how many are settings of their own.
fn add(table: &mut toml::Table, layer: toml::Table) {
    for (key, value) in layer {
        match (table.get_mut(&key), value) {
            (Some(toml::Value::Table(under)), toml::Value::Table(over)) if key == "stash" => under.extend(over),
            (_, value) => drop(table.insert(key, value)),
        }
    }
}

fn wrong(path: &Path, text: &str, error: &toml::de::Error) -> ConfigError {
    let (line, key) = line_and_key(text, error.span().map_or(0, |span| span.start));
    let message = error.message().lines().collect::<Vec<_>>().join(", ");
    let message = match key {
        Some(key) if !message.contains(&format!("`{key}`")) => format!("`{key}`: {message}"),
        _ => message,
    };
    ConfigError::Parse { path: path.to_owned(), line, message }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_project_file_is_found_upwards_and_its_stash_is_relative_to_it() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join(FILE), "stash = \"cache\"\njobs = 3\n").unwrap();
        let inner = folder.path().join("a/b");
        std::fs::create_dir_all(&inner).unwrap();
        let config = Config::load(&inner).unwrap();
        assert_eq!(config.stash, Some(folder.path().join("cache")));
        assert_eq!(config.jobs, Some(3));
    }

    #[test]
    fn a_stack_is_a_size() {
        let folder = tempfile::tempdir().unwrap();
        let with = |text: &str| {
            std::fs::write(folder.path().join(FILE), text).unwrap();
            Config::load(folder.path())
        };
        assert_eq!(with("stack = \"64MiB\"\n").unwrap().stack, Some(64 << 20));
        assert_eq!(with("stack = 1048576\n").unwrap().stack, Some(1 << 20));
        let error = with("stack = \"big\"\n").unwrap_err().to_string();
        assert!(error.contains("stack") && error.contains("64MiB"), "{error}");
        let mut config = Config::default();
        config.environment(|name| (name == "SCRAT_STACK").then(|| "32M".to_owned())).unwrap();
        assert_eq!(config.stack, Some(32 << 20));
    }

    #[test]
    fn a_budget_for_memory_is_a_size_or_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let with = |text: &str| {
            std::fs::write(folder.path().join(FILE), text).unwrap();
            Config::load(folder.path()).map(|config| config.memory.budget)
        };
        assert_eq!(with("[memory]\nbudget = \"2 GiB\"\n").unwrap(), Some(2 << 30));
        assert_eq!(with("memory.budget = 0\n").unwrap(), Some(0));
        let error = with("[memory]\nbudget = \"much\"\n").unwrap_err().to_string();
        assert!(error.contains("line 2") && error.contains("budget"), "{error}");
        assert!(with("[memory]\nbugdet = 0\n").is_err());
    }

    #[test]
    fn durability_is_one_of_two_words() {
        let with = |value: &'static str| {
            let mut config = Config::default();
            config
                .environment(|name| (name == "SCRAT_DURABILITY").then(|| value.to_owned()))
                .map(|()| config.durability)
        };
        assert_eq!(with("power").unwrap(), Durability::Power);
        assert_eq!(with("process").unwrap(), Durability::Process);
        assert!(with("Power").unwrap_err().to_string().contains("`process` or `power`"));
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join(FILE), "durability = \"fsync\"\n").unwrap();
        let error = Config::load(folder.path()).unwrap_err().to_string();
        assert!(error.contains("line 1") && error.contains("`power`"), "{error}");
    }

    #[test]
    fn a_misspelt_setting_is_an_error_that_names_it_and_the_file() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join(FILE), "stahs = \"cache\"\n").unwrap();
        let error = Config::load(folder.path()).unwrap_err().to_string();
        assert!(error.contains("`stahs`") && error.contains("scrat.toml"), "{error}");
    }

    #[test]
    fn a_mistake_is_told_with_its_line_and_key() {
        let folder = tempfile::tempdir().unwrap();
        let told = |text: &str| {
            std::fs::write(folder.path().join(FILE), text).unwrap();
            Config::load(folder.path()).unwrap_err().to_string()
        };
        for (text, line, key) in [
            ("# settings\njobs = \"four\"\n", "line 2", "`jobs`"),
            ("jobs = -1\n", "line 1", "`jobs`"),
            ("stash = \"a\"\n\njobs = 0\n", "line 3", "`jobs`"),
            ("stash = 3\n", "line 1", "`stash`"),
            ("keep_going = \"yes\"\n", "line 1", "`keep_going`"),
            ("jobs = 2\nstahs = \"x\"\n", "line 2", "`stahs`"),
            ("jobs = 2\n\n[fingerprint]\npackages = \"loose\"\n", "line 4", "`fingerprint.packages`"),
            ("[fingerprint]\npackages = 1\n", "line 2", "`fingerprint.packages`"),
            ("jobs = 2\ndisable = tru\n", "line 2", "`disable`"),
        ] {
            let told = told(text);
            assert!(told.contains("scrat.toml") && told.contains(line) && told.contains(key), "{text}: {told}");
        }
    }

    #[test]
    fn the_environment_goes_over_files_and_is_checked() {
        let mut config = Config { jobs: Some(1), ..Config::default() };
        config.environment(|name| (name == "SCRAT_JOBS").then(|| "8".to_owned())).unwrap();
        assert_eq!(config.jobs, Some(8));
        let error = config.environment(|name| (name == "SCRAT_KEEP_GOING").then(|| "maybe".to_owned())).unwrap_err();
        assert!(error.to_string().contains("SCRAT_KEEP_GOING"), "{error}");
    }

    #[test]
    fn functions_are_disabled_by_name_in_the_file_and_forced_in_the_environment_alone() {
        let folder = tempfile::tempdir().unwrap();
        let with = |text: &str| {
            std::fs::write(folder.path().join(FILE), text).unwrap();
            Config::load(folder.path())
        };
        assert_eq!(with("disable = true\n").unwrap().disable, Which::All);
        assert_eq!(with("disable = \"clean, fit*\"\n").unwrap().disable, Which::parse("clean,fit*"));
        assert!(with("disable = 1\n").unwrap_err().to_string().contains("`disable`"));
        assert!(with("force = true\n").is_err());
        let mut config = Config::default();
        config.environment(|name| (name == "SCRAT_FORCE").then(|| "fit".to_owned())).unwrap();
        assert_eq!(config.force, Which::parse("fit"));
    }
}
