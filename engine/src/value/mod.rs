//! Values: what functions take and return, as canonical bytes.
//!
//! The bytes that are digested are the bytes that are stored, so a value written as a literal and the
//! same value coming out of a step have the same digest.
//!
//! | input | canonical bytes |
//! | --- | --- |
//! | any serde type | those of bincode 2, little-endian, fixed width ([`codec::serial`]) |
//! | `HashMap`, `HashSet` | the same, with the entries sorted by their bytes ([`codec::canonical`]) |
//! | a list of plain numbers, by itself | the numbers' bytes, little-endian ([`codec::numbers`]) |
//! | a type with a [`Codec`] | the bytes that the codec writes |
//! | [`File`] | digest and length of the content, never the path ([`file`]) |
//! | [`Dir`] | digest and length of the sorted list of what is in it ([`dir`], [`manifest`]) |
//!
//! A value that would not come back as it was is refused when it is encoded or checked, and never stored.

pub mod as_value;
mod carried;
pub(crate) mod codec;
mod copy;
mod diff;
mod dir;
mod file;
pub mod formats;
mod hasher;
#[cfg(test)]
mod hostile;
mod inside;
mod kind;
mod known;
mod manifest;
mod mapped;
mod plain;
mod preview;
pub(crate) mod probe;
pub(crate) mod sameness;
mod stat;
mod survey;
mod temporary;
mod text;

pub(crate) use codec::Shared;
pub(crate) use codec::Whole;
pub(crate) use codec::bincode::decode_unverified;
pub use codec::blob::Blob;
pub(crate) use codec::blob::{Kept, MakeFile, Room, Written};
pub(crate) use codec::context::{Attachment, Named, Served, is_keeping, keeping_files, last_as_long, serving_files};
pub(crate) use codec::serial::{decode, encode, encode_told};
pub(crate) use codec::untyped::Told;
pub use codec::{Codec, Stored};
pub(crate) use copy::{Access, copy};
pub use diff::differ::Difference;
pub(crate) use diff::differ::{LARGEST, differ};
pub(crate) use diff::entries::{differ_entries, only_folder, remembered};
pub use dir::Dir;
pub use file::File;
pub use hasher::Hasher;
pub(crate) use hasher::{HashAny, Hashed};
pub use kind::KindOf;
pub(crate) use kind::{Kind, Valid, whole_text};
pub(crate) use known::take;
pub use known::{Accepted, Argument, Known, Owned, accepted, accepted_primitive, known, known_primitive};
pub(crate) use manifest::{Manifest, leads_down};
pub use mapped::Mapped;
pub use preview::{Picture, Preview};
pub(crate) use sameness::{Cloner, Compare, Comparing, Verdict, check};
pub(crate) use stat::{Stat, digest_file};
pub(crate) use survey::stat_folder;
pub(crate) use temporary::Temporary;
pub use text::brief;
pub(crate) use text::{json, line, lines, short};

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::digest::Digest;

/// A type whose values can be kept in a stash: it implements serde's two traits, borrows nothing, and can be shared
/// between threads.
///
/// Parameters and results of stashed functions must be values; a borrowed parameter (`&T`, `&[T]`, `&str`, `&Path`)
/// must borrow from one.
///
/// # Examples
///
/// ```
/// use scrat::{Value, stash};
/// use serde::{Deserialize, Serialize};
///
/// #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
/// struct Model {
///     weights: Vec<f64>,
/// }
///
/// #[stash(disable)]
/// fn train(seed: u64) -> Model {
///     Model { weights: vec![seed as f64] }
/// }
///
/// #[stash(disable)]
/// fn twice<T: Value + Clone>(value: T) -> Vec<T> {
///     vec![value.clone(), value]
/// }
///
/// assert_eq!(twice(train(1)), [train(1), train(1)]);
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be kept in a stash",
    label = "not a value that scrat can store",
    note = "if it is a view of something, as `ArrayView2` is, take a reference to that: `&Array2<f64>`",
    note = "if the type is yours, derive `serde::Serialize` and `serde::Deserialize` for it, and let it own what it refers to; on a field that is an array, a matrix, a data frame or an image, put `#[serde(with = \"scrat::as_value\")]`",
    note = "if it is an array, a matrix, a data frame or an image, turn on scrat's feature that is called like its crate",
    note = "if it is from another crate, turn on that crate's `serde` feature, or name a codec with `serializer = …`",
    note = "if it is an alias (`type Scored = (DataFrame, f64)`), write out what it stands for: of an alias, scrat does not see the parts",
    note = "a parameter that the result does not depend on can be left out with `#[stash(ignore)]`"
)]
pub trait Value: Serialize + DeserializeOwned + Send + Sync + 'static {}

