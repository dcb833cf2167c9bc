//! What can be done with a value whose type is known no more: a table of functions per type. It holds what only the type
//! itself can say; all else is here, once for all types.

use std::any::{Any, type_name};
use std::marker::PhantomData;
use std::sync::Arc;

use super::codec::encode_told;
use super::untyped::Untyped;
use super::{Value, ValueError, decode, json, keeping_files, line, lines, serving_files};

/// A value of any type, shared between threads.
pub(crate) type Shared = Arc<dyn Any + Send + Sync>;

/// The functions of one type.
pub(crate) struct Kind {
    type_name: fn() -> &'static str,
    told: for<'v> fn(&'v dyn Any) -> Option<&'v dyn Untyped>,
    decode: fn(&[u8]) -> Result<Shared, ValueError>,
}

impl std::fmt::Debug for Kind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Kind")
    }
}

/// What can be done with values of a type. For the macro.
#[derive(Clone, Copy, Debug)]
pub struct KindOf(pub(crate) &'static Kind);

/// The table of `T`.
pub(crate) const fn kind<T: Value>() -> &'static Kind {
    &Table::<T>::KIND
}

struct Table<T>(PhantomData<T>);

impl<T: Value> Table<T> {
    const KIND: Kind = Kind { type_name: type_name::<T>, told: told::<T>, decode: decoded::<T> };
}

// Closures would be two functions each.

fn told<T: Value>(value: &dyn Any) -> Option<&dyn Untyped> {
    Some(value.downcast_ref::<T>()?)
}

fn decoded<T: Value>(bytes: &[u8]) -> Result<Shared, ValueError> {
    Ok(Arc::new(decode::<T>(bytes)?))
}

impl Kind {
    /// The name of the type.
    pub(crate) fn type_name(&self) -> &'static str {
        (self.type_name)()
    }

    /// The value, to be told.
    pub(crate) fn told<'v>(&self, value: &'v dyn Any) -> &'v dyn Untyped {
        (self.told)(value)
            .unwrap_or_else(|| panic!("a value of another type stands where a {} should", self.type_name()))
    }

    pub(crate) fn encode(&self, value: &dyn Any) -> Result<Vec<u8>, ValueError> {
        encode_told(self.told(value), self.type_name())
    }

    pub(crate) fn decode(&self, bytes: &[u8]) -> Result<Shared, ValueError> {
        (self.decode)(bytes)
    }

    /// The value on one line of at most so many characters.
    pub(crate) fn line(&self, value: &dyn Any, most: usize) -> String {
        line(self.told(value), most)
    }

    /// The value on as many lines as it takes, in at most so many characters, and whether that is all.
    pub(crate) fn lines(&self, value: &dyn Any, most: usize) -> (String, bool) {
        lines(self.told(value), most)
    }

    /// The value as JSON.
    pub(crate) fn json(&self, value: &dyn Any) -> Option<String> {
        json(self.told(value))
    }

    /// A copy of a value that need not be `Clone`: by way of its bytes, as it would come out of the stash.
    pub(crate) fn duplicate(&self, value: &dyn Any) -> Result<Shared, ValueError> {
        let (bytes, files) = keeping_files(|| self.encode(value));
        let bytes = bytes?;
        let find = move |digest: &_| files.iter().find(|file| file.digest == *digest).map(|file| file.path.clone());
        serving_files(std::rc::Rc::new(find), || self.decode(&bytes))
    }
}

/// The value as text for the end of a run, if it is text.
pub(crate) fn whole_text(value: &dyn Any) -> Option<String> {
    value.downcast_ref::<String>().cloned()
}
