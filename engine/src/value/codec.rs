//! The only place that knows bincode: little-endian, fixed width, everything that is there is read.
//!
//! bincode 2.0.1 is finished and unmaintained (see `deny.toml`). It reads only bytes whose digest has been
//! verified.

use std::any::type_name;
use std::cell::RefCell;

use bincode::config::{Configuration, Fixint, LittleEndian, NoLimit};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::ValueError;
use super::canonical::Canonical;

const FORMAT: Configuration<LittleEndian, Fixint, NoLimit> =
    bincode::config::standard().with_little_endian().with_fixed_int_encoding().with_no_limit();

thread_local! {
    /// The I/O error behind a failed encoding: serde's errors carry text alone.
    static UNREADABLE: RefCell<Option<ValueError>> = const { RefCell::new(None) };
}

/// Notes that a file could not be read while a value was encoded.
pub(super) fn note_unreadable(error: ValueError) {
    UNREADABLE.with_borrow_mut(|slot| *slot = Some(error));
}

/// A value's canonical bytes.
pub(crate) fn encode<T: Serialize + ?Sized>(value: &T) -> Result<Vec<u8>, ValueError> {
    encode_raw(&Canonical::new(value))
        .map_err(|message| UNREADABLE.take().unwrap_or_else(|| ValueError::Encode { kind: type_name::<T>(), message }))
}

/// bincode's bytes of a value as it is, its message if there are none.
pub(super) fn encode_raw<T: Serialize>(value: &T) -> Result<Vec<u8>, String> {
    bincode::serde::encode_to_vec(value, FORMAT).map_err(|error| match error {
        bincode::error::EncodeError::OtherString(message) => message,
        bincode::error::EncodeError::Serde(_) => {
            "a sequence or map of unknown length (as `#[serde(flatten)]` makes) can't be stored".to_owned()
        }
        other => other.to_string(),
    })
}

/// The value that the canonical bytes stand for.
pub(crate) fn decode<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, ValueError> {
    let refused = |message: String| ValueError::Decode { kind: type_name::<T>(), message };
    let (value, used) = bincode::serde::decode_from_slice(bytes, FORMAT).map_err(|error| {
        refused(match error {
            bincode::error::DecodeError::OtherString(message) => message,
            other => format!("{other:?}"),
        })
    })?;
    if used == bytes.len() { Ok(value) } else { Err(refused(format!("{} bytes are left over", bytes.len() - used))) }
}
