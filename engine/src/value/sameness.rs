//! Whether a value came back from its bytes as it was, asked of the type itself.
//!
//! Bytes cannot tell: what `#[serde(skip)]` leaves out is in neither of two encodings that are compared. The type's
//! own `PartialEq` can, and where there is none its `Debug`. Which of them a type has only the place knows that
//! writes the type out, so the macros ask there ([`__sameness!`](crate::__sameness)): a method call that finds the
//! first of several traits that the type has the means for, the better ones behind more references.
//!
//! | what a type is | how two values of it are compared |
//! | --- | --- |
//! | [`Plain`]: the standard library's, of such | not at all: serde leaves nothing of them out |
//! | `PartialEq` | by it; where a value is not even equal to itself (a NaN in it), as if there were none |
//! | `Debug` | by the words of its text; in any order if that is another each time, as of a hash map |
//! | neither, or a type parameter without a bound | it cannot be said |

use std::any::Any;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap, HashMap, HashSet, LinkedList, VecDeque};
use std::fmt::{Debug, Write};
use std::marker::PhantomData;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::codec::context::as_they_were;
use super::codec::numbers::Number;
use super::{Attachment, Dir, File, Kind, Mapped, Room, Shared, ValueError, Written, keeping_files, serving_files};
use crate::stack;

/// Whether one value is another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// It is.
    Same,
    /// It is not.
    Different,
    /// Its text has the same words in another order, as that of a hash map may.
    Reordered,
    /// The type does not say.
    Unknown,
}

/// How two values of a type are compared, and whether they have to be.
#[derive(Debug)]
pub struct Sameness<T: ?Sized> {
    pub(super) loses: Loses,
    pub(super) compare: fn(&T, &T) -> Verdict,
}

/// Whether serde may leave out something of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Loses {
    /// Nothing of it.
    Sure,
    /// Something, for all that is known.
    Maybe,
}

pub(super) fn unknown<T: ?Sized>(_: &T, _: &T) -> Verdict {
    Verdict::Unknown
}

impl<T: ?Sized + 'static> Sameness<T> {
    /// Of a type of which nothing is known.
    pub(crate) const fn unknown() -> &'static Self {
        const { &Self { loses: Loses::Maybe, compare: unknown } }
    }
}

impl<T: ?Sized> Sameness<T> {
    /// Whether serde can encode a value only as a whole, so that there is nothing to compare.
    pub(crate) fn is_sure(&self) -> bool {
        self.loses == Loses::Sure
    }

    pub(crate) fn verdict(&self, value: &T, back: &T) -> Verdict {
        let mut verdict = Verdict::Unknown;
        stack::with_room_for_any(&mut || verdict = (self.compare)(value, back));
        verdict
    }
}

/// How a value is compared with another, or, if it is given two, these with one another.
pub(crate) type Compare<'a> = &'a dyn Fn(Option<&dyn Any>, &dyn Any) -> Verdict;

/// Whether a value is what its bytes stand for.
///
/// # Errors
/// If it is not. Bytes that nothing comes back from may be those of several values, as with
/// `#[serde(untagged)]`.
pub(crate) fn check(
    kind: &Kind,
    written: &Written,
    files: Vec<Attachment>,
    compare: Compare<'_>,
) -> Result<Verdict, ValueError> {
    serving(files, || {
        let bytes = read(kind, written)?;
        settled(kind, &bytes, &kind.decode(&bytes)?, compare)
    })
}

fn read<'w>(kind: &Kind, written: &'w Written) -> Result<Cow<'w, [u8]>, ValueError> {
    written.bytes().map_err(|error| ValueError::Decode { kind: kind.type_name(), message: error.to_string() })
}

/// A verdict that is not [`Verdict::Reordered`]: if what comes back has another order each time, order is nothing;
/// if it always has the same, that of the value was lost.
fn settled(kind: &Kind, bytes: &[u8], back: &Shared, compare: Compare<'_>) -> Result<Verdict, ValueError> {
    const TRIES: usize = 12;
    let mut verdict = compare(None, &**back);
    if verdict == Verdict::Reordered {
        verdict = Verdict::Different;
        for _ in 0..TRIES {
            if compare(Some(&**back), &*kind.decode(bytes)?) == Verdict::Reordered {
                return Ok(Verdict::Same);
            }
        }
    }
    if verdict == Verdict::Different { Err(unfaithful(kind)) } else { Ok(verdict) }
}

fn unfaithful(kind: &Kind) -> ValueError {
    ValueError::Unfaithful { kind: kind.type_name() }
}

