//! Which nuts are meant, and how they are found in the index.

use rusqlite::Connection;

use crate::digest::Digest;

/// How many entries are read at once: nobody who writes waits for whoever prints them.
const PAGE: i64 = 1_000;

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

/// Which rows a filter selects.
pub(super) struct Rows {
    pub condition: String,
    /// How many are read at once.
    pub page: i64,
}

impl Filter {
    /// What to ask the index. Nothing is a pattern: `_` and `%` are names, too, and names that differ in case differ.
    pub(super) fn rows(&self, index: &Connection) -> rusqlite::Result<Rows> {
        let of = |ids: Vec<i64>| match &ids[..] {
            [id] => format!("n.function = {id}"),
            // All rows in order are one way, which is not gone once for each page.
            ids => format!("+n.function IN ({})", ids.iter().map(i64::to_string).collect::<Vec<_>>().join(", ")),
        };
        let condition = match self {
            Self::All => "true".to_owned(),
            Self::Function(name) => of(function_ids(index, "name = ?1", [name])?),
            Self::Ending(name) => {
                let condition = "name = ?1 OR substr(name, -length(?2)) = ?2";
                of(function_ids(index, condition, [name, &format!("::{name}")])?)
            }
            Self::Key(digits) => {
                let bounds = key_bounds(digits);
                let condition = bounds.map(|[first, last]| format!("n.key BETWEEN x'{first}' AND x'{last}'"));
                return Ok(Rows { condition: condition.unwrap_or_else(|| "false".to_owned()), page: i64::MAX });
            }
        };
        Ok(Rows { condition, page: PAGE })
    }

    /// Whether a nut is meant, by whatever way it was found.
    pub(super) fn means(&self, function: &str, key: &Digest) -> bool {
        match self {
            Self::All => true,
            Self::Function(name) => function == name,
            Self::Ending(name) => {
                function.strip_suffix(name).is_some_and(|rest| rest.is_empty() || rest.ends_with("::"))
            }
            Self::Key(digits) => key.to_string().starts_with(&digits.to_ascii_lowercase()),
        }
    }
}

fn function_ids<P: rusqlite::Params>(index: &Connection, condition: &str, values: P) -> rusqlite::Result<Vec<i64>> {
    index
        .prepare_cached(&format!("SELECT id FROM functions WHERE {condition}"))?
        .query_map(values, |row| row.get(0))?
        .collect()
}

/// The first and the last key that begin with these digits. None if no key does.
fn key_bounds(digits: &str) -> Option<[Digest; 2]> {
    const DIGITS: usize = 64;
    if digits.len() > DIGITS || !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
        return None;
    }
    let bound = |filler: &str| {
        let whole = format!("{digits}{}", filler.repeat(DIGITS - digits.len()));
        whole.to_ascii_lowercase().parse().ok()
    };
    Some([bound("0")?, bound("f")?])
}
