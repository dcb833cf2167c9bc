//! What a user can type.

pub(crate) mod alone;
pub(crate) mod cargo_flags;
pub(crate) mod formats;
pub(crate) mod misspelt;
pub(crate) mod parameters;
pub(crate) mod words;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

/// Remembers what slow functions returned, and runs pipelines of such functions
#[derive(Debug, Parser)]
#[command(name = "scrat", version, max_term_width = 100, disable_help_subcommand = true)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub command: Command,
    #[command(flatten)]
    pub common: Common,
}

#[derive(Args, Clone, Debug)]
pub(crate) struct Common {
    /// Use this stash instead of the nearest .scrat/ in this folder or above it
    #[arg(long, global = true, value_name = "DIR", help_heading = "Common options")]
    pub stash: Option<PathBuf>,
    /// Format of the results: text or json; `graph` also draws dot, mermaid, svg and html
    #[arg(long, global = true, value_name = "FORMAT", hide_possible_values = true, help_heading = "Common options")]
    pub format: Option<Format>,
    /// When to use colours
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto", help_heading = "Common options")]
    pub color: Color,
    /// Print only results and errors
    #[arg(short, long, global = true, help_heading = "Common options")]
    pub quiet: bool,
    /// Print more detail
    #[arg(short, long, global = true, conflicts_with = "quiet", help_heading = "Common options")]
    pub verbose: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people
    Text,
    /// One JSON object, or one a line
    Json,
    /// A graph for graphviz
    Dot,
    /// A graph for Markdown
    Mermaid,
    /// A graph as a picture
    Svg,
    /// A graph as one page
    Html,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Color {
    Auto,
    Always,
    Never,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Set up scrat here: a stash, a commented scrat.toml, and plain cargo
    Init(Init),
    /// Remove what `scrat init` has made, after asking
    Deinit(Sure),
    /// Create a pipeline crate that is ready to run
    New(New),
    /// Run a pipeline
    Run(Run),
    /// Show what would run, and why
    Plan(Plan),
    /// Draw a pipeline
    Graph(Graph),
    /// Explain why a step is not fresh, or why the last run did what it did
    Why(Why),
    /// Show the stored result of a step, or write it to a file
    Show(Show),
    /// Run a pipeline again whenever a source or an input changes
    Watch(Watch),
    /// Show every stashed function with its fingerprint
    Fingerprint(Fingerprint),
    /// Look at stored results, called nuts, or delete them
    #[command(subcommand)]
    Stash(StashCommand),
    /// Print a completion script for a shell
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
}

/// A number of threads.
fn threads(text: &str) -> Result<usize, &'static str> {
    text.parse().ok().filter(|threads| *threads > 0).ok_or("expected a whole number from 1 upwards")
}

/// A number of bytes.
fn size(text: &str) -> Result<u64, &'static str> {
    scrat_engine::parse_size(text).ok_or("expected a size, such as 500MB or 2GiB")
}

#[derive(Args, Clone, Debug)]
pub(crate) struct Sure {
    /// Don't ask for confirmation
    #[arg(long)]
    pub yes: bool,
}

#[derive(Args, Debug)]
pub(crate) struct New {
    /// Name of the crate and its folder
    pub name: String,
}

/// Which pipeline, and how to build it.
#[derive(Args, Clone, Debug)]
pub(crate) struct Which {
    /// Name of the pipeline, or folder or manifest of its crate; not needed if there is only one
    #[arg(value_name = "PIPELINE")]
    pub pipeline: Option<String>,
    /// Build with the dev profile instead of release
    #[arg(long)]
    pub dev: bool,
}

/// What makes steps run.
#[derive(Args, Clone, Debug)]
pub(crate) struct Forcing {
    /// Run STEP again even if it is fresh; without STEP, run every step
    #[arg(long, value_name = "STEP", num_args = 0..=1, default_missing_value = "")]
    pub force: Option<String>,
    /// Use no stash: every step runs, and nothing is stored
    #[arg(long)]
    pub disable: bool,
}

