//! The memoization engine behind scrat: everything that computes. The engine never prints.
//!
//! A call, in one line: *arguments → digests → key → squirrel → (index → bytes → verify → decode) or (lock →
//! run → encode → store → index)*. A run: the pipeline's function declares steps (`step`) → `graph` → `plan`
//! asks the index → `run` computes what is missing, in parallel.
//!
//! Folders, from the ground up. No folder uses one that is further down in this table:
//!
//! | folder | owns |
//! | --- | --- |
//! | `clock`, `sync`, `sealed`, `stack`, `place`, `id`, `given`, `limit`, `reason` | the ground floor: small pieces and plain data |
//! | `value` | turning values into canonical bytes and back; files; comparing; readable forms |
//! | `command` | programs that are run over files |
//! | `function` | stashed functions: what the macro declared, the code behind them, whether bytes may stand for their values |
//! | `key` | what a nut is found by |
//! | `stash` | what is on disk |
//! | `engine` | what surrounds every call: settings, events, who computes what, panics |
//! | `call` | one call: the squirrel looks up, and stores |
//! | `pipeline` | steps as they are declared, and their graph |
//! | `why` | why a step is not fresh |
//! | `plan` | which steps are fresh, and which must run |
//! | `run` | running them, in parallel |

mod call;
mod clock;
mod command;
pub(crate) use scrat_fingerprint::digest;
mod engine;
mod function;
mod given;
mod id;
mod key;
mod limit;
mod pipeline;
mod place;
mod plan;
mod reason;
mod run;
mod sealed;
mod stack;
mod stash;
mod sync;
mod value;
mod why;

pub use call::{Nut, NutError, Stats};
pub use command::{Command, CommandArgument, CommandError, CommandInput, Output};
pub use digest::{Digest, NotADigest};
pub use engine::body_calls::BodyCall;
pub use engine::config::{Config, ConfigError, FILE as CONFIG_FILE, Memory};
pub use engine::event::{Doing, Event, Outcome, Warning};
pub use engine::limits::Limits;
pub use engine::panics::current_step;
pub use engine::which::Which;
pub use engine::{Engine, place_for_new};
pub use function::{FingerprintKind, Function, Options, Parameter, functions};
pub use given::Given;
pub use id::StepId;
pub use limit::{Limit, LimitKind, Passed, Policy};
pub use pipeline::conflict::{ExportConflict, ends_with_separator, own_file};
pub use pipeline::exportable::Export;
pub use pipeline::files::{FilesError, files};
pub use pipeline::graph::Graph;
pub use pipeline::input::{IntoInput, Literal};
pub use pipeline::label::{Meant, meant};
pub use pipeline::parameters::{ParameterError, PipelineParameter, Takes, flag};
pub use pipeline::pattern::InputPattern;
pub use pipeline::step::Step;
pub use pipeline::wanted::{Wanted, WantedSteps};
pub use pipeline::{Pipeline, PipelineError, pipelines};
pub use place::{leads_into, start_folder};
pub use plan::{Force, Plan, Status};
pub use reason::{ArgumentChange, CodeChange, How, Origin, Reason, Source};
pub use run::{
    Rerun, RerunOutcome, RunError, RunOptions, RunReport, RunResult, StepReport, Streams, export_bytes, rerun, run,
    write_out,
};
pub use scrat_fingerprint::{Counts, Part, PartKind, Strictness, parse_size};
pub use stash::{
    Archived, CARGO_FILE, CARGO_MARK, Checked, Durability, FOLDER as STASH_FOLDER, Filter, Flaw, FlawKind,
    FunctionTotals, Imported, Leftovers, NutInfo, PastOutcome, PastRun, PastStep, Rebuilt, Removed, Repaired,
    RunTotals, Sample, Stash, StashError,
};
pub use value::{
    Blob, Codec, Difference, Dir, File, Hasher, Mapped, Picture, Preview, Stored, Value, ValueError, brief, digest,
};
pub use value::{as_value, formats};
pub use why::show::{NotShown, Shown, preview, save, show};

/// What the macros write into other people's crates. Not part of the interface.
#[doc(hidden)]
pub mod private {
    pub use inventory;

    pub use crate::call::{
        Arguments, Awaited, AwaitedPending, Batch, Begun, Pending, Shelved, are_stashed, begin, begin_async,
        begin_each, clear, forget, forget_each, is_stashed, is_valid, shelved, stats, telling, totals,
    };
    pub use crate::function::code_view::{
        Key, absent, absent_but, coded_argument, coded_value, polled, see_code, see_data, see_function, see_instance,
        see_method,
    };
    pub use crate::function::ignored::{Ignored, IgnoredRef, IgnoredUnsized, given, lent};
    pub use crate::function::returns::{
        AsWritten, Debugged, Displayed, Failure, NoResult, Returned, Returns, Shape, Wordless, Wrong, as_written,
        no_error, no_result,
    };
    pub use crate::function::{CompiledCode, Function, Options, Parameter, Registered};
    pub use crate::given::Given;
    pub use crate::limit::{Limit, Policy};
    pub use crate::pipeline::builder::StepBuilder;
    pub use crate::pipeline::input::IntoInput;
    pub use crate::pipeline::parameters::{DefaultFor, ParameterError, PipelineParameter, TakesOther, Typed};
    pub use crate::pipeline::running::{Inputs, Loaded, Ran, ran, run};
    pub use crate::pipeline::step::Step;
    pub use crate::pipeline::wanted::WantedSteps;
    pub use crate::pipeline::{Pipeline, RegisteredPipeline, wanted};
    pub use crate::value::probe::{
        ByBytes, ByClone, ByEquality, ByEqualityAndText, ByNothing, ByNumbers, ByParts, BySerde, ByStored, ByText,
        Made, Probe, SurelyTheSame,
    };
    pub use crate::value::sameness::Nature;
    pub use crate::value::{
        Accepted, Argument, KindOf, Known, Owned, Value, ValueError, accepted, accepted_primitive, known,
        known_primitive,
    };
    pub use crate::{
        __accepted_of as accepted_of, __accepted_of_owner as accepted_of_owner, __form as form, __known_of as known_of,
        __nature as nature,
    };
}
