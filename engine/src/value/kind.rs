//! What can be done with a value whose type is known no more: a table of functions per type.

use std::any::{Any, type_name};
use std::marker::PhantomData;
use std::sync::Arc;

use super::{Difference, Value, ValueError, decode, differ, encode, json, keeping_files, line, lines, serving_files};

/// A value of any type, shared between threads.
pub(crate) type Shared = Arc<dyn Any + Send + Sync>;

/// The functions of one type.
pub(crate) struct Kind {
    pub encode: fn(&dyn Any) -> Result<Vec<u8>, ValueError>,
    pub decode: fn(&[u8]) -> Result<Shared, ValueError>,
    /// The value on one line of at most so many characters.
    pub line: fn(&dyn Any, usize) -> String,
    /// The value on as many lines as it takes, in at most so many characters, and whether that is all.
    pub lines: fn(&dyn Any, usize) -> (String, bool),
    /// The value as JSON.
    pub json: fn(&dyn Any) -> Option<String>,
    /// Where the values of two encodings first differ.
    pub differ: fn(&[u8], &[u8]) -> Option<Difference>,
    /// The value as text for the end of a run, if it is text.
    pub text: fn(&dyn Any) -> Option<String>,
}

impl std::fmt::Debug for Kind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Kind")
    }
}

/// The table of `T`.
pub(crate) const fn kind<T: Value>() -> &'static Kind {
    &Table::<T>::KIND
}

struct Table<T>(PhantomData<T>);

impl<T: Value> Table<T> {
    const KIND: Kind = Kind {
        encode: |value| encode(expect::<T>(value)),
        decode: |bytes| decode::<T>(bytes).map(|value| Arc::new(value) as Shared),
        line: |value, most| line(expect::<T>(value), most),
        lines: |value, most| lines(expect::<T>(value), most),
        json: |value| json(expect::<T>(value)),
        differ: differ::<T>,
        text: |value| value.downcast_ref::<String>().cloned(),
    };
}

fn expect<T: Value>(value: &dyn Any) -> &T {
    value.downcast_ref().unwrap_or_else(|| panic!("a value of another type stands where a {} should", type_name::<T>()))
}

/// A copy of a value that need not be `Clone`: by way of its bytes, as it would come out of the stash.
pub(crate) fn duplicate<T: Value>(value: &T) -> Result<T, ValueError> {
    let (bytes, files) = keeping_files(|| encode(value));
    let bytes = bytes?;
    let find = move |digest: &_| files.iter().find(|file| file.digest == *digest).map(|file| file.path.clone());
    serving_files(std::rc::Rc::new(find), || decode(&bytes))
}
