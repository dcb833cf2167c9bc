//! Which of the words that a user typed stand for what, before the flags of the pipeline are known.

use crate::args::parameters::OURS;

/// Commands that are about a pipeline; the number says how many words of their own come first.
/// `scrat why` may do without its own.
const COMMANDS: [(&str, usize); 6] = [("run", 0), ("plan", 0), ("graph", 0), ("why", 1), ("show", 1), ("watch", 0)];

/// Where the words of a command are that needs a pipeline.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Places {
    /// The command: `run`, `plan`, …
    pub at: usize,
    /// The last of the command's own words.
    pub own: Option<usize>,
    /// The pipeline.
    pub pipeline: Option<usize>,
}

impl Places {
    /// Finds them, if the words are such a command. Flags that scrat does not know belong to the pipeline; each is taken
    /// to have a value, unless another flag follows.
    pub(crate) fn of(shape: &clap::Command, texts: &[String]) -> Option<Self> {
        let at = texts.iter().skip(1).position(|text| COMMANDS.iter().any(|(name, _)| text == name))? + 1;
        // Only flags may stand before it: `scrat stash list run` is something else.
        let known = Flags::of(shape, &texts[at]);
        if !known.only_flags(&texts[1..at]) {
            return None;
        }
        let own_words = COMMANDS.iter().find(|(name, _)| *name == texts[at])?.1;
        let positionals = known.positionals(texts, at + 1);
        let own = positionals.iter().copied().take(own_words).next_back();
        Some(Self { at, own, pipeline: positionals.get(own_words).copied() })
    }
}

/// A word in which a flag of scrat's is not written out: `--scrat-dev` is `--dev`.
pub(crate) fn plain(word: &str) -> String {
    let ours = word.strip_prefix("--").and_then(|name| name.strip_prefix(OURS));
    ours.map_or_else(|| word.to_owned(), |name| format!("--{name}"))
}

/// The flags that are known without the pipeline.
struct Flags {
    valued: Vec<String>,
    switches: Vec<String>,
}

impl Flags {
    fn of(shape: &clap::Command, command: &str) -> Self {
        let mut flags =
            Self { valued: Vec::new(), switches: vec!["-h".into(), "--help".into(), "-V".into(), "--version".into()] };
        let own = shape.find_subcommand(command).into_iter().flat_map(clap::Command::get_arguments);
        for arg in shape.get_arguments().chain(own) {
            let takes_value =
                arg.get_action().takes_values() && arg.get_num_args().is_none_or(|count| count.min_values() > 0);
            let names = if takes_value { &mut flags.valued } else { &mut flags.switches };
            names.extend(arg.get_long().map(|long| format!("--{long}")));
            names.extend(arg.get_short().map(|short| format!("-{short}")));
        }
        flags
    }

    /// Where the words are that are neither flags nor their values, from `start`.
    fn positionals(&self, texts: &[String], start: usize) -> Vec<usize> {
        let mut found = Vec::new();
        let mut at = start;
        while let Some(text) = texts.get(at) {
            if !text.starts_with('-') {
                found.push(at);
            } else if !text.contains('=') && !self.switches.contains(text) {
                let value_follows = texts.get(at + 1).is_some_and(|next| !next.starts_with('-'));
                if self.valued.contains(text) || value_follows {
                    at += 1;
                }
            }
            at += 1;
        }
        found
    }

    fn only_flags(&self, texts: &[String]) -> bool {
        self.positionals(texts, 0).is_empty()
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;
    use crate::args::Cli;
    use crate::args::cargo_flags::with_cargo_flags;

    fn places(line: &str) -> Option<Places> {
        let texts: Vec<String> = line.split(' ').map(str::to_owned).collect();
        Places::of(&with_cargo_flags(Cli::command(), true), &texts)
    }

    #[test]
    fn a_step_and_a_pipeline_are_told_apart_by_where_they_stand() {
        let of = |at, own, pipeline| Some(Places { at, own, pipeline });
        assert_eq!(places("scrat show report report"), of(1, Some(2), Some(3)));
        assert_eq!(places("scrat show --dev clean --folds 3 penguins"), of(1, Some(3), Some(6)));
        assert_eq!(places("scrat why clean"), of(1, Some(2), None));
        assert_eq!(places("scrat run --mode penguins reads"), of(1, None, Some(4)));
        assert_eq!(places("scrat stash show clean"), None);
    }
}