#[derive(Args, Clone, Debug)]
pub(crate) struct Run {
    #[command(flatten)]
    pub which: Which,
    #[command(flatten)]
    pub forcing: Forcing,
    /// Number of threads that run steps [default: one per processor]
    #[arg(short, long, value_name = "N", value_parser = threads)]
    pub jobs: Option<usize>,
    /// When a step fails, go on with the steps that don't depend on it
    #[arg(long)]
    pub keep_going: bool,
    /// Write a timeline of the run as a Chrome trace, one lane per worker
    #[arg(long, value_name = "FILE")]
    pub timeline: Option<PathBuf>,
}

#[derive(Args, Clone, Debug)]
pub(crate) struct Plan {
    #[command(flatten)]
    pub which: Which,
    #[command(flatten)]
    pub forcing: Forcing,
    /// Number of threads to plan for [default: one per processor]
    #[arg(short, long, value_name = "N", value_parser = threads)]
    pub jobs: Option<usize>,
    /// Exit with code 3 if anything would run
    #[arg(long)]
    pub check: bool,
}

#[derive(Args, Clone, Debug)]
pub(crate) struct Graph {
    #[command(flatten)]
    pub which: Which,
    #[command(flatten)]
    pub forcing: Forcing,
    /// Draw the functions behind the steps, helpers included
    #[arg(long, conflicts_with = "last")]
    pub code: bool,
    /// Open the drawing as a page in the browser, from a temporary file
    #[arg(long)]
    pub open: bool,
    /// Draw the last run instead of what the next one would do
    #[arg(long, conflicts_with_all = ["force", "disable"])]
    pub last: bool,
    /// Write a timeline of the last run as a Chrome trace, one lane per worker, and draw nothing
    #[arg(long, value_name = "FILE")]
    pub timeline: Option<PathBuf>,
    /// Leave results out of the page
    #[arg(long)]
    pub no_previews: bool,
    /// Draw only steps that are not fresh
    #[arg(long)]
    pub stale: bool,
    /// Draw only this step and what depends on it
    #[arg(long, value_name = "STEP")]
    pub from: Option<String>,
    /// Draw only this step and what it depends on
    #[arg(long, value_name = "STEP")]
    pub to: Option<String>,
    /// Draw only steps at most N edges from those, or else from the results
    #[arg(long, value_name = "N")]
    pub depth: Option<usize>,
}

#[derive(Args, Clone, Debug)]
pub(crate) struct Why {
    /// Label of a step, or name of its function; if left out, the last run is explained
    pub step: Option<String>,
    #[command(flatten)]
    pub which: Which,
}

#[derive(Args, Clone, Debug)]
pub(crate) struct Show {
    /// Label of a step, or name of its function
    pub step: String,
    #[command(flatten)]
    pub which: Which,
    /// Write the result to FILE, in the format that its extension names; a file that is there is moved aside
    #[arg(long, value_name = "FILE")]
    pub to: Option<PathBuf>,
}

#[derive(Args, Clone, Debug)]
pub(crate) struct Watch {
    #[command(flatten)]
    pub which: Which,
    /// Number of threads that run steps [default: one per processor]
    #[arg(short, long, value_name = "N", value_parser = threads)]
    pub jobs: Option<usize>,
    /// When a step fails, go on with the steps that don't depend on it
    #[arg(long)]
    pub keep_going: bool,
}

