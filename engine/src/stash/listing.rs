//! Listing what is in a stash: what `scrat stash` is built on.

use rusqlite::{OptionalExtension, Row};

use super::filter::Filter;
use super::nut::digest;
use super::{Stash, StashError, seal};
use crate::digest::Digest;

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

impl Stash {
    /// The nuts that a filter selects, the oldest first.
    ///
    /// # Errors
    /// If the index can't be read.
    pub fn list(&self, filter: &Filter) -> Result<Vec<NutInfo>, StashError> {
        let mut nuts = Vec::new();
        self.each(filter, |nut| nuts.push(nut))?;
        Ok(nuts)
    }

    /// Calls `work` with each nut that a filter selects, the oldest first. Returns how many other entries there are that
    /// are not what was stored: what they say is not believed. [`check`](Self::check) names them.
    ///
    /// # Errors
    /// If the index can't be read.
    ///
    /// # Examples
    ///
    /// ```
    /// use scrat::{Filter, Stash};
    ///
    /// # let folder = tempfile::tempdir()?;
    /// let stash = Stash::create(&folder.path().join(".scrat"))?;
    /// let mut bytes = 0;
    /// let damaged = stash.each(&Filter::All, |nut| bytes += nut.size)?;
    /// assert_eq!((bytes, damaged), (0, 0));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn each(&self, filter: &Filter, mut work: impl FnMut(NutInfo)) -> Result<usize, StashError> {
        let rows = self.read("list nuts", |index| filter.rows(index))?;
        let query = format!(
            "SELECT {}, n.used, n.uses, c.fingerprint, n.pinned, n.id FROM {} WHERE n.id > ?1 AND {} ORDER BY n.id LIMIT ?2",
            seal::COLUMNS,
            seal::ALL_ROWS,
            rows.condition
        );
        let (mut last, mut damaged) = (i64::MIN, 0);
        loop {
            let page: Vec<(i64, Option<NutInfo>)> = self.read("list nuts", |index| {
                index
                    .prepare_cached(&query)?
                    .query_map((last, rows.page), |row| Ok((row.get(seal::WIDTH + 4)?, info(row))))?
                    .collect()
            })?;
            // In a damaged index they may come in another order.
            let Some((id, _)) = page.last().filter(|(id, _)| *id > last) else { return Ok(damaged) };
            last = *id;
            let is_last = page.len() < usize::try_from(rows.page).unwrap_or(usize::MAX);
            for (_, nut) in page {
                match nut {
                    Some(nut) if filter.means(&nut.function, &nut.key) => work(nut),
                    _ => damaged += 1,
                }
            }
            if is_last {
                return Ok(damaged);
            }
        }
    }

    /// The nut with this key.
    ///
    /// # Errors
    /// If the index can't be read.
    pub fn info(&self, key: &Digest) -> Result<Option<NutInfo>, StashError> {
        let query = format!(
            "SELECT {}, n.used, n.uses, c.fingerprint, n.pinned FROM {} WHERE n.key = ?1",
            seal::COLUMNS,
            seal::TABLES
        );
        let found = self.read("look up a nut", |index| {
            index.prepare_cached(&query)?.query_row([key.as_bytes()], |row| Ok(info(row))).optional()
        })?;
        found.map(|nut| nut.filter(|nut| nut.key == *key).ok_or_else(|| self.unsealed())).transpose()
    }

    /// The sums for each function, in order of name.
    ///
    /// # Errors
    /// If the index can't be read.
    pub fn totals(&self) -> Result<Vec<FunctionTotals>, StashError> {
        self.totals_of(None)
    }

    /// The functions of which anything was ever stored.
    pub(crate) fn function_names(&self) -> Result<Vec<String>, StashError> {
        self.read("list functions", |index| {
            index.prepare_cached("SELECT name FROM functions")?.query_map((), |row| row.get(0))?.collect()
        })
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

/// The nut in a row, with its last use, its number of uses and the fingerprint behind it.
fn info(row: &Row<'_>) -> Option<NutInfo> {
    let nut = seal::nut(row, None)?;
    let arguments = seal::arguments(row).into_iter();
    Some(NutInfo {
        key: nut.key,
        function: row.get(1).ok()?,
        fingerprint: digest(row, seal::WIDTH + 2).ok()?,
        identity: digest(row, 2).ok()?,
        arguments: arguments.map(|argument| (argument.name, argument.text)).collect(),
        digest: nut.digest,
        size: nut.size,
        nanos: nut.nanos,
        created: nut.created,
        // These are not sealed.
        used: row.get(seal::WIDTH).unwrap_or(nut.created),
        uses: row.get::<_, i64>(seal::WIDTH + 1).map_or(0, i64::unsigned_abs),
        pinned: row.get(seal::WIDTH + 3).unwrap_or_default(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stash::NewNut;
    use crate::stash::evict::given::bare;
    use crate::value::Written;

    const FUNCTIONS: [&str; 6] =
        ["app::load_a", "other::app::loadXa", "other::app::load_a", "app::LOAD_A", "load_a", "app::unload_a"];

    fn stocked() -> (tempfile::TempDir, Stash) {
        let folder = tempfile::tempdir().unwrap();
        let stash = Stash::create(&folder.path().join(".scrat")).unwrap();
        for function in FUNCTIONS {
            let digest = Digest::of(function.as_bytes());
            let new = NewNut { identity: digest, fingerprint: digest, ..bare(digest, function) };
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