fn serving<R>(files: Vec<Attachment>, work: impl FnOnce() -> Result<R, ValueError>) -> Result<R, ValueError> {
    serving_files(as_they_were(files), work)
}

/// What is known of a type where it is written out: how to compare, and how to copy.
#[derive(Debug)]
pub struct Nature<T: 'static> {
    /// How two values are compared.
    pub same: &'static Sameness<T>,
    /// How a value is cloned, if it can be.
    pub clone: &'static Cloner<T>,
}

impl<T> Clone for Nature<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Nature<T> {}

/// A copy of a value that can't be cloned: by its bytes, if those are all of it.
pub(super) fn copy_by_bytes(
    kind: &Kind,
    value: &dyn Any,
    same: &dyn Comparing,
    compares: bool,
) -> Result<(Shared, Verdict), ValueError> {
    let copy = kind.duplicate(value)?;
    let mut verdict = Verdict::Same;
    if compares {
        let (written, files) = keeping_files(|| kind.write(value, Room::Memory));
        // A value that its type cannot compare is at least the one that has these bytes.
        (verdict, _) = same.check_any(kind, value, &written?, files, true)?;
    }
    Ok((copy, verdict))
}

/// [`Sameness`] of a type that is known no more.
pub(crate) trait Comparing: Send + Sync {
    fn compare(&self, value: &dyn Any, other: &dyn Any) -> Verdict;

    /// Whether nothing of a value can be lost.
    fn is_sure(&self) -> bool;
}

impl dyn Comparing + '_ {
    /// Whether a value comes back from its bytes as it was, if it is to be compared, and encodes to them again; and
    /// the value that came back.
    ///
    /// # Errors
    /// If it does not.
    pub(crate) fn check_any(
        &self,
        kind: &Kind,
        value: &dyn Any,
        written: &Written,
        files: Vec<Attachment>,
        compares: bool,
    ) -> Result<(Verdict, Shared), ValueError> {
        serving(files, || {
            let bytes = read(kind, written)?;
            let back = kind.decode(&bytes)?;
            let again = kind.write(&*back, Room::Digest)?;
            if (again.digest, again.length) != (written.digest, written.length) {
                return Err(unfaithful(kind));
            }
            if !compares || (kind.is_ours() && self.is_sure()) {
                return Ok((Verdict::Same, back));
            }
            let verdict = settled(kind, &bytes, &back, &|other, back| self.compare(other.unwrap_or(value), back))?;
            Ok((verdict, back))
        })
    }
}

impl<T: 'static> Comparing for Sameness<T> {
    fn compare(&self, value: &dyn Any, other: &dyn Any) -> Verdict {
        match (value.downcast_ref::<T>(), other.downcast_ref::<T>()) {
            (Some(value), Some(other)) => self.verdict(value, other),
            _ => Verdict::Different,
        }
    }

    fn is_sure(&self) -> bool {
        self.loses == Loses::Sure
    }
}

/// How a value is cloned, if its type can be.
#[derive(Debug)]
pub struct Cloner<T>(pub(super) Option<fn(&T) -> T>);

impl<T: 'static> Cloner<T> {
    /// Of a type of which nothing is known.
    pub(crate) const fn none() -> &'static Self {
        const { &Self(None) }
    }

    /// Of a type that can be cloned.
    pub(crate) const fn by_clone() -> &'static Self
    where
        T: Clone,
    {
        const { &Self(Some(T::clone)) }
    }

    pub(super) fn clone_of(&self, value: &T) -> Option<T> {
        let clone = self.0?;
        let mut cloned = None;
        stack::with_room_for_any(&mut || cloned = Some(clone(value)));
        cloned
    }
}

pub(super) fn by_equality<T: PartialEq + ?Sized>(value: &T, back: &T) -> Verdict {
    if value == back {
        return Verdict::Same;
    }
    #[expect(clippy::eq_op, reason = "a value with a NaN in it is not equal to itself, and equality says nothing")]
    if value == value { Verdict::Different } else { Verdict::Unknown }
}

pub(super) fn by_text<T: Debug + ?Sized>(value: &T, back: &T) -> Verdict {
    compare_words(&value, &back)
}

fn compare_words(value: &dyn Debug, back: &dyn Debug) -> Verdict {
    match (Words::of(value), Words::of(back)) {
        (Some(value), Some(back)) if value == back => Verdict::Same,
        (Some((_, value)), Some((_, back))) if value == back => Verdict::Reordered,
        _ => Verdict::Different,
    }
}

