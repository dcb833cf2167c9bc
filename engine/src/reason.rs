//! Why a step is not fresh: a typed value with the old and the new state. The front end puts it into words.

use scrat_fingerprint::{Change, Part, PartKind, path_to};
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::limit::Passed;
use crate::value::Difference;

/// Why a step has to run, or may have to.
///
/// # Examples
///
/// ```
/// use scrat::Reason;
///
/// let reason = Reason::Expired { age_seconds: 90 };
/// assert_eq!(reason.kind(), "expired");
/// assert!(reason.code_changes().is_empty() && reason.argument_changes().is_empty());
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Reason {
    /// The function has no nuts at all.
    NeverRun,
    /// The function has nuts, but only for other arguments.
    Arguments {
        /// How these arguments differ from the nearest ones that have a nut.
        changes: Vec<ArgumentChange>,
    },
    /// There is a nut for these arguments, made by other code.
    Code {
        /// What in the code differs.
        changes: Vec<CodeChange>,
    },
    /// There is a nut for these arguments, under another `version`.
    Version {
        /// The version as it was.
        old: Option<String>,
        /// The version as it is now.
        new: Option<String>,
    },
    /// Both code and arguments differ from every nut.
    CodeAndArguments {
        /// How the code differs from that of the newest nut.
        code: Vec<CodeChange>,
        /// How the arguments differ from those of the newest nut.
        arguments: Vec<ArgumentChange>,
    },
    /// Steps before it have to run first; it may turn out fresh.
    Upstream,
    /// Its nut is older than the function's `ttl` allows, or from the future, so that its age is not known.
    Expired {
        /// The nut's age in seconds; below zero if it is from the future.
        age_seconds: i64,
    },
    /// The user wants it to run.
    Forced,
    /// It failed the last time.
    Failed {
        /// The message of that failure.
        message: String,
    },
    /// Its nut was damaged, its entry in the index was, or its bytes are gone.
    Damaged,
    /// Its nut was taken out of the stash.
    Evicted {
        /// When, in nanoseconds since 1970.
        at: i64,
        /// The limit that was passed. None if somebody deleted the nut.
        limit: Option<Passed>,
    },
    /// Nothing is stored: the stash is out of reach, or storing is disabled.
    NotStored,
    /// There is a nut for these arguments and this code, whose bytes another codec wrote.
    Codec {
        /// The name of the codec that wrote the bytes. None means serde's.
        old: Option<String>,
        /// The name of the codec that the result has now.
        new: Option<String>,
    },
    /// Its nut does not pass the function's `validate`.
    Refused,
}

impl Reason {
    /// The name of the variant in JSON.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::NeverRun => "never_run",
            Self::Arguments { .. } => "arguments_changed",
            Self::Code { .. } => "code_changed",
            Self::Version { .. } => "version_changed",
            Self::CodeAndArguments { .. } => "code_and_arguments_changed",
            Self::Upstream => "upstream",
            Self::Expired { .. } => "expired",
            Self::Forced => "forced",
            Self::Failed { .. } => "failed_before",
            Self::Damaged => "damaged",
            Self::Evicted { .. } => "evicted",
            Self::NotStored => "not_stored",
            Self::Codec { .. } => "codec_changed",
            Self::Refused => "refused",
        }
    }

    /// What the reason is about, as far as it can be seen from the reason alone. A value that a step returned is
    /// inherited data. [`Reason::Upstream`] has no origin of its own, since the reasons are those of the steps before.
    pub fn origin(&self) -> Origin {
        let inherited = |change: &ArgumentChange| change.source.is_inherited();
        Origin {
            own_data: self.argument_changes().iter().any(|change| !inherited(change)),
            own_logic: matches!(
                self,
                Self::Code { .. } | Self::CodeAndArguments { .. } | Self::Version { .. } | Self::Codec { .. }
            ),
            inherited_data: self.argument_changes().iter().any(inherited),
            inherited_logic: false,
        }
    }

    /// The code changes, if the reason has any.
    pub fn code_changes(&self) -> &[CodeChange] {
        match self {
            Self::Code { changes } | Self::CodeAndArguments { code: changes, .. } => changes,
            _ => &[],
        }
    }

    /// The argument changes, if the reason has any.
    pub fn argument_changes(&self) -> &[ArgumentChange] {
        match self {
            Self::Arguments { changes } | Self::CodeAndArguments { arguments: changes, .. } => changes,
            _ => &[],
        }
    }
}

