//! Canonical bytes: equal values encode equally, and what would not come back is refused.
//!
//! They are those of bincode 2, little-endian and of fixed width, but for `HashMap` and `HashSet`. Those iterate in an
//! order of their own, so their entries are sorted by their encoded bytes. serde does not say which map has no order,
//! and sorting an `IndexMap` would lose one; so only the types that are known to have none are sorted, by name. One
//! behind a wrapper that forwards (`#[serde(transparent)]`) is not seen: its digest then varies, which costs a miss and
//! never a wrong hit.

use super::blob::{Blob, Room, Written};
use super::pieces::{Around, Compound, Halt, Leaf, Part};
use crate::stack::{self, MOST_LEVELS};

/// Whether a type of this name iterates in an order that means nothing.
pub(in crate::value) fn has_no_order(mut name: &str) -> bool {
    const POINTERS: [&str; 5] = ["&", "mut ", "alloc::boxed::Box<", "alloc::sync::Arc<", "alloc::rc::Rc<"];
    while let Some(inner) = POINTERS.iter().find_map(|pointer| name.strip_prefix(pointer)) {
        name = inner;
    }
    [
        "std::collections::hash::map::HashMap<",
        "std::collections::hash::set::HashSet<",
        "hashbrown::map::HashMap<",
        "hashbrown::set::HashSet<",
    ]
    .iter()
    .any(|unordered| name.starts_with(unordered))
}

/// What writes the bytes. It is no [`Sink`](super::untyped::Sink): there are values of millions of numbers, each of which
/// would be a few calls that nothing can be inlined into.
pub(crate) struct Encoder {
    blob: Blob,
    /// How many things are open around what comes next.
    depth: usize,
}

impl Encoder {
    pub(super) fn new(room: Room) -> Self {
        Self::after(Blob::new(room))
    }

    /// It writes behind what is there.
    pub(super) fn after(blob: Blob) -> Self {
        Self { blob, depth: 0 }
    }

    pub(super) fn into_blob(self) -> Blob {
        self.blob
    }

    /// All that was written.
    pub(super) fn finish(self) -> Written {
        self.blob.finish()
    }
}

impl Encoder {
    /// What comes next is in something.
    #[inline]
    pub(super) fn enter(&mut self) {
        self.depth += 1;
    }

    /// That was all that is in it.
    #[inline]
    pub(super) fn leave(&mut self) {
        self.depth -= 1;
    }

    /// Whether so many things are open that any stack may end here.
    #[inline]
    pub(super) fn is_deep(&self) -> bool {
        stack::is_deep(self.depth)
    }

    /// Notes how deep it is.
    ///
    /// # Errors
    /// If nobody would read it back.
    pub(super) fn note_depth(&self) -> Result<(), Halt> {
        stack::note_depth(self.depth);
        if self.depth > MOST_LEVELS { Err(Halt::because(stack::too_deep())) } else { Ok(()) }
    }
}

/// Where each entry of something begins, if they are to be sorted.
pub(super) type Starts = Option<Box<Vec<usize>>>;

impl Encoder {
    #[inline]
    pub(super) fn put(&mut self, bytes: &[u8]) {
        self.blob.put(bytes);
    }

    fn length(&mut self, length: usize) {
        self.put(&(length as u64).to_le_bytes());
    }

    pub(super) fn text(&mut self, text: &str) {
        self.length(text.len());
        self.put(text.as_bytes());
    }

    /// What has no parts.
    pub(super) fn leaf(&mut self, leaf: &Leaf<'_>) {
        match *leaf {
            Leaf::Bool(value) => self.put(&[u8::from(value)]),
            Leaf::I8(value) => self.put(&value.to_le_bytes()),
            Leaf::I16(value) => self.put(&value.to_le_bytes()),
            Leaf::I32(value) => self.put(&value.to_le_bytes()),
            Leaf::I64(value) => self.put(&value.to_le_bytes()),
            Leaf::I128(value) => self.put(&value.to_le_bytes()),
            Leaf::U8(value) => self.put(&value.to_le_bytes()),
            Leaf::U16(value) => self.put(&value.to_le_bytes()),
            Leaf::U32(value) => self.put(&value.to_le_bytes()),
            Leaf::U64(value) => self.put(&value.to_le_bytes()),
            Leaf::U128(value) => self.put(&value.to_le_bytes()),
            Leaf::F32(value) => self.put(&value.to_le_bytes()),
            Leaf::F64(value) => self.put(&value.to_le_bytes()),
            Leaf::Char(value) => self.put(value.encode_utf8(&mut [0; 4]).as_bytes()),
            Leaf::Str(value) => self.text(value),
            Leaf::Displayed(value) => self.text(&value.to_string()),
            Leaf::Bytes(value) => {
                self.length(value.len());
                self.put(value);
            }
            Leaf::None => self.put(&[0]),
            Leaf::Unit | Leaf::UnitStruct(_) => {}
            Leaf::UnitVariant(index, _) => self.put(&index.to_le_bytes()),
        }
    }

    /// What stands before the one part of something.
    #[inline]
    pub(super) fn around(&mut self, around: &Around) {
        match around {
            Around::Some => self.put(&[1]),
            Around::Newtype => {}
            Around::Variant(index, _) => self.put(&index.to_le_bytes()),
        }
    }

    /// What stands before the parts of something.
    pub(super) fn open(&mut self, compound: &Compound, type_name: &str) -> Result<Starts, Halt> {
        match *compound {
            Compound::Seq(length) | Compound::Map(length) => {
                let length = length.ok_or_else(|| Halt::because(UNKNOWN_LENGTH.to_owned()))?;
                self.length(length);
                return Ok(has_no_order(type_name).then(|| {
                    self.blob.hold();
                    // What a type says of itself is not worth memory before anything has come.
                    Box::new(Vec::with_capacity(length.min(1 << 16)))
                }));
            }
            Compound::TupleVariant(index, _) | Compound::StructVariant(index, _) => self.put(&index.to_le_bytes()),
            Compound::Tuple | Compound::TupleStruct(_) | Compound::Struct(_) => {}
        }
        Ok(None)
    }

    /// Notes that a part follows.
    #[inline]
    pub(super) fn part(&self, part: &Part, starts: &mut Starts) {
        if let (Part::Element | Part::Key, Some(starts)) = (part, starts) {
            starts.push(self.blob.position());
        }
    }

    /// Puts the entries of what was opened in order.
    pub(super) fn sort(&mut self, starts: &[usize]) {
        if let Some(&first) = starts.first() {
            let bytes = self.blob.held_bytes();
            let ends = starts.iter().skip(1).copied().chain([bytes.len()]);
            let mut entries: Vec<&[u8]> = starts.iter().zip(ends).map(|(&start, end)| &bytes[start..end]).collect();
            entries.sort_unstable();
            let sorted = entries.concat();
            bytes[first..].copy_from_slice(&sorted);
        }
        self.blob.let_go();
    }
}

/// Why a field must not be left out.
pub(super) fn skipped(field: &str) -> Halt {
    Halt::because(format!(
        "field `{field}` was left out by `skip_serializing_if`, and could not be told from its neighbours when read back"
    ))
}

const UNKNOWN_LENGTH: &str = "a sequence or map of unknown length (as `#[serde(flatten)]` makes) can't be stored";
