//! What can be read off the words before the pipeline, and so its flags, are known.

use std::ffi::OsString;

use clap::CommandFactory;

use crate::args::cargo_flags::with_cargo_flags;
use crate::args::words::{Places, plain};
use crate::args::{Cli, Color};
use crate::complaint::Complaint;
use crate::launch::cargo::flags::CargoFlags;
use crate::launch::find::Found;
use crate::print::result;

/// A command that needs a pipeline.
#[derive(Debug)]
pub(crate) struct Request {
    /// `run`, `plan`, …
    command: String,
    /// The pipeline as it was typed: a name, a folder or a manifest.
    pub(super) pipeline: Option<String>,
    /// Where it stands among the words.
    position: Option<usize>,
    /// Where the last of the command's own words stands.
    own: Option<usize>,
    pub(super) dev: bool,
    /// What is for cargo.
    pub(super) cargo: CargoFlags,
    pub(super) quiet: bool,
    pub(super) help: bool,
    color: Color,
    shape: clap::Command,
}

impl Request {
    /// Reads the words, if they are a command that needs a pipeline. Flags that scrat does not know belong to the
    /// pipeline; each is taken to have a value, unless another flag follows.
    pub(crate) fn read(shape: &clap::Command, words: &[OsString]) -> Option<Self> {
        let texts: Vec<String> = words.iter().map(|word| plain(&word.to_string_lossy())).collect();
        let Places { at, own, pipeline: position } = Places::of(shape, &texts)?;
        let has = |names: &[&str]| texts.iter().any(|text| names.contains(&text.as_str()));
        let color = match texts
            .iter()
            .zip(texts.iter().skip(1))
            .find(|(flag, _)| *flag == "--color")
            .map(|(_, when)| when.as_str())
        {
            Some("always") => Color::Always,
            Some("never") => Color::Never,
            _ if has(&["--color=always"]) => Color::Always,
            _ if has(&["--color=never"]) => Color::Never,
            _ => Color::Auto,
        };
        Some(Self {
            command: texts[at].clone(),
            pipeline: position.map(|position| texts[position].clone()),
            position,
            own,
            dev: has(&["--dev"]),
            cargo: CargoFlags::read(&texts, at + 1),
            quiet: has(&["-q", "--quiet"]),
            help: has(&["-h", "--help"]),
            color,
            shape: shape.clone(),
        })
    }

    /// What is asked of a build that nobody typed the words for.
    pub(super) fn for_build(profile: &str) -> Result<Self, Complaint> {
        let typed: Vec<OsString> = ["scrat", "run", "--profile", profile].map(OsString::from).into();
        Self::read(&with_cargo_flags(Cli::command(), true), &typed)
            .ok_or_else(|| Complaint::usage("cannot ask for a build; this is a bug in scrat"))
    }

    /// The only word of `scrat why WORD`, which may be a step or a pipeline.
    pub(super) fn doubtful(&self, words: &[OsString]) -> Option<String> {
        let own = self.own.filter(|_| self.command == "why" && self.position.is_none())?;
        words.get(own).map(|word| word.to_string_lossy().into_owned())
    }

    /// The same request with that word taken for the pipeline.
    pub(super) fn about_doubtful(mut self, words: &[OsString]) -> Self {
        self.pipeline = self.doubtful(words);
        self.position = self.own.take();
        self
    }

    /// Whether what was taken for the pipeline follows `--force`, and so may be the step to force.
    pub(super) fn names_a_step_to_force(&self, words: &[OsString]) -> bool {
        let before = self.position.and_then(|position| words.get(position.checked_sub(1)?));
        before.is_some_and(|word| word == "--force")
    }

    /// The same request without a word for the pipeline.
    pub(super) fn about_the_only_pipeline(mut self) -> Self {
        self.pipeline = None;
        self.position = None;
        self
    }

    /// Whether it asks about what was done before, so that the last run tells the pipeline.
    pub(super) fn looks_back(&self, words: &[OsString]) -> bool {
        ["why", "show"].contains(&self.command.as_str()) || words.iter().any(|word| word == "--last")
    }

    pub(crate) fn color(&self) -> Color {
        self.color
    }

    /// The words for the pipeline's own program, with the pipeline's name in place of what was typed for it.
    pub(super) fn words_for(&self, words: &[OsString], found: &Found) -> Vec<OsString> {
        let is_cargos = |index: &usize| self.cargo.words.contains(index);
        let replace = |(index, word): (usize, &OsString)| match (self.position == Some(index), &found.pipeline) {
            _ if is_cargos(&index) => None,
            (true, Some(name)) => Some(OsString::from(name)),
            (true, None) => None,
            (false, _) => Some(word.clone()),
        };
        let mut passed: Vec<_> = words.iter().enumerate().skip(1).filter_map(replace).collect();
        if let (None, Some(name)) = (self.position, &found.pipeline) {
            let after_command = passed.iter().position(|word| **word == *self.command).map_or(0, |index| index + 1);
            // The words passed begin after the command's own name, one earlier.
            let after_own = self.own.map(|own| own - (0..own).filter(is_cargos).count());
            passed.insert(after_own.unwrap_or(after_command).min(passed.len()), name.into());
        }
        passed
    }

    /// Whether it is `scrat watch`.
    pub(super) fn watches(&self) -> bool {
        self.command == "watch"
    }