pub(super) fn by_both<T: PartialEq + Debug + ?Sized>(value: &T, back: &T) -> Verdict {
    match by_equality(value, back) {
        Verdict::Unknown => by_text(value, back),
        verdict => verdict,
    }
}

/// How often which words stand in a text, in any order: entries of a hash map come in another one each time. The
/// text is not kept, since that of a large value is larger still.
#[derive(Default)]
struct Words {
    word: Vec<u8>,
    sum: [u64; 4],
    /// Over the words in their order.
    order: [u64; 4],
}

impl Words {
    /// What stands for the words in their order, and for the words alone.
    fn of(value: &dyn Debug) -> Option<([u64; 4], [u64; 4])> {
        let mut words = Self::default();
        write!(words, "{value:?}").ok()?;
        words.end();
        Some((words.order, words.sum))
    }

    fn end(&mut self) {
        let digest = *crate::digest::Digest::of(&self.word).as_bytes();
        let parts = digest.as_chunks::<8>().0;
        for ((sum, order), part) in self.sum.iter_mut().zip(&mut self.order).zip(parts) {
            let part = u64::from_le_bytes(*part);
            *sum = sum.wrapping_add(part);
            *order = order.wrapping_mul(0x9e37_79b9_7f4a_7c15).wrapping_add(part);
        }
        self.word.clear();
    }
}

impl Write for Words {
    fn write_str(&mut self, text: &str) -> std::fmt::Result {
        for byte in text.bytes() {
            self.word.push(byte);
            if matches!(byte, b' ' | b',' | b':' | b'{' | b'}' | b'[' | b']' | b'(' | b')') {
                // What separates words is not theirs: the last entry of a map has no comma behind it.
                self.word.pop();
                self.end();
            }
        }
        Ok(())
    }
}

/// A type of the standard library that serde writes out as a whole, of types that are so as well.
pub trait Plain {}

macro_rules! plain {
    ($($type:ty)+; $([$($parameter:ident)+] $generic:ty;)+) => {
        $(impl Plain for $type {})+
        $(impl<$($parameter: Plain),+> Plain for $generic {})+
    };
}

plain! {
    () bool char str String Path PathBuf File Dir std::time::Duration
    u8 u16 u32 u64 u128 usize i8 i16 i32 i64 i128 isize f32 f64
    std::num::NonZeroU8 std::num::NonZeroU16 std::num::NonZeroU32 std::num::NonZeroU64 std::num::NonZeroUsize;
    [T] [T]; [T] Option<T>; [T] Vec<T>; [T] Box<T>; [T] Arc<T>; [T] VecDeque<T>; [T] LinkedList<T>; [T] BinaryHeap<T>;
    [T] BTreeSet<T>; [K V] BTreeMap<K, V>; [T E] Result<T, E>; [T] std::ops::Range<T>;
    [A] (A,); [A B] (A, B); [A B C] (A, B, C); [A B C D] (A, B, C, D); [A B C D E] (A, B, C, D, E);
    [A B C D E F] (A, B, C, D, E, F);
}

impl<T: Plain, const N: usize> Plain for [T; N] {}
impl<T: Plain, S> Plain for HashSet<T, S> {}
impl<K: Plain, V: Plain, S> Plain for HashMap<K, V, S> {}
impl Plain for Box<str> {}
impl<T: Plain> Plain for Box<[T]> {}
impl Plain for Cow<'static, str> {}
impl<T: ?Sized> Plain for PhantomData<T> {}
impl<N: Number> Plain for Mapped<[N]> {}

#[cfg(test)]
#[expect(clippy::allow_attributes, reason = "the macros allow imports that one type or another needs")]
mod tests {
    use serde::{Deserialize, Serialize};

    use super::*;
    use crate::value::kind::kind;
    use crate::value::probe::Probe;
    use crate::value::{Known, Value, encode};
    use crate::{__form, __nature, __sameness};

