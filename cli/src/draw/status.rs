//! What can be said of a step in one word, and how that word looks: a glyph and a colour, in every format the same.
//!
//! Colour never stands alone: each status has a glyph of its own shape, so a picture printed in grey, or looked at
//! by somebody who sees colours differently, says the same.

use serde::Serialize;

use crate::words::formats;

/// The state of a step, in a plan or after a run, or what a function is in the code view. In the order in which a
/// legend lists them.
#[derive(Serialize, Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// The run ended with an error here.
    Failed,
    /// Not run, because something before it failed.
    Skipped,
    /// Running now.
    Running,
    /// Must run again.
    Stale,
    /// Must run, for the first time.
    NeverRun,
    /// A helper that is another one now, in the code view.
    Changed,
    /// May have to run: its inputs are not known yet.
    Pending,
    /// It ran.
    Ran,
    /// Taken from the stash in a run.
    Hit,
    /// In the stash.
    Fresh,
    /// A function that stashed ones use, in the code view: it has no result of its own.
    Helper,
}

/// How a status looks. The paths are drawn in a box of 16 by 16, stroked and not filled.
pub(crate) struct Look {
    /// One column wide in a terminal.
    pub glyph: char,
    /// The same shape for SVG and canvas.
    pub path: &'static str,
    /// The ANSI colour, one of the sixteen that a terminal's theme defines.
    pub ansi: owo_colors::AnsiColors,
    /// The colour on a light ground.
    pub light: &'static str,
    /// The colour on a dark ground.
    pub dark: &'static str,
}

impl Status {
    /// Every status, in the order of a legend.
    pub const ALL: [Self; 11] = [
        Self::Failed,
        Self::Skipped,
        Self::Running,
        Self::Stale,
        Self::NeverRun,
        Self::Changed,
        Self::Pending,
        Self::Ran,
        Self::Hit,
        Self::Fresh,
        Self::Helper,
    ];

    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Failed => "failed",
            Self::Skipped => "skipped",
            Self::Running => "running",
            Self::Stale => "stale",
            Self::NeverRun => "never run",
            Self::Pending => "pending",
            Self::Ran => "ran",
            Self::Hit => "hit",
            Self::Fresh => "fresh",
            Self::Changed => "changed helper",
            Self::Helper => "helper",
        }
    }

    /// So many of them: `3 stale`, `2 helpers`.
    pub(crate) fn counted(self, count: usize) -> String {
        match self {
            Self::Changed | Self::Helper => formats::count(count, self.word()),
            _ => format!("{} {}", formats::thousands(count), self.word()),
        }
    }

    /// The word in a form that fits class names and JSON.
    pub(crate) fn slug(self) -> &'static str {
        match self {
            Self::NeverRun => "never_run",
            Self::Changed => "changed",
            other => other.word(),
        }
    }

    /// The word's meaning, for a legend.
    pub(crate) fn meaning(self) -> &'static str {
        match self {
            Self::Failed => "ended with an error",
            Self::Skipped => "not run, something before it failed",
            Self::Running => "running now",
            Self::Stale => "must run again",
            Self::NeverRun => "must run, for the first time",
            Self::Pending => "its inputs are not known yet",
            Self::Ran => "ran",
            Self::Hit => "taken from the stash",
            Self::Fresh => "in the stash",
            Self::Changed => "not stored itself, makes stashed functions stale",
            Self::Helper => "used by stashed functions, not stored itself",
        }
    }

    /// Its value is there: nothing to do, nothing to look at.
    pub fn is_settled(self) -> bool {
        matches!(self, Self::Fresh | Self::Hit | Self::Ran | Self::Helper)
    }

    /// Its value came from the stash, with no work done, or it is code that is as it was.
    pub fn is_reused(self) -> bool {
        matches!(self, Self::Fresh | Self::Hit | Self::Helper)
    }

    /// Nothing happens to it any more.
    pub(crate) fn is_over(self) -> bool {
        self.is_settled() || matches!(self, Self::Failed | Self::Skipped)
    }

    /// It is a function without results of its own.
    pub(crate) fn is_helper(self) -> bool {
        matches!(self, Self::Changed | Self::Helper)
    }

    pub(crate) fn look(self) -> Look {
        if self == Self::Changed {
            return cause_look();
        }
        use owo_colors::AnsiColors::{Blue, BrightBlack, Cyan, Green, Magenta, Red, Yellow};
        let (glyph, path, ansi, light, dark) = match self {
            Self::Failed => ('✗', "M4 4L12 12M12 4L4 12", Red, "#c62a2f", "#ff7b76"),
            Self::Skipped => ('–', "M3.5 8H12.5", BrightBlack, "#7b7f87", "#8d929c"),
            Self::Running => ('▸', "M5.5 3.5L12 8L5.5 12.5Z", Cyan, "#0b7285", "#58c8dc"),
            Self::Stale => {
                ('●', "M8 4.8A3.2 3.2 0 1 1 7.99 4.8ZM8 6.7A1.3 1.3 0 1 1 7.99 6.7Z", Yellow, "#b25e09", "#f0a545")
            }
            Self::NeverRun => ('+', "M8 3V13M3 8H13", Blue, "#2b62c9", "#7fa9ff"),
            Self::Pending => {
                ('?', "M5.4 6A2.6 2.6 0 1 1 9.2 8.2C8.3 8.7 8 9.1 8 10.2M8 12.6V13", Magenta, "#7a4fb5", "#bd9bf0")
            }
            Self::Ran => ('■', "M4 4H12V12H4Z", Green, "#1c7c4a", "#5cc98d"),
            Self::Hit => ('↺', "M4 5.2A4.8 4.8 0 1 1 3.3 9M3.6 2.4V5.6H6.8", Green, "#1c7c4a", "#5cc98d"),
            Self::Changed | Self::Helper => ('○', "M8 3A5 5 0 1 1 7.99 3Z", BrightBlack, "#5c6b7a", "#93a5b8"),
            Self::Fresh => ('✓', "M3.2 8.6L6.6 12L12.8 4.6", Green, "#1c7c4a", "#5cc98d"),
        };
        Look { glyph, path, ansi, light, dark }
    }
}

/// How a changed thing looks.
pub(crate) fn cause_look() -> Look {
    Look {
        glyph: '◆',
        path: "M8 2.6L13.4 8L8 13.4L2.6 8Z",
        ansi: owo_colors::AnsiColors::Red,
        light: "#b3266b",
        dark: "#f486b5",
    }
}
