//! `[stash]` in the settings: where results are kept, and how many of them.

use std::collections::BTreeMap;
use std::num::NonZeroU64;
use std::path::PathBuf;

use serde::de::{Error, IntoDeserializer, MapAccess, Visitor, value::MapAccessDeserializer};
use serde::{Deserialize, Deserializer};

use super::which::means;
use crate::limit::{Limit, Policy};

/// How much of results is kept: in the whole stash, and of some functions. Results that are over a limit are evicted as
/// others are stored.
///
/// # Examples
///
/// ```
/// use scrat::{Config, Policy};
///
/// # let folder = tempfile::tempdir()?;
/// # let folder = folder.path();
/// let settings = r#"
/// [stash]
/// max_size = "20 GB"
///
/// [stash.functions.load]
/// max_count = 100
/// policy = "lru"
/// "#;
/// std::fs::write(folder.join("scrat.toml"), settings)?;
/// let limits = Config::load(folder)?.limits;
/// assert_eq!(limits.stash.max_size, Some(20_000_000_000));
/// assert_eq!(limits.of("app::load").policy, Some(Policy::Lru));
/// assert_eq!(limits.of("app::reload").max_count, None);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// Of all results together.
    pub stash: Limit,
    /// Of the results of each function that a name means, as in `disable`.
    pub functions: BTreeMap<String, Limit>,
}

impl Limits {
    /// What is said of the function with this full name. Names that say more go before others.
    pub fn of(&self, function: &str) -> Limit {
        let mut meant: Vec<_> = self.functions.iter().filter(|(name, _)| means(name, function)).collect();
        meant.sort_by_key(|(name, _)| (name.contains('*'), std::cmp::Reverse(name.len())));
        meant.into_iter().fold(Limit::NONE, |limit, (_, other)| limit.or(*other))
    }
}

/// The settings' key `stash`: a path, or a table.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Table {
    pub path: Option<PathBuf>,
    #[serde(deserialize_with = "size")]
    max_size: Option<u64>,
    max_count: Option<NonZeroU64>,
    policy: Option<Policy>,
    functions: BTreeMap<String, Function>,
}

#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Function {
    #[serde(deserialize_with = "size")]
    max_size: Option<u64>,
    max_count: Option<NonZeroU64>,
    policy: Option<Policy>,
}

impl Table {
    pub(super) fn limits(self) -> Limits {
        let Self { max_size, max_count, policy, functions, .. } = self;
        let limit = |Function { max_size, max_count, policy }| Limit {
            max_size,
            max_count: max_count.map(NonZeroU64::get),
            policy,
        };
        Limits {
            stash: limit(Function { max_size, max_count, policy }),
            functions: functions.into_iter().map(|(name, function)| (name, limit(function))).collect(),
        }
    }
}

/// Reads what is at the key.
pub(super) fn table<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Table, D::Error> {
    struct PathOrTable;
    impl<'de> Visitor<'de> for PathOrTable {
        type Value = Table;

        fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("a path, or a table with path, max_size, max_count, policy and functions")
        }

        fn visit_str<E: Error>(self, path: &str) -> Result<Table, E> {
            Ok(Table { path: Some(path.into()), ..Table::default() })
        }

        fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Table, A::Error> {
            Table::deserialize(MapAccessDeserializer::new(map))
        }
    }
    deserializer.deserialize_any(PathOrTable)
}

/// The path at the key alone.
pub(super) fn path<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<PathBuf>, D::Error> {
    table(deserializer).map(|table| table.path)
}

/// What a file says of limits, which has been read as settings before.
pub(super) fn limits_of(settings: &toml::Table) -> Result<Limits, toml::de::Error> {
    let stash = settings.get("stash").cloned();
    stash.map_or(Ok(Limits::default()), |stash| table(stash.into_deserializer()).map(Table::limits))
}

fn size<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u64>, D::Error> {
    let size = match toml::Value::deserialize(deserializer)? {
        toml::Value::String(text) => scrat_fingerprint::parse_size(&text),
        toml::Value::Integer(bytes) => u64::try_from(bytes).ok().filter(|&bytes| bytes > 0),
        _ => None,
    };
    size.map(Some).ok_or_else(|| Error::custom("`max_size` takes a size, such as \"2 GB\""))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::config::Config;

    fn with(text: &str) -> Result<Config, String> {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("scrat.toml"), text).unwrap();
        Config::load(folder.path()).map_err(|error| error.to_string())
    }

    #[test]
    fn a_stash_is_a_path_or_a_table_with_one() {
        for text in ["stash = \"cache\"", "[stash]\npath = \"cache\"\nmax_count = 3"] {
            assert!(with(text).unwrap().stash.unwrap().ends_with("cache"), "{text}");
        }
        assert_eq!(with("[stash]\nmax_count = 3").unwrap().stash, None);
        assert_eq!(with("stash = \"cache\"").unwrap().limits, Limits::default());
    }

    #[test]
    fn a_mistake_in_a_limit_is_told_with_its_line_and_key() {
        for (text, line, key) in [
            ("[stash]\nmax_size = \"much\"", "line 2", "max_size"),
            ("[stash]\nmax_count = 0", "line 2", "max_count"),
            ("[stash]\nmax_sise = \"2 GB\"", "line 2", "max_sise"),
            ("[stash]\npolicy = \"oldest\"", "line 2", "`lru`"),
            ("[stash.functions.load]\nmax_size = 1\nfoo = 2", "line 3", "foo"),
        ] {
            let told = with(text).unwrap_err();
            assert!(told.contains(line) && told.contains(key), "{text}: {told}");
        }
    }

    #[test]
    fn a_name_that_says_more_goes_before_one_that_says_less() {
        let limits = with(
            "stash.functions.\"*\" = { max_count = 9, policy = \"fifo\" }
             stash.functions.load = { max_count = 5 }
             stash.functions.\"a::load\" = { max_count = 3 }",
        );
        let limits = limits.unwrap().limits;
        let of = |function| limits.of(function).max_count.unwrap();
        assert_eq!((of("a::load"), of("b::load"), of("b::save")), (3, 5, 9));
        assert_eq!(limits.of("a::load").policy, Some(Policy::Fifo));
    }
}
