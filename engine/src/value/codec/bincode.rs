//! The form of values that serde knows: canonical bytes, which [`canonical`](super::canonical) writes and bincode reads.
//! No other file knows bincode. It reads little-endian numbers of fixed width, and has to read everything that is there.
//!
//! bincode 2.0.1 is finished and unmaintained (see `deny.toml`). It reads only bytes whose digest has been
//! verified.

use std::any::type_name;
use std::cell::RefCell;

use bincode::config::{Configuration, Fixint, LittleEndian, NoLimit};
use bincode::error::DecodeError;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::blob::{Blob, Kept, Room, Written};
use super::canonical::Encoder;
use super::pieces::Halt;
use super::untyped::{To, Untyped};
use crate::value::ValueError;

const FORMAT: Configuration<LittleEndian, Fixint, NoLimit> =
    bincode::config::standard().with_little_endian().with_fixed_int_encoding().with_no_limit();

thread_local! {
    /// The I/O error behind a failed encoding: serde's errors carry text alone.
    static UNREADABLE: RefCell<Option<ValueError>> = const { RefCell::new(None) };
}

/// Notes that a file could not be read while a value was encoded.
pub(in crate::value) fn note_unreadable(error: ValueError) {
    UNREADABLE.with_borrow_mut(|slot| *slot = Some(error));
}

/// A value's canonical bytes.
pub(crate) fn encode<T: Serialize + ?Sized>(value: &T) -> Result<Vec<u8>, ValueError> {
    in_memory(encode_told(&value, type_name::<T>(), Room::Memory)?)
}

/// The same of one that has no type any more but this name.
pub(crate) fn encode_told(value: &dyn Untyped, kind: &'static str, room: Room) -> Result<Written, ValueError> {
    told(value, room).map_err(|halt| refusal(kind, halt))
}

/// Puts the canonical bytes behind those that are there.
pub(super) fn encode_into(value: &dyn Untyped, kind: &'static str, to: &mut Blob) -> Result<(), ValueError> {
    drop(UNREADABLE.take());
    let mut encoder = Encoder::after(std::mem::replace(to, Blob::new(Room::Memory)));
    let told = value.tell(To::Bytes(&mut encoder)).map_err(|halt| refusal(kind, halt));
    *to = encoder.into_blob();
    told
}

fn refusal(kind: &'static str, halt: Halt) -> ValueError {
    UNREADABLE.take().unwrap_or_else(|| ValueError::Encode { kind, message: halt.into_message() })
}

/// The same, or why there are none.
pub(in crate::value) fn canonical(value: &dyn Untyped) -> Result<Vec<u8>, Halt> {
    in_memory(told(value, Room::Memory)?)
}

fn told(value: &dyn Untyped, room: Room) -> Result<Written, Halt> {
    // What another value left behind, which went on in spite of it, is not about this one.
    drop(UNREADABLE.take());
    let mut encoder = Encoder::new(room);
    value.tell(To::Bytes(&mut encoder))?;
    Ok(encoder.finish())
}

fn in_memory<E>(written: Written) -> Result<Vec<u8>, E> {
    match written.kept {
        Kept::Memory(bytes) => Ok(bytes),
        _ => unreachable!("there was no other room"),
    }
}

/// The value that the canonical bytes stand for.
pub(crate) fn decode<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, ValueError> {
    whole(bincode::serde::decode_from_slice(bytes, FORMAT), bytes)
}

/// The same of bytes whose digest nobody has compared. A length in them that is nonsense takes no memory: bincode compares
/// lengths with a limit first, which is a constant, so this is the next one above what is there.
pub(crate) fn decode_unverified<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, ValueError> {
    const SMALL: usize = 1 << 12;
    const MEDIUM: usize = 1 << 20;
    const LARGE: usize = 1 << 30;
    let decoded = if bytes.len() <= SMALL {
        bincode::serde::decode_from_slice(bytes, FORMAT.with_limit::<SMALL>())
    } else if bytes.len() <= MEDIUM {
        bincode::serde::decode_from_slice(bytes, FORMAT.with_limit::<MEDIUM>())
    } else {
        bincode::serde::decode_from_slice(bytes, FORMAT.with_limit::<LARGE>())
    };
    whole(decoded, bytes)
}

fn whole<T>(decoded: Result<(T, usize), DecodeError>, bytes: &[u8]) -> Result<T, ValueError> {
    match decoded {
        Ok((value, used)) if used == bytes.len() => Ok(value),
        Ok((_, used)) => Err(refused(type_name::<T>(), Err(bytes.len() - used))),
        Err(error) => Err(refused(type_name::<T>(), Ok(error))),
    }
}

#[cold]
fn refused(kind: &'static str, why: Result<DecodeError, usize>) -> ValueError {
    let message = match why {
        Ok(DecodeError::OtherString(message)) => message,
        Ok(other) => format!("{other:?}"),
        Err(left) => format!("{left} bytes are left over"),
    };
    ValueError::Decode { kind, message }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flipped_bit_in_unverified_bytes_is_an_error_or_another_value_and_takes_no_memory() {
        let value = (vec!["acorn".to_owned(), String::new()], Some(vec![1_u8, 2]), 7_u64);
        let bytes = encode(&value).unwrap();
        assert_eq!(decode_unverified::<(Vec<String>, Option<Vec<u8>>, u64)>(&bytes).unwrap(), value);
        for bit in 0..bytes.len() * 8 {
            let mut flipped = bytes.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            // Without a limit, this ends the process.
            drop(decode_unverified::<(Vec<String>, Option<Vec<u8>>, u64)>(&flipped));
        }
        let long = "n".repeat(3 << 20);
        assert_eq!(decode_unverified::<String>(&encode(&long).unwrap()).unwrap(), long);
    }
}