    #[derive(Debug, Serialize, Deserialize)]
    #[expect(dead_code, reason = "its text is what it is about")]
    struct Told(#[serde(skip)] String, HashMap<u32, String>);

    #[derive(PartialEq, Serialize, Deserialize)]
    struct Compared(#[serde(skip)] String, f64);

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Both(#[serde(skip)] String, f64);

    #[derive(Serialize, Deserialize)]
    struct Silent(#[serde(skip)] String);

    macro_rules! known_as {
        ($type:ty) => {
            crate::value::known::<$type, _>(&__form!(Probe::<$type>::NEW)).of(__nature!(Probe::<$type>::NEW))
        };
    }

    /// A copy of a value that somebody else has, too.
    fn copied<T: Value>(known: Known<T>, value: T, compares: bool) -> Result<T, ValueError> {
        let value = known.share(value);
        known.take(value.clone(), compares).map(|(copy, _)| copy)
    }

    fn verdict<T: Value>(same: &Sameness<T>, value: &T) -> Verdict {
        let same: &dyn Comparing = same;
        let written = Written::of(encode(value).unwrap());
        let compare = |other: Option<&dyn Any>, back: &dyn Any| same.compare(other.unwrap_or(value), back);
        let checked = check(kind::<T>(), &written, Vec::new(), &compare);
        assert_eq!(checked.is_ok(), same.check_any(kind::<T>(), value, &written, Vec::new(), true).is_ok());
        checked.unwrap_or(Verdict::Different)
    }

    #[test]
    fn what_serde_leaves_out_is_seen_by_equality_or_by_text() {
        let many: HashMap<u32, String> = (0..100).map(|key| (key, key.to_string())).collect();
        assert_eq!(verdict(__sameness!(Probe::<Told>::NEW), &Told("a".to_owned(), many.clone())), Verdict::Different);
        assert_eq!(verdict(__sameness!(Probe::<Told>::NEW), &Told(String::new(), many)), Verdict::Same);
        assert_eq!(verdict(__sameness!(Probe::<Compared>::NEW), &Compared("a".to_owned(), 1.0)), Verdict::Different);
        assert_eq!(verdict(__sameness!(Probe::<Compared>::NEW), &Compared(String::new(), 1.0)), Verdict::Same);
        assert_eq!(verdict(__sameness!(Probe::<Vec<Both>>::NEW), &vec![Both("a".to_owned(), 1.0)]), Verdict::Different);
        assert_eq!(verdict(__sameness!(Probe::<Silent>::NEW), &Silent("a".to_owned())), Verdict::Unknown);
    }

    #[test]
    fn an_order_that_is_lost_is_seen_by_the_text() {
        #[derive(Debug, Deserialize)]
        struct Bag(Vec<u32>);
        impl Serialize for Bag {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                let mut sorted = self.0.clone();
                sorted.sort_unstable();
                serializer.serialize_newtype_struct("Bag", &sorted)
            }
        }
        assert_eq!(verdict(__sameness!(Probe::<Bag>::NEW), &Bag(vec![3, 1, 2])), Verdict::Different);
        assert_eq!(verdict(__sameness!(Probe::<Bag>::NEW), &Bag(vec![1, 2, 3])), Verdict::Same);
    }

    #[test]
    fn a_copy_by_bytes_is_the_value_or_none() {
        #[derive(Serialize, Deserialize)]
        enum Silent {
            A,
            #[serde(skip)]
            #[expect(dead_code, reason = "serde counts it in one direction")]
            B,
            C,
            D,
        }
        assert!(copied(known_as!(Silent), Silent::A, true).is_ok());
        assert!(copied(known_as!(Silent), Silent::C, true).is_err());
    }

    #[test]
    fn a_value_that_is_not_equal_to_itself_is_compared_by_its_text() {
        assert_eq!(verdict(__sameness!(Probe::<Both>::NEW), &Both(String::new(), f64::NAN)), Verdict::Same);
        assert_eq!(verdict(__sameness!(Probe::<Both>::NEW), &Both("a".to_owned(), f64::NAN)), Verdict::Different);
        assert_eq!(verdict(__sameness!(Probe::<Compared>::NEW), &Compared(String::new(), f64::NAN)), Verdict::Unknown);
    }

    #[test]
    fn types_of_the_standard_library_are_not_compared_at_all() {
        assert!(__sameness!(Probe::<Vec<(String, Option<f64>)>>::NEW).is_sure());
        assert!(__sameness!(Probe::<[HashMap<String, [u8; 3]>]>::NEW).is_sure());
        assert!(!__sameness!(Probe::<Vec<Both>>::NEW).is_sure());
    }

    #[test]
    fn a_copy_of_a_value_that_its_bytes_do_not_hold_is_refused() {
        let value = || Told("a".to_owned(), HashMap::new());
        assert!(matches!(copied(known_as!(Told), value(), true), Err(ValueError::Unfaithful { .. })));
        assert!(copied(known_as!(Told), value(), false).is_ok());
        assert!(copied(known_as!(Told), Told(String::new(), HashMap::new()), true).is_ok());
        assert_eq!(copied(known_as!(String), "a".to_owned(), true).unwrap(), "a");
    }
}
