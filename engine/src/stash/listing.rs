//! Listing what is in a stash: what `scrat stash` is built on.

use rusqlite::{OptionalExtension, Row};

use super::nut::digest;
use super::{Argument, Stash, StashError};
use crate::digest::Digest;
use crate::value::decode;

/// A description of a nut, for showing it.
///
/// # Examples
///
/// ```
/// use scrat::{Engine, Filter, Stash, stash};
///
/// #[stash]
/// fn double(x: u64) -> u64 {
///     x * 2
/// }
///
/// # let folder = tempfile::tempdir()?;
/// # let stash = Stash::create(&folder.path().join(".scrat"))?;
/// # let engine = std::sync::Arc::new(Engine::new(Some(stash), |_| {}));
/// # engine.enter(|| {
/// double(21);
/// # });
/// # let stash = engine.stash().unwrap();
/// let nuts = stash.list(&Filter::Ending("double".to_owned()))?;
/// assert_eq!(nuts[0].arguments, [("x".to_owned(), "21".to_owned())]);
/// assert_eq!(nuts[0].size, 8);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct NutInfo {
    /// The key that it is found by.
    pub key: Digest,
    /// The function that made it.
    pub function: String,
    /// Digest of that function's code.
    pub fingerprint: Digest,
    /// Digest of the function's code, name and `version` together.
    pub identity: Digest,
    /// The function's arguments: names and readable forms, each on one line.
    pub arguments: Vec<(String, String)>,
    /// Digest of the value.
    pub digest: Digest,
    /// Size of the value in bytes.
    pub size: u64,
    /// How long the function took, in nanoseconds.
    pub nanos: i64,
    /// When the nut was stored, in nanoseconds since 1970.
    pub created: i64,
    /// When the nut was last used, in nanoseconds since 1970.
    pub used: i64,
    /// How often the nut was used.
    pub uses: u64,
    /// Whether it is never evicted.
    pub pinned: bool,
}

/// Which nuts are meant.
///
/// # Examples
///
/// ```
/// use scrat::{Filter, Stash};
///
/// # let folder = tempfile::tempdir()?;
/// # let stash = Stash::create(&folder.path().join(".scrat"))?;
/// // Of the function `load` of any crate and module, but not of `reload`.
/// let removed = stash.remove(&Filter::Ending("load".to_owned()))?;
/// println!("{} results, {} bytes", removed.nuts, removed.bytes);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Filter {
    /// All nuts.
    #[default]
    All,
    /// The nuts of the function with this full name, and of no other function.
    Function(String),
    /// The nuts of all functions whose full name is this text, or ends with `::` and this text.
    Ending(String),
    /// The nuts whose keys begin with these hexadecimal digits.
    Key(String),
}

/// The sums over one function.
///
/// # Examples
///
/// ```
/// # let folder = tempfile::tempdir()?;
/// # let root = folder.path().join(".scrat");
/// use scrat::Stash;
///
/// for totals in Stash::create(&root)?.totals()? {
///     println!("{}: {} results in {} bytes", totals.function, totals.nuts, totals.bytes);
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct FunctionTotals {
    /// Its full name.
    pub function: String,
    /// How many nuts it has.
    pub nuts: usize,
    /// How many bytes their values have.
    pub bytes: u64,
    /// How often a result was stored already when the function was called.
    pub hits: u64,
    /// How often the function ran.
    pub misses: u64,
    /// How long the results of the hits took to compute when they were stored, in nanoseconds.
    pub saved_nanos: u64,
}

const LISTED: &str =
    "SELECT n.key, f.name, c.fingerprint, n.arguments, n.digest, n.size, n.nanos, n.created, n.used, n.uses, c.identity,
            n.pinned
     FROM nuts n JOIN functions f ON f.id = n.function JOIN codes c ON c.id = n.code";

impl Filter {
    /// What to ask the index, and the values to ask with. Nothing is a pattern: `_` and `%` are names, too, and
    /// names that differ in case differ.
    pub(super) fn condition(&self) -> (&'static str, Vec<rusqlite::types::Value>) {
        match self {
            Self::All => ("true", Vec::new()),
            Self::Function(name) => ("f.name = ?1", vec![name.clone().into()]),
            Self::Ending(name) => (
                "(f.name = ?1 OR substr(f.name, -length(?2)) = ?2)",
                vec![name.clone().into(), format!("::{name}").into()],
            ),
            Self::Key(digits) => match key_bounds(digits) {
                Some([first, last]) => ("n.key BETWEEN ?1 AND ?2", vec![first.into(), last.into()]),
                None => ("false", Vec::new()),
            },
        }
    }
}

/// The first and the last key that begin with these digits. None if no key does.
fn key_bounds(digits: &str) -> Option<[Vec<u8>; 2]> {
    const DIGITS: usize = 64;
    if digits.len() > DIGITS || !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
        return None;
    }
    let bound = |filler: &str| {
        let whole = format!("{digits}{}", filler.repeat(DIGITS - digits.len()));
        whole.to_ascii_lowercase().parse::<Digest>().ok().map(|digest| digest.as_bytes().to_vec())
    };
    Some([bound("0")?, bound("f")?])
}

