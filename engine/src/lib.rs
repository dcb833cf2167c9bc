//! The memoization engine behind scrat: everything that computes. It never prints.
//!
//! A call, in one line: *arguments → digests → key → squirrel → (index → bytes → verify → decode) or (lock →
//! run → encode → store → index)*. A run: the pipeline's function declares steps (`step`) → `graph` → `plan`
//! asks the index → `run` computes what is missing, in parallel.
//!
//! | module | owns |
//! | --- | --- |
//! | `digest`, `key` | what is the same |
//! | `value` | canonical bytes and back, files |
//! | `function`, `pipeline`, `types` | what the macros registered |
//! | `behind`, `program` | fingerprints: who vouches for them, and where they are |
//! | `stash` | what is on disk |
//! | `claims`, `squirrel`, `call`, `faithful` | one call |
//! | `returns`, `ignored` | what a function's types are to the macro's code |
//! | `code_view` | what the compiler is shown of a function |
//! | `step`, `body`, `graph`, `label`, `plan`, `run`, `export`, `conflict` | many calls |
//! | `reason`, `explain`, `compare`, `show`, `event` | what is told |
//! | `engine`, `config`, `clock`, `place`, `stack`, `waits` | the surroundings |
//! | `sealed` | what keeps traits to this crate |

mod behind;
mod body;
mod call;
mod claims;
mod clock;
mod code_view;
mod compare;
mod config;
mod conflict;
pub(crate) use scrat_fingerprint::digest;
mod engine;
mod event;
mod explain;
mod export;
mod faithful;
mod function;
mod graph;
mod id;
mod ignored;
mod key;
mod label;
mod panics;
mod pipeline;
mod place;
mod plan;
mod program;
mod reason;
mod returns;
mod run;
mod sealed;
mod show;
mod squirrel;
mod stack;
mod stash;
mod step;
mod types;
mod value;
mod waits;

pub use behind::FingerprintKind;
pub use body::BodyCall;
pub use call::Stats;
pub use config::{Config, ConfigError, FILE as CONFIG_FILE};
pub use conflict::{ExportConflict, ends_with_separator, own_file};
pub use digest::{Digest, NotADigest};
pub use engine::{Engine, place_for_new};
pub use event::{Event, Outcome, Warning};
pub use export::Export;
pub use function::{Function, Options, Parameter, functions};
pub use graph::Graph;
pub use id::StepId;
pub use label::{Meant, meant};
pub use panics::current_step;
pub use pipeline::{Given, ParameterError, Pipeline, PipelineError, PipelineParameter, flag, pipelines};
pub use place::{leads_into, start_folder};
pub use plan::{Force, Plan, Status};
pub use reason::{ArgumentChange, CodeChange, How, Origin, Reason, Source};
pub use run::{RunError, RunOptions, RunReport, RunResult, StepReport, Streams, run, write_out};
pub use scrat_fingerprint::{Counts, Part, PartKind, Strictness};
pub use show::{NotShown, ValueText, show};
pub use stash::{
    CARGO_FILE, CARGO_MARK, Checked, FOLDER as STASH_FOLDER, Filter, Flaw, FlawKind, FunctionTotals, NutInfo,
    PastOutcome, PastRun, PastStep, Rebuilt, Removed, RunTotals, Stash, StashError,
};
pub use step::{IntoInput, Step, Wanted, WantedSteps};
pub use value::{Difference, File, Value, ValueError, brief, digest};

/// What the macros write into other people's crates. Not part of the interface.
#[doc(hidden)]
pub mod private {
    pub use inventory;

    pub use crate::call::{Arguments, Begun, Pending, begin, clear, forget, is_stashed, stats};
    pub use crate::code_view::{
        Key, absent, absent_but, coded_argument, coded_value, see_code, see_function, see_instance, see_method,
    };
    pub use crate::function::{CompiledCode, Function, KindOf, Options, Parameter, Registered};
    pub use crate::ignored::{Ignored, IgnoredRef, IgnoredUnsized, given, lent};
    pub use crate::pipeline::{
        DefaultFor, Given, NoPath, ParameterError, Pipeline, PipelineParameter, RegisteredPipeline, Typed, wanted,
    };
    pub use crate::returns::Failure;
    pub use crate::returns::{
        AsWritten, Debugged, Displayed, NoResult, Returned, Returns, Shape, Wordless, Wrong, as_written,
    };
    pub use crate::step::{Inputs, IntoInput, Loaded, Ran, Step, StepBuilder, WantedSteps, ran, run};
    pub use crate::value::sameness::{
        ByBytes, ByClone, ByEquality, ByEqualityAndText, ByNothing, ByText, Probe, SurelyTheSame,
    };
    pub use crate::value::{Accepted, Argument, Known, Nature, Owned, Value, ValueError, accepted, known};
    pub use crate::{__accepted_of as accepted_of, __known_of as known_of};
}
