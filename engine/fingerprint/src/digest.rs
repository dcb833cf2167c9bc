//! Digests: BLAKE3-256, and the one way in which fields are put together to be digested.
//!
//! Every field has a length that is known or is said, and every purpose has a context string of its own, so that no
//! two different sequences of fields meet in one digest. Lists say how many there are of what follows, and what may be
//! missing says whether it is there: `A=1B2 B=` is not `A=1 B=2B`, and unset not empty.
//!
//! clippy forbids BLAKE3 anywhere else, so that no digest is put together by hand.

#![expect(clippy::disallowed_types, clippy::disallowed_methods, reason = "the one place that may")]

use std::str::FromStr;

use serde::{Deserialize, Serialize};
use std::{fmt, io};

/// A BLAKE3-256 digest. It reads and writes as 64 lower-case hexadecimal digits.
///
/// # Examples
///
/// ```
/// # use scrat_fingerprint::digest::Digest;
/// let digest = Digest::of(b"nuts");
/// assert_eq!(digest.to_string().parse(), Ok(digest));
/// assert!(digest.to_string().starts_with(&digest.short()));
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Digest(pub [u8; 32]);

impl Digest {
    /// Digest of bytes as they are.
    pub fn of(bytes: &[u8]) -> Self {
        Self(*blake3::hash(bytes).as_bytes())
    }

    /// Digest of all that a reader gives.
    ///
    /// # Errors
    /// The reader's.
    pub fn of_reader(reader: impl io::Read) -> io::Result<Self> {
        let mut hasher = blake3::Hasher::new();
        hasher.update_reader(reader)?;
        Ok(Self(*hasher.finalize().as_bytes()))
    }

    /// The 32 bytes.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// The first eight hexadecimal digits: enough to tell nuts apart on a screen.
    pub fn short(&self) -> String {
        self.to_string()[..8].to_owned()
    }

    /// The first eight bytes as a number, for an index that may collide.
    pub fn prefix(&self) -> i64 {
        let [a, b, c, d, e, f, g, h, ..] = self.0;
        i64::from_le_bytes([a, b, c, d, e, f, g, h])
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&blake3::Hash::from_bytes(self.0).to_hex())
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Digest({})", self.short())
    }
}

/// The text is not a digest.
///
/// # Examples
///
/// ```
/// # use scrat_fingerprint::digest::{Digest, NotADigest};
/// assert_eq!("acorn".parse::<Digest>(), Err(NotADigest));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a digest: expected 64 hexadecimal digits")]
pub struct NotADigest;

impl FromStr for Digest {
    type Err = NotADigest;

    fn from_str(text: &str) -> Result<Self, NotADigest> {
        blake3::Hash::from_hex(text).map(|hash| Self(*hash.as_bytes())).map_err(|_| NotADigest)
    }
}

impl From<[u8; 32]> for Digest {
    fn from(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }
}

impl TryFrom<&[u8]> for Digest {
    type Error = NotADigest;

    fn try_from(bytes: &[u8]) -> Result<Self, NotADigest> {
        bytes.try_into().map(Self).map_err(|_| NotADigest)
    }
}

/// Digests bytes that come in pieces: the result is that of all of them together.
///
/// # Examples
///
/// ```
/// # use scrat_fingerprint::digest::{Digest, Digester};
/// let mut digester = Digester::default();
/// digester.update(b"aco");
/// digester.update(b"rns");
/// assert_eq!(digester.finish(), Digest::of(b"acorns"));
/// ```
#[derive(Debug, Default)]
pub struct Digester(blake3::Hasher);

impl Digester {
    /// More bytes.
    pub fn update(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    /// Digest of all that came.
    pub fn finish(&self) -> Digest {
        Digest(*self.0.finalize().as_bytes())
    }
}

/// Digests a sequence of fields for one purpose.
#[derive(Debug)]
pub struct Fields(blake3::Hasher);

impl Fields {
    /// `context` names the purpose; it is part of the key specification.
    pub fn new(context: &str) -> Self {
        Self(blake3::Hasher::new_derive_key(context))
    }

    /// Bytes, with their number before them.
    pub fn bytes(&mut self, bytes: &[u8]) -> &mut Self {
        self.number(bytes.len() as u64);
        self.0.update(bytes);
        self
    }

    /// A text, with its length before it.
    pub fn text(&mut self, text: &str) -> &mut Self {
        self.bytes(text.as_bytes())
    }

    /// A number: a value, or how many there are of what follows.
    pub fn number(&mut self, number: u64) -> &mut Self {
        self.0.update(&number.to_le_bytes());
        self
    }

    /// A digest.
    pub fn digest(&mut self, digest: &Digest) -> &mut Self {
        self.0.update(&digest.0);
        self
    }

    /// What may be missing: whether it is there, and then what `field` adds for it.
    pub fn option<T>(&mut self, value: Option<T>, field: impl FnOnce(&mut Self, T)) -> &mut Self {
        self.number(u64::from(value.is_some()));
        if let Some(value) = value {
            field(self, value);
        }
        self
    }

    /// A list: how many there are, and then what `field` adds for each.
    pub fn list<T>(
        &mut self,
        items: impl IntoIterator<Item = T, IntoIter: ExactSizeIterator>,
        mut field: impl FnMut(&mut Self, T),
    ) -> &mut Self {
        let items = items.into_iter();
        self.number(items.len() as u64);
        for item in items {
            field(self, item);
        }
        self
    }

    /// The digest of all fields so far.
    pub fn finish(&self) -> Digest {
        Digest(*self.0.finalize().as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digest_survives_its_text() {
        let digest = Digest::of(b"acorn");
        assert_eq!(digest.to_string().parse::<Digest>().unwrap(), digest);
        assert!("abc".parse::<Digest>().is_err());
    }

    #[test]
    fn fields_do_not_run_into_one_another() {
        let ab_c = Fields::new("test").text("ab").text("c").finish();
        let a_bc = Fields::new("test").text("a").text("bc").finish();
        assert_ne!(ab_c, a_bc);
        assert_ne!(Fields::new("test").text("ab").finish(), Fields::new("other").text("ab").finish());
    }

    #[test]
    fn what_is_missing_is_not_empty_and_lists_do_not_run_into_one_another() {
        fn text(fields: &mut Fields, text: &str) {
            fields.text(text);
        }
        let missing = Fields::new("test").option(None, text).finish();
        assert_ne!(missing, Fields::new("test").option(Some(""), text).finish());
        let lists = |first: &[&str], second: &[&str]| {
            Fields::new("test").list(first.iter().copied(), text).list(second.iter().copied(), text).finish()
        };
        assert_ne!(lists(&["a"], &["b"]), lists(&["a", "b"], &[]));
    }

    #[test]
    fn a_reader_and_its_bytes_have_one_digest() {
        assert_eq!(Digest::of_reader(&b"acorn"[..]).unwrap(), Digest::of(b"acorn"));
    }
}