#[diagnostic::do_not_recommend]
impl<T: Serialize + DeserializeOwned + Send + Sync + 'static> Value for T {}

/// Why a value could not be turned into canonical bytes, or bytes into a value.
///
/// # Examples
///
/// ```
/// use serde::{Deserialize, Serialize};
///
/// #[derive(Serialize, Deserialize)]
/// struct Nest {
///     #[serde(skip_serializing_if = "Option::is_none")]
///     twigs: Option<u32>,
/// }
///
/// let error: scrat::ValueError = scrat_engine::digest(&Nest { twigs: None }).unwrap_err();
/// assert!(error.to_string().contains("`twigs`"));
/// ```
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ValueError {
    /// The type's `Serialize` implementation failed, or wrote something that can't be restored.
    #[error("cannot encode a {kind}: {message}")]
    Encode {
        /// The Rust type.
        kind: &'static str,
        /// What went wrong.
        message: String,
    },
    /// The type's `Deserialize` implementation rejected the bytes.
    #[error("cannot decode a {kind}: {message}")]
    Decode {
        /// The Rust type.
        kind: &'static str,
        /// What went wrong.
        message: String,
    },
    /// The bytes decode to a different value.
    #[error("a {kind} does not survive storing: it comes back different")]
    Unfaithful {
        /// The Rust type.
        kind: &'static str,
    },
    /// serde leaves out a part of the value.
    #[error(
        "{attribute} of {field} keeps what is there out of what is stored; store it, or name it in \
         `#[stash(unimportant(…))]` if no result depends on it"
    )]
    Forgetful {
        /// The field, with its type in front.
        field: String,
        /// The attribute on it.
        attribute: String,
    },
    /// serde may leave out a part of the value, and the value can't be compared with what comes back.
    #[error(
        "whether all of a value comes back through {attribute} of {field} cannot be told: derive `PartialEq` or \
         `Debug` for what holds it"
    )]
    Incomparable {
        /// The field, with its type in front, or the type alone.
        field: String,
        /// The attribute on it.
        attribute: String,
    },
    /// The value can't be written as a file of this kind.
    #[error("a {kind} can't be saved as a file `.{extension}`; there is: {known}")]
    Extension {
        /// The Rust type.
        kind: &'static str,
        /// The extension.
        extension: String,
        /// Those that there are, in words.
        known: String,
    },
    /// A file or folder that the value refers to could not be read.
    #[error("cannot read {path}: {source}")]
    File {
        /// The path, as it was given.
        path: String,
        /// The system's answer.
        source: std::io::Error,
    },
}

