//! The arguments that a pipeline is given.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// A pipeline's arguments as they were typed: texts by parameter name.
///
/// # Examples
///
/// ```
/// use scrat::Given;
///
/// let mut given = Given::default();
/// given.set("folds", vec!["3".to_owned(), "5".to_owned()]);
/// let texts: Vec<_> = given.iter().map(|(name, texts)| format!("{name} = {}", texts.join(","))).collect();
/// assert_eq!(texts, ["folds = 3,5"]);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Given(BTreeMap<String, Vec<String>>);

impl Given {
    /// Sets the texts given for a parameter.
    pub fn set(&mut self, name: &str, texts: Vec<String>) {
        self.0.insert(name.to_owned(), texts);
    }

    /// The parameters and the texts given for them, in order of name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &[String])> {
        self.0.iter().map(|(name, texts)| (name.as_str(), texts.as_slice()))
    }

    /// Whether nothing was given.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The texts given for one parameter.
    pub(crate) fn texts(&self, name: &str) -> Option<&[String]> {
        self.0.get(name).map(Vec::as_slice)
    }
}
