//! Canonical bytes: equal values encode equally, and what would not come back is refused.
//!
//! They are those of bincode 2, little-endian and of fixed width, but for `HashMap` and `HashSet`. Those iterate in an
//! order of their own, so their entries are sorted by their encoded bytes. serde does not say which map has no order,
//! and sorting an `IndexMap` would lose one; so only the types that are known to have none are sorted, by name. One
//! behind a wrapper that forwards (`#[serde(transparent)]`) is not seen: its digest then varies, which costs a miss and
//! never a wrong hit.

use super::untyped::{Around, Compound, Halt, Leaf, Part, Sink, Untyped};

/// The canonical bytes of a value.
pub(super) fn canonical(value: &dyn Untyped) -> Result<Vec<u8>, Halt> {
    let mut encoder = Encoder::default();
    value.tell(&mut encoder)?;
    if encoder.open.is_empty() {
        Ok(encoder.bytes)
    } else {
        Err(Halt::because("its `Serialize` implementation left something unfinished".to_owned()))
    }
}

/// Whether a type of this name iterates in an order that means nothing.
pub(super) fn has_no_order(mut name: &str) -> bool {
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

#[derive(Default)]
struct Encoder {
    bytes: Vec<u8>,
    /// What is open: where each entry begins, of that whose entries are to be sorted.
    open: Vec<Option<Vec<usize>>>,
}

impl Encoder {
    fn put(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    fn length(&mut self, length: usize) {
        self.put(&(length as u64).to_le_bytes());
    }

    fn text(&mut self, text: &str) {
        self.length(text.len());
        self.put(text.as_bytes());
    }
}

impl Sink for Encoder {
    fn is_human_readable(&self) -> bool {
        false
    }

    fn leaf(&mut self, leaf: Leaf<'_>) -> Result<(), Halt> {
        match leaf {
            Leaf::Bool(value) => self.bytes.push(u8::from(value)),
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
            Leaf::None => self.bytes.push(0),
            Leaf::Unit | Leaf::UnitStruct(_) => {}
            Leaf::UnitVariant(index, _) => self.put(&index.to_le_bytes()),
        }
        Ok(())
    }

    fn around(&mut self, around: Around, value: &dyn Untyped) -> Result<(), Halt> {
        match around {
            Around::Some => self.bytes.push(1),
            Around::Newtype => {}
            Around::Variant(index, _) => self.put(&index.to_le_bytes()),
        }
        value.tell(self)
    }

    fn open(&mut self, compound: Compound, type_name: &'static str) -> Result<(), Halt> {
        let mut starts = None;
        match compound {
            Compound::Seq(length) | Compound::Map(length) => {
                let length = length.ok_or_else(|| Halt::because(UNKNOWN_LENGTH.to_owned()))?;
                self.length(length);
                starts = has_no_order(type_name).then(|| Vec::with_capacity(length));
            }
            Compound::TupleVariant(index, _) | Compound::StructVariant(index, _) => self.put(&index.to_le_bytes()),
            Compound::Tuple | Compound::TupleStruct(_) | Compound::Struct(_) => {}
        }
        self.open.push(starts);
        Ok(())
    }

    fn part(&mut self, part: Part, value: &dyn Untyped) -> Result<(), Halt> {
        if let (Part::Element | Part::Key, Some(Some(starts))) = (part, self.open.last_mut()) {
            starts.push(self.bytes.len());
        }
        value.tell(self)
    }

    fn skip(&mut self, field: &'static str) -> Result<(), Halt> {
        Err(Halt::because(format!(
            "field `{field}` was left out by `skip_serializing_if`, and could not be told from its neighbours when read \
             back"
        )))
    }

    fn close(&mut self) -> Result<(), Halt> {
        let Some(starts) = self.open.pop().flatten() else { return Ok(()) };
        let Some(&first) = starts.first() else { return Ok(()) };
        let ends = starts.iter().skip(1).copied().chain([self.bytes.len()]);
        let mut entries: Vec<&[u8]> = starts.iter().zip(ends).map(|(&start, end)| &self.bytes[start..end]).collect();
        entries.sort_unstable();
        let sorted = entries.concat();
        self.bytes[first..].copy_from_slice(&sorted);
        Ok(())
    }
}

const UNKNOWN_LENGTH: &str = "a sequence or map of unknown length (as `#[serde(flatten)]` makes) can't be stored";