/// Digest of a value's canonical bytes.
///
/// # Errors
/// If the value can't be encoded, or if a file that it refers to can't be read.
pub fn digest<T: Serialize + ?Sized>(value: &T) -> Result<Digest, ValueError> {
    encode(value).map(|bytes| Digest::of(&bytes))
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, HashMap, HashSet};
    use std::path::{Path, PathBuf};

    use proptest::prelude::*;
    use serde::Deserialize;

    use super::*;

    fn comes_back<T: Value>(bytes: &[u8]) -> Result<(), ValueError> {
        let back: T = decode(bytes)?;
        if encode(&back)? == bytes { Ok(()) } else { Err(ValueError::Unfaithful { kind: std::any::type_name::<T>() }) }
    }

    #[test]
    fn canonical_bytes_are_little_endian_and_of_fixed_width() {
        assert_eq!(encode(&1_u16).unwrap(), [1, 0]);
        assert_eq!(encode(&-2_i64).unwrap(), [254, 255, 255, 255, 255, 255, 255, 255]);
        assert_eq!(encode("ab").unwrap(), [2, 0, 0, 0, 0, 0, 0, 0, b'a', b'b']);
        assert_eq!(encode(&Some(true)).unwrap(), [1, 1]);
        assert_eq!(encode(&vec![1.5_f32]).unwrap(), [1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 192, 63]);
    }

    #[test]
    fn a_borrowed_value_has_the_bytes_of_the_owned_one() {
        assert_eq!(encode(&[1, 2, 3][..]).unwrap(), encode(&vec![1, 2, 3]).unwrap());
        assert_eq!(encode("oak").unwrap(), encode(&String::from("oak")).unwrap());
        assert_eq!(encode(Path::new("a/b")).unwrap(), encode(&PathBuf::from("a/b")).unwrap());
    }

    #[test]
    fn maps_without_an_order_encode_equally_at_any_depth() {
        let forwards: Vec<Option<HashMap<u32, HashSet<String>>>> =
            vec![Some((0..100).map(|i| (i, (0..i).map(|j| j.to_string()).collect())).collect())];
        let backwards: Vec<Option<HashMap<u32, HashSet<String>>>> =
            vec![Some((0..100).rev().map(|i| (i, (0..i).rev().map(|j| j.to_string()).collect())).collect())];
        let bytes = encode(&forwards).unwrap();
        assert_eq!(bytes, encode(&backwards).unwrap());
        assert_eq!(decode::<Vec<Option<HashMap<u32, HashSet<String>>>>>(&bytes).unwrap(), forwards);
        let map: HashMap<u32, u32> = (0..50).map(|i| (i, i)).collect();
        assert_eq!(encode(&Box::new(map.clone())).unwrap(), encode(&map).unwrap());
    }

    #[test]
    fn a_skipped_field_is_refused_with_its_name() {
        #[derive(Serialize, Deserialize)]
        struct Nest {
            #[serde(skip_serializing_if = "Option::is_none")]
            twigs: Option<u32>,
        }
        assert!(encode(&Nest { twigs: Some(1) }).is_ok());
        let error = encode(&vec![Nest { twigs: None }]).unwrap_err().to_string();
        assert!(error.contains("`twigs`") && error.contains("skip_serializing_if"), "{error}");
    }

    #[test]
    fn a_type_that_encodes_but_does_not_decode_is_found_out() {
        let value = serde_json::json!({ "a": 1 });
        let bytes = encode(&value).unwrap();
        assert!(comes_back::<serde_json::Value>(&bytes).is_err());

        #[derive(Serialize, Deserialize)]
        #[serde(untagged)]
        enum Either {
            Small(u8),
            Large(u8),
        }
        let bytes = encode(&Either::Large(1)).unwrap();
        assert_eq!(bytes, encode(&Either::Small(1)).unwrap());
        assert!(comes_back::<Either>(&bytes).is_err());

        #[derive(Serialize, Deserialize)]
        struct Flat {
            #[serde(flatten)]
            rest: BTreeMap<String, u8>,
        }
        let error = encode(&Flat { rest: BTreeMap::new() }).unwrap_err().to_string();
        assert!(error.contains("unknown length"), "{error}");
    }

    #[test]
    fn bytes_with_a_rest_are_no_value() {
        let mut bytes = encode(&7_u32).unwrap();
        bytes.push(0);
        let error = decode::<u32>(&bytes).unwrap_err().to_string();
        assert!(error.contains("left over"), "{error}");
    }

    type Anything = (Vec<(String, Option<i64>)>, BTreeMap<u8, f64>, HashMap<String, Vec<char>>, (bool, i128));

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]

        #[test]
        fn values_survive_their_bytes(value: Anything) {
            let bytes = encode(&value).unwrap();
            let back: Anything = decode(&bytes).unwrap();
            prop_assert_eq!(encode(&back).unwrap(), bytes);
            if !value.1.values().any(|number| number.is_nan()) {
                prop_assert_eq!(back, value);
            }
        }
    }
}