/// An argument that is not what it was.
///
/// # Examples
///
/// ```
/// use scrat::{ArgumentChange, Reason};
///
/// let mut change = ArgumentChange::default();
/// change.name = "depth".to_owned();
/// change.old = Some("3".to_owned());
/// change.new = Some("4".to_owned());
/// let reason = Reason::Arguments { changes: vec![change] };
/// assert_eq!(reason.argument_changes()[0].name, "depth");
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ArgumentChange {
    /// The parameter.
    pub name: String,
    /// The readable form of the old value, on one line; none if the parameter is new.
    pub old: Option<String>,
    /// The readable form of the new value; none if the parameter is gone.
    pub new: Option<String>,
    /// Where the value comes from.
    pub source: Source,
    /// Where the two values first differ, if this can be found out and says more than the short forms.
    pub difference: Option<Difference>,
}

/// Where an argument comes from.
///
/// # Examples
///
/// ```
/// use scrat::Source;
///
/// assert!(Source::Step { label: "clean".to_owned() }.is_inherited());
/// assert!(!Source::File.is_inherited());
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Source {
    /// It is written in the pipeline, or given on the command line.
    #[default]
    Literal,
    /// It names a file, whose content counts.
    File,
    /// A step returned it.
    Step {
        /// The step's label.
        label: String,
    },
    /// Several steps returned it, one element each.
    Steps {
        /// The number of steps.
        count: usize,
    },
    /// It names a folder, whose content counts.
    Folder,
}

impl Source {
    /// Whether steps returned it.
    pub fn is_inherited(&self) -> bool {
        matches!(self, Self::Step { .. } | Self::Steps { .. })
    }
}

/// What a reason is about: values or code, the step's own or those of steps before it.
///
/// A step that never ran or that was forced has no origin, since neither values nor code are the reason.
///
/// # Examples
///
/// ```
/// use scrat::{Origin, Reason};
///
/// let own = Reason::Version { old: None, new: Some("2".to_owned()) }.origin();
/// assert!(own.own_logic && !own.own_data);
/// assert!(own.inherited().inherited_logic, "for the steps behind it");
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Origin {
    /// A literal argument or an input file changed.
    pub own_data: bool,
    /// Its function, or code that the function reaches, changed.
    pub own_logic: bool,
    /// A step before it returned, or may return, something else because values changed.
    pub inherited_data: bool,
    /// A step before it returned, or may return, something else because code changed.
    pub inherited_logic: bool,
}

impl Origin {
    /// The origin of a step that uses the value of a step with this origin.
    #[must_use]
    pub fn inherited(self) -> Self {
        Self {
            own_data: false,
            own_logic: false,
            inherited_data: self.own_data || self.inherited_data,
            inherited_logic: self.own_logic || self.inherited_logic,
        }
    }

    /// Both together.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self {
            own_data: self.own_data || other.own_data,
            own_logic: self.own_logic || other.own_logic,
            inherited_data: self.inherited_data || other.inherited_data,
            inherited_logic: self.inherited_logic || other.inherited_logic,
        }
    }
}

/// A piece of code that is not what it was.
///
/// # Examples
///
/// ```
/// use scrat::{CodeChange, How, Reason};
///
/// /// The names of what changed in the code.
/// fn changed(reason: &Reason) -> Vec<&str> {
///     let changes = reason.code_changes().iter();
///     changes.filter(|change: &&CodeChange| change.how == How::Changed).map(|change| change.name.as_str()).collect()
/// }
///
/// assert!(changed(&Reason::NeverRun).is_empty());
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct CodeChange {
    /// What sort of code it is.
    #[serde(serialize_with = "kind_as_word", deserialize_with = "kind_of_word")]
    pub kind: PartKind,
    /// Its full name.
    pub name: String,
    /// Whether it was added, removed or changed.
    pub how: How,
    /// The file that it stands in; empty if it has none.
    pub file: String,
    /// The line that it starts at, from 1; 0 if it has none.
    pub line: u32,
    /// The names on a shortest path from the stashed function to it.
    pub path: Vec<String>,
    /// Its text as it was.
    pub old: String,
    /// Its text as it is.
    pub new: String,
}

// The word is what is stored: the order of the kinds may change.

fn kind_as_word<S: Serializer>(kind: &PartKind, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(kind.word())
}

fn kind_of_word<'de, D: Deserializer<'de>>(deserializer: D) -> Result<PartKind, D::Error> {
    let word = String::deserialize(deserializer)?;
    PartKind::from_word(&word).ok_or_else(|| D::Error::custom(format!("no code is a {word}")))
}

