//! The form of values that serde knows: canonical bytes, which [`canonical`](super::canonical) writes and
//! [`decoder`](super::decoder) reads. All of a value's bytes have to be read.

use std::any::type_name;
use std::cell::RefCell;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::blob::{Blob, Kept, Room, Written};
use super::canonical::Encoder;
use super::decoder::{Broken, Decoder};
use super::pieces::Halt;
use super::untyped::{To, Untyped};
use crate::value::ValueError;

thread_local! {
    /// The I/O error behind a failed encoding: serde's errors carry text alone.
    static UNREADABLE: RefCell<Option<ValueError>> = const { RefCell::new(None) };
}

pub(super) fn last_as_long() {
    UNREADABLE.with(|_| ());
}

/// Notes that a file could not be read while a value was encoded.
pub(in crate::value) fn note_unreadable(error: ValueError) {
    UNREADABLE.with_borrow_mut(|slot| *slot = Some(error));
}

/// What was noted, if there is anything.
fn take_unreadable() -> Option<ValueError> {
    // A stash that is closed as the program ends encodes records when its thread has no locals any more.
    UNREADABLE.try_with(RefCell::take).ok().flatten()
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
    drop(take_unreadable());
    let mut encoder = Encoder::after(std::mem::replace(to, Blob::new(Room::Memory)));
    let told = value.tell(To::Bytes(&mut encoder)).map_err(|halt| refusal(kind, halt));
    *to = encoder.into_blob();
    told
}

fn refusal(kind: &'static str, halt: Halt) -> ValueError {
    take_unreadable().unwrap_or_else(|| ValueError::Encode { kind, message: halt.into_message() })
}

/// The same, or why there are none.
pub(in crate::value) fn canonical(value: &dyn Untyped) -> Result<Vec<u8>, Halt> {
    in_memory(told(value, Room::Memory)?)
}

fn told(value: &dyn Untyped, room: Room) -> Result<Written, Halt> {
    // What another value left behind, which went on in spite of it, is not about this one.
    drop(take_unreadable());
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
    let mut decoder = Decoder::new(bytes);
    match T::deserialize(&mut decoder) {
        Ok(value) if decoder.left() == 0 => Ok(value),
        Ok(_) => Err(refused(type_name::<T>(), Err(decoder.left()))),
        Err(error) => Err(refused(type_name::<T>(), Ok(error))),
    }
}

#[cold]
fn refused(kind: &'static str, why: Result<Broken, usize>) -> ValueError {
    let message = match why {
        Ok(broken) => broken.to_string(),
        Err(left) => format!("{left} bytes are left over"),
    };
    ValueError::Decode { kind, message }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicBool, Ordering};

    use super::*;

    #[test]
    fn a_value_is_encoded_even_while_its_thread_ends() {
        static WAS_ENCODED: AtomicBool = AtomicBool::new(false);
        struct Late;
        impl Drop for Late {
            fn drop(&mut self) {
                let encoded = std::panic::catch_unwind(|| encode(&7_u8).unwrap());
                WAS_ENCODED.store(encoded.is_ok_and(|bytes| bytes == [7]), Ordering::SeqCst);
            }
        }
        thread_local! {
            static LATE: Late = const { Late };
        }
        // What is used first is dropped last.
        let thread = std::thread::spawn(|| LATE.with(|_| encode(&1_u8).unwrap()));
        assert_eq!(thread.join().unwrap(), [1]);
        assert!(WAS_ENCODED.load(Ordering::SeqCst));
    }
}
