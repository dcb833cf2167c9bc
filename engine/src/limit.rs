//! How much of results is kept, and which of them go first.

use serde::{Deserialize, Serialize};

/// What decides which results go first, where a limit is reached.
///
/// # Examples
///
/// ```
/// use scrat::{Config, Policy};
///
/// # let folder = tempfile::tempdir()?;
/// # let folder = folder.path();
/// std::fs::write(folder.join("scrat.toml"), "[stash]\nmax_size = \"2 GB\"\npolicy = \"lru\"")?;
/// assert_eq!(Config::load(folder)?.limits.stash.policy, Some(Policy::Lru));
/// assert_eq!(Policy::default(), Policy::Cost);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Policy {
    /// Those that cost the least to have back, for their size: seconds of computing, those of the evicted results that
    /// they were made of included, × uses ÷ bytes.
    #[default]
    Cost,
    /// Those that were not used for longest.
    Lru,
    /// Those that were used least often.
    Lfu,
    /// Those that were stored first.
    Fifo,
}

impl Policy {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Cost, Self::Lru, Self::Lfu, Self::Fifo];

    /// As it is written in settings.
    pub fn word(self) -> &'static str {
        match self {
            Self::Cost => "cost",
            Self::Lru => "lru",
            Self::Lfu => "lfu",
            Self::Fifo => "fifo",
        }
    }

    pub(crate) fn of(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|policy| policy.word() == word)
    }
}

/// How much is kept: of the whole stash, or of one function.
///
/// # Examples
///
/// ```
/// use scrat::{Policy, functions, stash};
///
/// #[stash(name = "limited", max_size = "2 GB", max_count = 100, policy = "lru")]
/// fn double(x: u64) -> u64 {
///     x * 2
/// }
///
/// let limit = functions().into_iter().find(|function| function.name() == "limited").unwrap().options().limit;
/// assert_eq!(limit.max_size, Some(2_000_000_000));
/// assert_eq!((limit.max_count, limit.policy), (Some(100), Some(Policy::Lru)));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Limit {
    /// The most bytes that its results may take on disk.
    pub max_size: Option<u64>,
    /// The most results that there may be.
    pub max_count: Option<u64>,
    /// Which of them go first.
    pub policy: Option<Policy>,
}

impl Limit {
    /// No limit.
    pub const NONE: Self = Self { max_size: None, max_count: None, policy: None };

    /// What this one says, and what the other one says where this one says nothing.
    pub(crate) fn or(self, other: Self) -> Self {
        Self {
            max_size: self.max_size.or(other.max_size),
            max_count: self.max_count.or(other.max_count),
            policy: self.policy.or(other.policy),
        }
    }

    /// Which of the limits is passed by so much.
    pub(crate) fn passed_by(self, count: u64, bytes: u64) -> Option<(LimitKind, u64)> {
        let size = self.max_size.filter(|most| bytes > *most).map(|most| (LimitKind::MaxSize, most));
        size.or_else(|| self.max_count.filter(|most| count > *most).map(|most| (LimitKind::MaxCount, most)))
    }

    /// Whether nothing is limited.
    pub(crate) fn is_none(self) -> bool {
        self.max_size.is_none() && self.max_count.is_none()
    }
}

/// A limit that a result was over, so that it was evicted.
///
/// # Examples
///
/// ```
/// use scrat::{LimitKind, Passed};
///
/// fn sentence(passed: &Passed) -> String {
///     let of = if passed.of_stash { "the stash" } else { "its function" };
///     format!("over the `{}` of {of}, {}", passed.kind.word(), passed.most)
/// }
///
/// let passed = Passed { of_stash: true, kind: LimitKind::MaxCount, most: 100 };
/// assert_eq!(sentence(&passed), "over the `max_count` of the stash, 100");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Passed {
    /// Whether the limit is that of the whole stash, and not of one function.
    pub of_stash: bool,
    /// Which limit it is.
    pub kind: LimitKind,
    /// Bytes, results or seconds.
    pub most: u64,
}

/// What is limited.
///
/// # Examples
///
/// ```
/// assert_eq!(scrat::LimitKind::MaxSize.word(), "max_size");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum LimitKind {
    /// How many bytes results take on disk.
    MaxSize,
    /// How many results there are.
    MaxCount,
    /// How old a result is, in seconds.
    Ttl,
}

impl LimitKind {
    /// As it is written in settings.
    pub fn word(self) -> &'static str {
        match self {
            Self::MaxSize => "max_size",
            Self::MaxCount => "max_count",
            Self::Ttl => "ttl",
        }
    }
}

impl Passed {
    /// As the index has it.
    pub(crate) fn to_text(self) -> String {
        format!("{} {} {}", if self.of_stash { "stash" } else { "function" }, self.kind.word(), self.most)
    }

    pub(crate) fn from_text(text: &str) -> Option<Self> {
        let mut words = text.split(' ');
        let (of, kind, most) = (words.next()?, words.next()?, words.next()?);
        let kinds = [LimitKind::MaxSize, LimitKind::MaxCount, LimitKind::Ttl];
        let kind = kinds.into_iter().find(|known| known.word() == kind)?;
        Some(Self { of_stash: of == "stash", kind, most: most.parse().ok()? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_that_was_passed_is_read_as_it_was_written() {
        for kind in [LimitKind::MaxSize, LimitKind::MaxCount, LimitKind::Ttl] {
            for of_stash in [true, false] {
                let passed = Passed { of_stash, kind, most: 2_000_000_000 };
                assert_eq!(Passed::from_text(&passed.to_text()), Some(passed));
            }
        }
        for other in ["", "stash", "stash max_size", "stash size 3", "function ttl x"] {
            assert_eq!(Passed::from_text(other), None, "{other}");
        }
    }

    #[test]
    fn a_limit_is_passed_by_one_more_and_what_is_not_said_is_none() {
        let limit = Limit { max_size: Some(10), max_count: Some(2), policy: None };
        assert_eq!(limit.passed_by(2, 10), None);
        assert_eq!(limit.passed_by(3, 10), Some((LimitKind::MaxCount, 2)));
        assert_eq!(limit.passed_by(2, 11), Some((LimitKind::MaxSize, 10)));
        assert!(Limit::NONE.passed_by(u64::MAX, u64::MAX).is_none() && Limit::NONE.is_none() && !limit.is_none());
        let own = Limit { max_count: Some(5), policy: Some(Policy::Fifo), ..Limit::NONE };
        assert_eq!(own.or(limit), Limit { max_size: Some(10), max_count: Some(5), policy: Some(Policy::Fifo) });
        assert!(Policy::ALL.iter().all(|policy| Policy::of(policy.word()) == Some(*policy)));
    }
}