/// What happened to a piece of code.
///
/// # Examples
///
/// ```
/// use scrat::How;
///
/// let word = |how: How| match how {
///     How::Added => "added",
///     How::Removed => "removed",
///     How::Changed => "changed",
/// };
/// assert_eq!(word(How::Added), "added");
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum How {
    /// It was added.
    Added,
    /// It was removed.
    Removed,
    /// It changed.
    #[default]
    Changed,
}

/// The difference of two lists of parts, for people.
pub(crate) fn code_changes(old: &[Part], new: &[Part]) -> Vec<CodeChange> {
    let path = |parts: &[Part], part: &Part| {
        let index = parts.iter().position(|other| other.kind == part.kind && other.name == part.name);
        index.map(|index| path_to(parts, index)).unwrap_or_default()
    };
    let mut changes = scrat_fingerprint::difference(old, new);
    // The compiler says of all code together that it changed: the rest says which.
    if changes.iter().any(|change| change.part().kind != PartKind::Compiled) {
        changes.retain(|change| change.part().kind != PartKind::Compiled);
    }
    let mut changes: Vec<_> = changes
        .into_iter()
        .map(|change| {
            let (how, texts, path) = match &change {
                Change::Added(part) => (How::Added, (String::new(), part.text.clone()), path(new, part)),
                Change::Removed(part) => (How::Removed, (part.text.clone(), String::new()), path(old, part)),
                Change::Changed { old: before, new: after } => {
                    (How::Changed, (before.text.clone(), after.text.clone()), path(new, after))
                }
            };
            let part = change.part();
            CodeChange {
                kind: part.kind,
                name: part.name.clone(),
                how,
                file: part.file.clone(),
                line: part.line,
                path,
                old: texts.0,
                new: texts.1,
            }
        })
        .collect();
    // Code whose text is as it was counts as changed because its names mean other things now. Those things are
    // among the changes, and say more.
    if changes.iter().any(|change| !change.is_consequence()) {
        changes.retain(|change| !change.is_consequence());
    }
    changes
}

impl CodeChange {
    /// Whether only the meaning of the names in it has changed.
    fn is_consequence(&self) -> bool {
        self.how == How::Changed && self.old == self.new && !self.new.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_that_changed_through_another_is_left_out_where_the_other_is_named() {
        let part = |name: &str, hash: u8, text: &str| Part {
            kind: PartKind::Function,
            name: name.to_owned(),
            hash: [hash; 32],
            file: String::new(),
            line: 1,
            via: None,
            text: text.to_owned(),
        };
        let old = [part("f", 1, "g!()"), part("g", 1, "1")];
        let new = [part("f", 2, "g!()"), part("g", 2, "2")];
        let names = |changes: Vec<CodeChange>| changes.into_iter().map(|change| change.name).collect::<Vec<_>>();
        assert_eq!(names(code_changes(&old, &new)), ["g"]);
        assert_eq!(names(code_changes(&old[..1], &new[..1])), ["f"]);
    }

    #[test]
    fn compiled_code_is_named_only_where_nothing_else_is() {
        let part = |kind, name: &str, hash: u8| Part {
            kind,
            name: name.to_owned(),
            hash: [hash; 32],
            file: String::new(),
            line: 0,
            via: None,
            text: String::new(),
        };
        let code = |helper, compiled| [part(PartKind::Function, "g", helper), part(PartKind::Compiled, "f", compiled)];
        let kinds = |changes: Vec<CodeChange>| changes.into_iter().map(|change| change.kind).collect::<Vec<_>>();
        assert_eq!(kinds(code_changes(&code(1, 1), &code(2, 2))), [PartKind::Function]);
        assert_eq!(kinds(code_changes(&code(1, 1), &code(1, 2))), [PartKind::Compiled]);
    }

    #[test]
    fn a_reason_says_by_data_or_by_logic_own_or_inherited() {
        let argument = |source| ArgumentChange { name: "x".to_owned(), old: None, new: None, source, difference: None };
        let own = Reason::Arguments { changes: vec![argument(Source::File)] };
        assert_eq!(own.origin(), Origin { own_data: true, ..Origin::default() });
        let from_step = argument(Source::Step { label: "load".to_owned() });
        let both = Reason::CodeAndArguments { code: Vec::new(), arguments: vec![from_step] };
        assert_eq!(both.origin(), Origin { own_logic: true, inherited_data: true, ..Origin::default() });
        assert_eq!(Reason::NeverRun.origin(), Origin::default());
        let behind = own.origin().inherited();
        assert_eq!(behind, Origin { inherited_data: true, ..Origin::default() });
    }
}
