//! What goes wrong for a user: one sentence, a hint, and an exit code, which is a contract.

use scrat_engine::{ConfigError, ExportConflict, PipelineError, STASH_FOLDER, StashError};

use crate::session::{current_folder, shown};

/// Exit codes.
pub(crate) mod code {
    pub(crate) const STEP_FAILED: u8 = 1;
    pub(crate) const USAGE: u8 = 2;
    pub(crate) const STALE: u8 = 3;
    pub(crate) const DAMAGED: u8 = 4;
    pub(crate) const UNWRITABLE: u8 = 5;
    #[cfg(feature = "installed")]
    pub(crate) const DOES_NOT_COMPILE: u8 = 6;
    pub(crate) const INTERRUPTED: u8 = 130;
}

/// Why a command can't do what it was asked to.
#[derive(Debug)]
pub(crate) struct Complaint {
    pub sentence: String,
    pub hint: Option<String>,
    pub code: u8,
}

impl Complaint {
    pub(crate) fn usage(sentence: impl Into<String>) -> Self {
        Self { sentence: sentence.into(), hint: None, code: code::USAGE }
    }

    #[must_use]
    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    #[must_use]
    pub(crate) fn code(mut self, code: u8) -> Self {
        self.code = code;
        self
    }
}

impl From<StashError> for Complaint {
    fn from(error: StashError) -> Self {
        let sentence = error.to_string();
        let complaint = Self::usage(sentence);
        match error {
            StashError::Missing { path } if path != current_folder().join(STASH_FOLDER) => complaint
                .hint(format!("`scrat init --stash {}` makes one there, and so does the first run", shown(&path))),
            StashError::Missing { .. } => complaint.hint("`scrat init` makes one, and so does the first run"),
            StashError::Damaged { .. } => complaint
                .code(code::DAMAGED)
                .hint("`scrat stash check --repair` makes the index again, with every result that it had"),
            StashError::Locked { .. } => {
                complaint.code(code::UNWRITABLE).hint("wait until the other process is done, and try again")
            }
            StashError::Full { .. } => {
                complaint.code(code::UNWRITABLE).hint("make room there, or name another stash with --stash DIR")
            }
            StashError::ReadOnly { .. } => complaint
                .code(code::UNWRITABLE)
                .hint("check who owns the folder, or name another stash with --stash DIR"),
            StashError::Private { .. } => complaint
                .code(code::UNWRITABLE)
                .hint("its owner can share it with `scrat init --shared`; or name one of your own with --stash DIR"),
            StashError::Occupied { .. } | StashError::Foreign { .. } => {
                complaint.hint("name an empty or a new folder: with --stash DIR, SCRAT_STASH, or `stash` in scrat.toml")
            }
            StashError::Io { source, .. } if source.kind() == std::io::ErrorKind::InvalidInput => complaint
                .hint("name a folder with a shorter path: with --stash DIR, SCRAT_STASH, or `stash` in scrat.toml"),
            StashError::Io { .. } => {
                complaint.code(code::UNWRITABLE).hint("check the disk and the folder's permissions")
            }
            StashError::Archive { .. } => {
                complaint.hint("nothing was changed; export the nuts again, or copy the whole file")
            }
            StashError::NoLocks { .. } => {
                complaint.code(code::UNWRITABLE).hint("name a stash on another disk with --stash DIR or SCRAT_STASH")
            }
            StashError::FileLimit { .. } => {
                complaint.code(code::UNWRITABLE).hint("raise it, or name another stash with --stash DIR")
            }
            StashError::Forked { .. } => {
                complaint.code(code::UNWRITABLE).hint("fork before the first call, or start a program")
            }
            StashError::TooManyFiles { .. } => {
                complaint.code(code::UNWRITABLE).hint("close some, or raise the limit that `ulimit -n` shows")
            }
            StashError::TooNew { .. } => {
                complaint.hint("install the scrat that made it, or name another with --stash DIR; if none made it, move its index.db away, and it is made of the records")
            }
            _ => complaint,
        }
    }
}

impl From<ConfigError> for Complaint {
    fn from(error: ConfigError) -> Self {
        let complaint = Self::usage(error.to_string());
        match error {
            ConfigError::Parse { .. } => complaint.hint(
                "the settings are: stash (a path, or a table with path, max_size, max_count, policy and functions), jobs, stack, disable, verbose, compress, durability, keep_going, budget under [memory], and packages and toolchain under [fingerprint]",
            ),
            ConfigError::Variable { name, .. } => complaint.hint(format!("set {name} to that, or unset it")),
            _ => complaint,
        }
    }
}

impl From<PipelineError> for Complaint {
    fn from(error: PipelineError) -> Self {
        match error {
            PipelineError::Parameter(error) => error.into(),
            PipelineError::Exports(error) => error.into(),
            error => Self::usage(error.to_string()).code(code::STEP_FAILED),
        }
    }
}

impl From<ExportConflict> for Complaint {
    fn from(error: ExportConflict) -> Self {
        let hint = match &error {
            ExportConflict::Taken { .. } => "export to a path of its own",
            _ => "give each step a path of its own",
        };
        Self::usage(error.to_string()).hint(hint)
    }
}

/// What a pipeline's own program leaves to the installed command.
pub(crate) fn installed_only(command: &str, why: &str) -> Complaint {
    Complaint::usage(format!("this program {why}")).hint(format!("`scrat {command}` needs the installed command"))
}