impl Stash {
    /// The nuts that a filter selects, the oldest first.
    ///
    /// # Errors
    /// If the index can't be read.
    pub fn list(&self, filter: &Filter) -> Result<Vec<NutInfo>, StashError> {
        let (condition, values) = filter.condition();
        self.read("list nuts", |index| {
            index
                .prepare_cached(&format!("{LISTED} WHERE {condition} ORDER BY n.id"))?
                .query_map(rusqlite::params_from_iter(values), info)?
                .collect()
        })
    }

    /// The nut with this key.
    ///
    /// # Errors
    /// If the index can't be read.
    pub fn info(&self, key: &Digest) -> Result<Option<NutInfo>, StashError> {
        self.read("look up a nut", |index| {
            index.prepare_cached(&format!("{LISTED} WHERE n.key = ?1"))?.query_row([key.as_bytes()], info).optional()
        })
    }

    /// The sums for each function, in order of name.
    ///
    /// # Errors
    /// If the index can't be read.
    pub fn totals(&self) -> Result<Vec<FunctionTotals>, StashError> {
        self.totals_of(None)
    }

    /// The same of one function, or of all.
    pub(crate) fn totals_of(&self, function: Option<&str>) -> Result<Vec<FunctionTotals>, StashError> {
        self.flush_uses()
            .or_else(|error| if matches!(error, StashError::ReadOnly { .. }) { Ok(()) } else { Err(error) })?;
        self.read("sum up", |index| {
            index
                .prepare_cached(
                    "SELECT f.name, count(n.id), coalesce(sum(n.size), 0), f.hits, f.misses, f.saved_nanos
                     FROM functions f LEFT JOIN nuts n ON n.function = f.id
                     WHERE ?1 IS NULL OR f.name = ?1 GROUP BY f.id ORDER BY f.name",
                )?
                .query_map([function], |row| {
                    let count = |column| row.get::<_, i64>(column).map(i64::unsigned_abs);
                    Ok(FunctionTotals {
                        function: row.get(0)?,
                        nuts: count(1)? as usize,
                        bytes: count(2)?,
                        hits: count(3)?,
                        misses: count(4)?,
                        saved_nanos: count(5)?,
                    })
                })?
                .collect()
        })
    }
}

fn info(row: &Row<'_>) -> rusqlite::Result<NutInfo> {
    let arguments: Vec<Argument> = decode(&row.get::<_, Vec<u8>>(3)?).unwrap_or_default();
    Ok(NutInfo {
        key: digest(row, 0)?,
        function: row.get(1)?,
        fingerprint: digest(row, 2)?,
        arguments: arguments.into_iter().map(|argument| (argument.name, argument.text)).collect(),
        digest: digest(row, 4)?,
        size: row.get::<_, i64>(5)?.unsigned_abs(),
        nanos: row.get(6)?,
        created: row.get(7)?,
        used: row.get(8)?,
        uses: row.get::<_, i64>(9)?.unsigned_abs(),
        identity: digest(row, 10)?,
        pinned: row.get(11)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stash::NewNut;
    use crate::value::Written;

    const FUNCTIONS: [&str; 6] =
        ["app::load_a", "other::app::loadXa", "other::app::load_a", "app::LOAD_A", "load_a", "app::unload_a"];

    fn stocked() -> (tempfile::TempDir, Stash) {
        let folder = tempfile::tempdir().unwrap();
        let stash = Stash::create(&folder.path().join(".scrat")).unwrap();
        for function in FUNCTIONS {
            let digest = Digest::of(function.as_bytes());
            let new = NewNut {
                key: digest,
                function,
                identity: digest,
                fingerprint: digest,
                version: None,
                parts: &[],
                arguments: &[],
                arguments_hash: 0,
                codec: None,
                attachments: &[],
                may_pack: false,
                nanos: 1,
                parents: &[],
                keeping: crate::stash::Keeping::default(),
            };
            stash.store(&new, Written::of(b"nut".to_vec())).unwrap();
        }
        (folder, stash)
    }

    fn listed(stash: &Stash, filter: &Filter) -> Vec<String> {
        stash.list(filter).unwrap().into_iter().map(|nut| nut.function).collect()
    }

    #[test]
    fn an_ending_is_made_of_whole_segments_letter_by_letter() {
        let (_folder, stash) = stocked();
        let ending = |name: &str| listed(&stash, &Filter::Ending(name.to_owned()));
        assert_eq!(ending("load_a"), ["app::load_a", "other::app::load_a", "load_a"]);
        assert_eq!(ending("app::load_a"), ["app::load_a", "other::app::load_a"]);
        assert_eq!(ending("loadXa"), ["other::app::loadXa"]);
        for name in ["oad_a", "::load_a", "load_", "%", "_", ""] {
            assert_eq!(ending(name), [""; 0], "{name}");
        }
    }

    #[test]
    fn a_key_is_found_by_any_number_of_its_first_digits() {
        let (_folder, stash) = stocked();
        let key = Digest::of(FUNCTIONS[3].as_bytes()).to_string();
        let found = |digits: &str| listed(&stash, &Filter::Key(digits.to_owned()));
        for digits in [&key[..7], &key[..8], &key, &key[..9].to_ascii_uppercase()] {
            assert_eq!(found(digits), [FUNCTIONS[3]], "{digits}");
        }
        assert_eq!(found("").len(), FUNCTIONS.len());
        for digits in ["%", "zz", &format!("{key}0"), "é"] {
            assert_eq!(found(digits), [""; 0], "{digits}");
        }
    }
}
