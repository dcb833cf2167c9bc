//! Numbers of things that are kept in lists, as types: the number of an item can't be taken for that of a module, and a
//! list takes only its own.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::iter::Enumerate;
use std::marker::PhantomData;
use std::ops::{Index, IndexMut};
use std::slice::Iter;

/// The number of a `K`.
pub(crate) struct Idx<K> {
    number: u32,
    of: PhantomData<fn() -> K>,
}

impl<K> Idx<K> {
    /// The first one.
    pub(crate) const FIRST: Self = Self { number: 0, of: PhantomData };

    pub(crate) fn new(at: usize) -> Self {
        Self { number: u32::try_from(at).unwrap_or(u32::MAX), of: PhantomData }
    }

    pub(crate) fn at(self) -> usize {
        self.number as usize
    }

    pub(crate) fn number(self) -> u32 {
        self.number
    }
}

// Derived, these would ask the same of `K`.
impl<K> Clone for Idx<K> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<K> Copy for Idx<K> {}

impl<K> PartialEq for Idx<K> {
    fn eq(&self, other: &Self) -> bool {
        self.number == other.number
    }
}

impl<K> Eq for Idx<K> {}

impl<K> PartialOrd for Idx<K> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<K> Ord for Idx<K> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.number.cmp(&other.number)
    }
}

impl<K> Hash for Idx<K> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.number.hash(state);
    }
}

impl<K> fmt::Debug for Idx<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{}", self.number)
    }
}

/// A `V` for each `K`, or the `K`s themselves, by their numbers.
pub(crate) struct IdxVec<K, V = K> {
    list: Vec<V>,
    by: PhantomData<fn() -> K>,
}

impl<K, V> IdxVec<K, V> {
    pub(crate) fn push(&mut self, value: V) -> Idx<K> {
        let at = Idx::new(self.list.len());
        self.list.push(value);
        at
    }

    pub(crate) fn get(&self, at: Idx<K>) -> Option<&V> {
        self.list.get(at.at())
    }

    pub(crate) fn len(&self) -> usize {
        self.list.len()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    pub(crate) fn values(&self) -> Iter<'_, V> {
        self.list.iter()
    }

    pub(crate) fn values_mut(&mut self) -> std::slice::IterMut<'_, V> {
        self.list.iter_mut()
    }

    /// All of them with their numbers, in order.
    pub(crate) fn iter(&self) -> impl DoubleEndedIterator<Item = (Idx<K>, &V)> + ExactSizeIterator + Clone {
        let list: Enumerate<Iter<'_, V>> = self.list.iter().enumerate();
        list.map(|(at, value)| (Idx::new(at), value))
    }
}

impl<K, V> IdxVec<K, V> {
    pub(crate) fn iter_mut(&mut self) -> impl Iterator<Item = (Idx<K>, &mut V)> {
        self.list.iter_mut().enumerate().map(|(at, value)| (Idx::new(at), value))
    }
}

impl<K, V: Clone> IdxVec<K, V> {
    /// The same value for each of the first `length` numbers.
    pub(crate) fn filled(value: V, length: usize) -> Self {
        vec![value; length].into_iter().collect()
    }
}

impl<K, V> FromIterator<V> for IdxVec<K, V> {
    fn from_iter<I: IntoIterator<Item = V>>(values: I) -> Self {
        Self { list: values.into_iter().collect(), by: PhantomData }
    }
}

impl<K, V> Index<Idx<K>> for IdxVec<K, V> {
    type Output = V;

    fn index(&self, at: Idx<K>) -> &V {
        &self.list[at.at()]
    }
}

impl<K, V> IndexMut<Idx<K>> for IdxVec<K, V> {
    fn index_mut(&mut self, at: Idx<K>) -> &mut V {
        &mut self.list[at.at()]
    }
}

impl<K, V> Default for IdxVec<K, V> {
    fn default() -> Self {
        std::iter::empty().collect()
    }
}

impl<K, V: Clone> Clone for IdxVec<K, V> {
    fn clone(&self) -> Self {
        self.values().cloned().collect()
    }
}

impl<K, V: PartialEq> PartialEq for IdxVec<K, V> {
    fn eq(&self, other: &Self) -> bool {
        self.list == other.list
    }
}

impl<K, V: Eq> Eq for IdxVec<K, V> {}

impl<K, V: fmt::Debug> fmt::Debug for IdxVec<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.list.fmt(f)
    }
}
