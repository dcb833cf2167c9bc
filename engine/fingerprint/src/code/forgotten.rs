//! Fields that serde leaves out of values, or converts, as the attributes in the sources say.
//!
//! Bytes cannot show what is not in them. The analyser reads the attributes of all types that a function takes and
//! returns, as far as their sources are at hand.

use super::wire::{Reader, Truncated, Writer};

/// A field, or a type, that may not be in the bytes of a value as a whole.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Forgotten {
    /// `crate::module::Type::field`, or the type alone.
    pub field: String,
    /// What is written there, for people.
    pub attribute: String,
    /// Whether it is left out, rather than converted in a way that may lose something.
    pub certain: bool,
    /// Whether it is a part of the result, not of arguments alone.
    pub in_result: bool,
    /// For what may stand in place of a type parameter, the type that has it; otherwise empty.
    pub of: String,
}

impl Forgotten {
    /// Whether a path names it: `Type::field`, with as much in front as one likes.
    pub fn is_named(&self, path: &str) -> bool {
        let path = path.strip_prefix("crate::").unwrap_or(path);
        self.field.strip_suffix(path).is_some_and(|before| before.is_empty() || before.ends_with("::"))
    }

    /// Whether it may be in a value of a type, by Rust's name for that.
    pub fn is_in(&self, type_name: &str) -> bool {
        let is_part = |c: char| c == '_' || c == ':' || c.is_alphanumeric();
        self.of.is_empty() || type_name.split(|c| !is_part(c)).any(|path| path == self.of)
    }

    pub(crate) fn write(&self, out: &mut Writer) {
        out.text(&self.field);
        out.text(&self.attribute);
        out.text(&self.of);
        out.byte(u8::from(self.certain) | u8::from(self.in_result) << 1);
    }

    pub(crate) fn read(from: &mut Reader<'_>) -> Result<Self, Truncated> {
        let (field, attribute, of, flags) = (from.text()?, from.text()?, from.text()?, from.byte()?);
        Ok(Self { field, attribute, of, certain: flags & 1 != 0, in_result: flags & 2 != 0 })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_is_named_by_the_end_of_its_path() {
        let field = Forgotten {
            field: "demo::fit::Model::note".to_owned(),
            attribute: String::new(),
            certain: true,
            in_result: true,
            of: String::new(),
        };
        for named in ["Model::note", "fit::Model::note", "crate::fit::Model::note", "demo::fit::Model::note"] {
            assert!(field.is_named(named), "{named}");
        }
        for other in ["Model::notes", "del::note", "other::Model::note", "Model"] {
            assert!(!field.is_named(other), "{other}");
        }
    }
}