#[derive(Args, Clone, Debug)]
pub(crate) struct Fingerprint {
    /// Folder of the crate
    #[arg(default_value = ".")]
    pub dir: PathBuf,
    /// Show fingerprints of the dev profile instead of release
    #[arg(long)]
    pub dev: bool,
    /// Read the sources instead of building, as for programs that are built without scrat
    #[arg(long)]
    pub source: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Init {
    /// Open the stash to everyone in its folder's group, whatever the umask, even if it already exists
    #[arg(long)]
    pub shared: bool,
}

/// How the programs of the workspace are built that have to be asked.
#[derive(Args, Clone, Debug)]
pub(crate) struct Asked {
    /// Build the programs, which know what is current, with the dev profile instead of release
    #[arg(long)]
    pub dev: bool,
}

/// A share as people write it: `1%`, `12.5 %`.
fn share(text: &str) -> Result<f64, String> {
    let number = text.trim().strip_suffix('%').map(str::trim).and_then(|number| number.parse::<f64>().ok());
    let percent = number.filter(|percent| *percent > 0.0 && *percent <= 100.0);
    percent.map(|percent| percent / 100.0).ok_or_else(|| "a share is a percentage, such as `1%` or `100%`".to_owned())
}

#[derive(Debug, Subcommand)]
pub(crate) enum StashCommand {
    /// List stored results
    List {
        /// List only results of this function: its full name, or the last part of it
        function: Option<String>,
        /// List only results of functions that no longer exist, or of code that is no longer current
        #[arg(long)]
        stale: bool,
        #[command(flatten)]
        asked: Asked,
    },
    /// Show everything about one result, including its value
    Show {
        /// First digits of its key
        key: String,
    },
    /// Delete one result, or all of one function
    Delete {
        /// First digits of a key, or name of a function: its full name, or the last part if only one matches
        #[arg(value_name = "KEY|FUNCTION")]
        nuts: String,
        #[command(flatten)]
        sure: Sure,
    },
    /// Delete results of functions that no longer exist, or of code that is no longer current
    Prune {
        /// Say what would be deleted, and delete nothing
        #[arg(long)]
        dry_run: bool,
        #[command(flatten)]
        sure: Sure,
        #[command(flatten)]
        asked: Asked,
    },
    /// Remove results that are over a limit, and what interrupted work has left behind
    Gc {
        /// Remove so many that the others take no more than SIZE on disk, such as 2GB
        #[arg(long, value_name = "SIZE", value_parser = size)]
        max_size: Option<u64>,
        /// Say what would be removed, and remove nothing
        #[arg(long)]
        dry_run: bool,
        #[command(flatten)]
        sure: Sure,
    },
    /// Pin results, so that no limit removes them
    Pin {
        /// First digits of a key, or name of a function, whose results of today are pinned
        #[arg(value_name = "KEY|FUNCTION", required = true)]
        nuts: Vec<String>,
    },
    /// Take the pins off results
    Unpin {
        /// First digits of a key, or name of a function
        #[arg(value_name = "KEY|FUNCTION", required = true)]
        nuts: Vec<String>,
    },
    /// Read everything in the stash, and compare it with what was stored
    Check {
        /// Read a share of the results only, drawn by chance: `10%`
        #[arg(long, value_name = "SHARE", value_parser = share, conflicts_with_all = ["rebuild", "repair"])]
        sample: Option<f64>,
        /// Instead, run a share of the stored steps again, at least one of each pipeline, and compare what comes out
        #[arg(long, value_name = "SHARE", value_parser = share, conflicts_with_all = ["rebuild", "repair", "sample"])]
        rerun: Option<f64>,
        #[command(flatten)]
        asked: Asked,
        /// If the index is damaged or lost, first make it again from the records of all results
        #[arg(long)]
        rebuild: bool,
        /// Make whole what can be made whole: rebuild the index if it is damaged or lacks results, set damaged results
        /// aside, and remove what interrupted work has left behind
        #[arg(long, conflicts_with = "rebuild")]
        repair: bool,
    },
    /// Write results into one file, which another stash can import
    Export {
        /// The file; there must be none yet
        file: PathBuf,
        /// Only results of this function: its full name, or the last part of it
        function: Option<String>,
    },
    /// Take in the results of a file that `export` has written
    ///
    /// Those that are stored already stay as they are.
    Import {
        /// The file
        file: PathBuf,
    },
    /// Runs a share of the stored steps of this program's pipelines again: what another one asks it
    #[command(hide = true)]
    Rerun {
        /// How many of ten, say: 0.1 is one
        share: f64,
    },
    /// The functions of this program: what another one asks it
    #[command(hide = true)]
    Known,
    /// A value of this program's functions: what another one asks it
    #[command(hide = true)]
    Value {
        /// Its key
        key: String,
    },
    /// Delete all results
    Clear(Sure),
    /// Show what the stash holds, and how much time it has saved
    Stats,
}