    /// The words of `scrat watch` as words of another command, without flags that only a run has.
    pub(super) fn words_for_child(&self, words: &[OsString], found: &Found, command: &str) -> Vec<OsString> {
        let mut passed = Vec::new();
        let mut is_value = false;
        for word in self.words_for(words, found) {
            let text = plain(&word.to_string_lossy());
            let begins_jobs = text == "-j" || text == "--jobs";
            let only_runs = std::mem::replace(&mut is_value, begins_jobs)
                || begins_jobs
                || text.starts_with("--jobs=")
                || text == "--keep-going"
                || text.strip_prefix("-j").is_some_and(|rest| rest.bytes().all(|byte| byte.is_ascii_digit()));
            if text == self.command {
                passed.push(command.into());
            } else if command == "run" || !only_runs {
                passed.push(word);
            }
        }
        passed
    }

    pub(super) fn print_help(&self) -> u8 {
        let mut shape = self.shape.clone();
        shape.build();
        if let Some(command) = shape.find_subcommand_mut(&self.command) {
            result(command.render_help().ansi().to_string().trim_end());
        }
        0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shape() -> clap::Command {
        with_cargo_flags(Cli::command(), true)
    }

    fn read(line: &str) -> Option<Request> {
        let words: Vec<OsString> = line.split(' ').map(OsString::from).collect();
        Request::read(&shape(), &words)
    }

    #[test]
    fn flags_of_cargo_go_to_cargo_alone() {
        for (line, passed) in [
            ("scrat run --features slow", "run penguins"),
            ("scrat run --features=slow penguins -j 2", "run penguins -j 2"),
            ("scrat why --all-features clean -p other --folds 3", "why clean penguins --folds 3"),
            ("scrat run --csv data.csv --bin a --locked --profile fast", "run penguins --csv data.csv"),
        ] {
            let words: Vec<OsString> = line.split(' ').map(OsString::from).collect();
            let request = Request::read(&shape(), &words).unwrap();
            let found = Found { pipeline: Some("penguins".to_owned()), ..Found::default() };
            assert_eq!(request.words_for(&words, &found).join(" ".as_ref()), passed, "{line}");
        }
        assert_eq!(read("scrat run --features slow").unwrap().pipeline, None);
        assert_eq!(read("scrat run --all-features penguins").unwrap().pipeline.as_deref(), Some("penguins"));
    }

    #[test]
    fn the_pipeline_is_found_among_flags_known_and_unknown() {
        for line in [
            "scrat run penguins",
            "scrat run -j 4 penguins --csv data.csv",
            "scrat -q --stash /tmp/x run --neighbours 1,2 penguins",
            "scrat run --keep-going penguins",
            "scrat why clean penguins",
            "scrat run --force penguins",
        ] {
            assert_eq!(read(line).unwrap().pipeline.as_deref(), Some("penguins"), "{line}");
        }
        assert_eq!(read("scrat run --csv data.csv").unwrap().pipeline, None);
        assert_eq!(read("scrat plan --check").unwrap().pipeline, None);
        assert!(read("scrat stash list run").is_none());
        assert!(read("scrat init").is_none());
    }

    #[test]
    fn the_words_name_the_pipeline_for_the_program() {
        let words: Vec<OsString> = ["scrat", "run", "./penguins", "-j", "2"].map(OsString::from).to_vec();
        let request = Request::read(&shape(), &words).unwrap();
        let found = |pipeline: Option<&str>| Found { pipeline: pipeline.map(str::to_owned), ..Found::default() };
        assert_eq!(request.words_for(&words, &found(Some("penguins"))), ["run", "penguins", "-j", "2"]);
        assert_eq!(request.words_for(&words, &found(None)), ["run", "-j", "2"]);
    }

    #[test]
    fn a_watch_passes_its_words_on_to_the_commands_that_it_calls() {
        let line = "scrat watch -j 2 --keep-going penguins --folds 3";
        let words: Vec<OsString> = line.split(' ').map(OsString::from).collect();
        let request = Request::read(&shape(), &words).unwrap();
        let found = Found { pipeline: Some("penguins".to_owned()), ..Found::default() };
        assert_eq!(
            request.words_for_child(&words, &found, "run").join(" ".as_ref()),
            "run -j 2 --keep-going penguins --folds 3"
        );
        assert_eq!(request.words_for_child(&words, &found, "graph").join(" ".as_ref()), "graph penguins --folds 3");
    }

    #[test]
    fn why_takes_a_step_a_pipeline_both_or_neither() {
        let passed = |line: &str, as_pipeline: bool| {
            let words: Vec<OsString> = line.split(' ').map(OsString::from).collect();
            let mut request = Request::read(&shape(), &words).unwrap();
            if as_pipeline {
                request = request.about_doubtful(&words);
            }
            let found = Found { pipeline: Some("penguins".to_owned()), ..Found::default() };
            let passed = request.words_for(&words, &found);
            passed.iter().map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(passed("scrat why", false), "why penguins");
        assert_eq!(passed("scrat why --format json", false), "why penguins --format json");
        assert_eq!(passed("scrat why --dev clean --folds 3", false), "why --dev clean penguins --folds 3");
        assert_eq!(passed("scrat why clean ./penguins", false), "why clean penguins");
        assert_eq!(passed("scrat why ./penguins --dev", true), "why penguins --dev");
        assert_eq!(passed("scrat show clean --to a.csv", false), "show clean penguins --to a.csv");
        let words = ["scrat", "show", "clean"].map(OsString::from);
        assert_eq!(Request::read(&shape(), &words).unwrap().doubtful(&words), None, "it is a step, always");
        assert!(read("scrat stash show clean").is_none());
    }
}
