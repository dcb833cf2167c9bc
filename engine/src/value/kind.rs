//! What can be done with a value whose type is known no more: a table of functions per type and form. It holds what only
//! those can say; all else is here, once for all types.

use std::any::{Any, type_name};
use std::marker::PhantomData;

use super::codec::blob::{Blob, Room, Written};
use super::codec::context::as_they_were;
use super::codec::{EncodeAny, Form};
use super::{Shared, Told, ValueError, encode_told, json, keeping_files, line, lines, serving_files};
use crate::digest::{Digest, Fields};

/// The functions of one type in one form.
pub(crate) struct Kind {
    type_name: fn() -> &'static str,
    codec: Option<&'static str>,
    is_ours: bool,
    encode: Option<EncodeAny>,
    told: for<'v> fn(&'v dyn Any) -> Option<Told<'v>>,
    decode: fn(&[u8]) -> Result<Shared, ValueError>,
}

impl std::fmt::Debug for Kind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Kind")
    }
}

/// What can be done with values of a type. For the macro.
#[derive(Clone, Copy, Debug)]
pub struct KindOf {
    pub(crate) kind: &'static Kind,
    /// What a stored value has to pass.
    pub(crate) valid: Option<Valid>,
    /// Whether values stay in memory, for callers that clone them.
    pub(crate) in_memory: bool,
}

/// Says whether a stored value may be used.
pub(crate) type Valid = fn(&dyn Any) -> bool;

/// The table of `T` as serde knows it.
#[cfg(test)]
pub(crate) const fn kind<T: super::Value>() -> &'static Kind {
    kind_of::<T, super::codec::Serde>()
}

/// The table of `T` in a form.
pub(crate) const fn kind_of<T: 'static, F: Form<T>>() -> &'static Kind {
    &Table::<T, F>::KIND
}

struct Table<T, F>(PhantomData<(F, T)>);

impl<T: 'static, F: Form<T>> Table<T, F> {
    const KIND: Kind = Kind {
        type_name: type_name::<T>,
        codec: F::ID,
        is_ours: F::IS_OURS,
        encode: F::ENCODE,
        told: told::<T, F>,
        decode: decoded::<T, F>,
    };
}

// Closures would be two functions each.

fn told<T: 'static, F: Form<T>>(value: &dyn Any) -> Option<Told<'_>> {
    Some(F::told(value.downcast_ref::<T>()?))
}

fn decoded<T: 'static, F: Form<T>>(bytes: &[u8]) -> Result<Shared, ValueError> {
    F::decode(bytes).map(F::share)
}

impl Kind {
    /// The name of the type.
    pub(crate) fn type_name(&self) -> &'static str {
        (self.type_name)()
    }

    /// The name of the codec. None is serde's.
    pub(crate) fn codec(&self) -> Option<&'static str> {
        self.codec
    }

    /// Whether its codec loses nothing of the standard library's types.
    pub(crate) fn is_ours(&self) -> bool {
        self.is_ours
    }

    /// The digest of a value as a key has it, of the digest of its bytes. Bytes of two codecs may be equal though the values
    /// are not.
    pub(crate) fn in_key(&self, digest: Digest) -> Digest {
        match self.codec {
            None => digest,
            Some(codec) => Fields::new("scrat value v1").text(codec).digest(&digest).finish(),
        }
    }

    /// The value, to be told.
    pub(crate) fn told<'v>(&self, value: &'v dyn Any) -> Told<'v> {
        (self.told)(value)
            .unwrap_or_else(|| panic!("a value of another type stands where a {} should", self.type_name()))
    }

    /// The value's bytes.
    pub(crate) fn write(&self, value: &dyn Any, room: Room) -> Result<Written, ValueError> {
        match self.encode {
            None => encode_told(self.told(value).value(), self.type_name(), room),
            Some(encode) => {
                let mut blob = Blob::new(room);
                encode(value, &mut blob)?;
                Ok(blob.finish())
            }
        }
    }

    pub(crate) fn decode(&self, bytes: &[u8]) -> Result<Shared, ValueError> {
        (self.decode)(bytes)
    }

    /// The value on one line of at most so many characters.
    pub(crate) fn line(&self, value: &dyn Any, most: usize) -> String {
        line(self.told(value).value(), most)
    }

    /// The value on as many lines as it takes, in at most so many characters, and whether that is all.
    pub(crate) fn lines(&self, value: &dyn Any, most: usize) -> (String, bool) {
        lines(self.told(value).value(), most)
    }

    /// The value as JSON.
    pub(crate) fn json(&self, value: &dyn Any) -> Option<String> {
        json(self.told(value).value())
    }

    /// A copy of a value that need not be `Clone`: by way of its bytes, as it would come out of the stash.
    pub(crate) fn duplicate(&self, value: &dyn Any) -> Result<Shared, ValueError> {
        let (written, files) = keeping_files(|| self.write(value, Room::Memory));
        let written = written?;
        serving_files(as_they_were(files), || self.decode(written.small(usize::MAX).unwrap_or_default()))
    }
}

/// The value as text for the end of a run, if it is text.
pub(crate) fn whole_text(value: &dyn Any) -> Option<String> {
    value.downcast_ref::<String>().cloned()
}
