//! A value as the tree of its parts, as serde tells it to formats that name fields: for JSON and MessagePack, which are
//! written from it, with the entries of what has no order sorted.

use crate::value::codec::canonical::has_no_order;
use crate::value::codec::pieces::{Around, Compound, Halt, Leaf, Part};
use crate::value::codec::untyped::{Sink, To, Untyped, tell_inside};

/// A value, or a part of it.
#[derive(Clone, Debug, PartialEq, PartialOrd)]
pub(super) enum Tree {
    Nothing,
    Bool(bool),
    Signed(i128),
    Unsigned(u128),
    F32(f32),
    F64(f64),
    Text(String),
    Bytes(Vec<u8>),
    List(Vec<Self>),
    Map(Vec<(Self, Self)>),
}

impl Tree {
    /// A value as it is told to formats that people read, or to others, if it is nested no deeper than so many levels.
    pub(super) fn of(value: &dyn Untyped, is_human_readable: bool, most_levels: usize) -> Result<Self, String> {
        let mut grower = Grower { is_human_readable, done: None, open: Vec::new(), levels: 0, most_levels };
        value.tell(To::Sink(&mut grower)).map_err(Halt::into_message)?;
        grower.done.ok_or_else(|| "it tells nothing of itself".to_owned())
    }
}

struct Grower {
    is_human_readable: bool,
    /// What was told last, and belongs nowhere yet.
    done: Option<Tree>,
    open: Vec<Open>,
    /// How deep the value is that is told, and how deep it may be.
    levels: usize,
    most_levels: usize,
}

struct Open {
    tree: Tree,
    is_sorted: bool,
    /// The variant of an enum that it is.
    variant: Option<&'static str>,
    key: Option<Tree>,
}

fn in_variant(variant: &str, tree: Tree) -> Tree {
    Tree::Map(vec![(Tree::Text(variant.to_owned()), tree)])
}

impl Grower {
    fn grow(&mut self, value: &dyn Untyped) -> Result<Tree, Halt> {
        if self.levels == self.most_levels {
            let why =
                format!("it is nested more than {} levels deep, which readers of this format refuse", self.levels);
            return Err(Halt::because(why));
        }
        self.levels += 1;
        tell_inside(value, self)?;
        self.levels -= 1;
        self.done.take().ok_or_else(|| Halt::because("a part tells nothing of itself".to_owned()))
    }
}

impl Sink for Grower {
    fn is_human_readable(&self) -> bool {
        self.is_human_readable
    }

    fn leaf(&mut self, leaf: Leaf<'_>) -> Result<(), Halt> {
        self.done = Some(match leaf {
            Leaf::Bool(value) => Tree::Bool(value),
            Leaf::I8(value) => Tree::Signed(value.into()),
            Leaf::I16(value) => Tree::Signed(value.into()),
            Leaf::I32(value) => Tree::Signed(value.into()),
            Leaf::I64(value) => Tree::Signed(value.into()),
            Leaf::I128(value) => Tree::Signed(value),
            Leaf::U8(value) => Tree::Unsigned(value.into()),
            Leaf::U16(value) => Tree::Unsigned(value.into()),
            Leaf::U32(value) => Tree::Unsigned(value.into()),
            Leaf::U64(value) => Tree::Unsigned(value.into()),
            Leaf::U128(value) => Tree::Unsigned(value),
            Leaf::F32(value) => Tree::F32(value),
            Leaf::F64(value) => Tree::F64(value),
            Leaf::Char(value) => Tree::Text(value.into()),
            Leaf::Str(value) => Tree::Text(value.to_owned()),
            Leaf::Displayed(value) => Tree::Text(value.to_string()),
            Leaf::Bytes(value) => Tree::Bytes(value.to_vec()),
            Leaf::None | Leaf::Unit | Leaf::UnitStruct(_) => Tree::Nothing,
            Leaf::UnitVariant(_, variant) => Tree::Text(variant.to_owned()),
        });
        Ok(())
    }

    fn around(&mut self, around: Around, value: &dyn Untyped) -> Result<(), Halt> {
        let tree = self.grow(value)?;
        self.done = Some(match around {
            Around::Some | Around::Newtype => tree,
            Around::Variant(_, variant) => in_variant(variant, tree),
        });
        Ok(())
    }

    fn open(&mut self, compound: Compound, type_name: &'static str) -> Result<(), Halt> {
        let (tree, variant) = match compound {
            Compound::Seq(_) | Compound::Tuple | Compound::TupleStruct(_) => (Tree::List(Vec::new()), None),
            Compound::Map(_) | Compound::Struct(_) => (Tree::Map(Vec::new()), None),
            Compound::TupleVariant(_, variant) => (Tree::List(Vec::new()), Some(variant)),
            Compound::StructVariant(_, variant) => (Tree::Map(Vec::new()), Some(variant)),
        };
        let is_sorted = matches!(compound, Compound::Seq(_) | Compound::Map(_)) && has_no_order(type_name);
        self.open.push(Open { tree, is_sorted, variant, key: None });
        Ok(())
    }

    fn part(&mut self, part: Part, value: &dyn Untyped) -> Result<(), Halt> {
        let part_tree = self.grow(value)?;
        let Some(open) = self.open.last_mut() else { return Err(Halt::ENOUGH) };
        match (&mut open.tree, part) {
            (_, Part::Key) => open.key = Some(part_tree),
            (Tree::Map(entries), Part::Field(name)) => entries.push((Tree::Text(name.to_owned()), part_tree)),
            (Tree::Map(entries), Part::Value) => entries.push((open.key.take().ok_or(Halt::ENOUGH)?, part_tree)),
            (Tree::List(elements), _) => elements.push(part_tree),
            _ => return Err(Halt::ENOUGH),
        }
        Ok(())
    }

    fn close(&mut self) -> Result<(), Halt> {
        let Open { mut tree, is_sorted, variant, .. } = self.open.pop().ok_or(Halt::ENOUGH)?;
        if is_sorted {
            match &mut tree {
                Tree::Map(entries) => entries.sort_by(|one, other| order(&one.0, &other.0)),
                Tree::List(elements) => elements.sort_by(order),
                _ => {}
            }
        }
        self.done = Some(match variant {
            Some(variant) => in_variant(variant, tree),
            None => tree,
        });
        Ok(())
    }
}

/// Any order that does not hang on the one in which they came.
fn order(one: &Tree, other: &Tree) -> std::cmp::Ordering {
    one.partial_cmp(other).unwrap_or_else(|| format!("{one:?}").cmp(&format!("{other:?}")))
}

/// A value with all that serde knows in it, for the tests of the formats.
#[cfg(test)]
pub(super) mod tests {
    use std::collections::{BTreeMap, HashMap, HashSet};

    use serde::{Deserialize, Serialize};

    use crate::value::{Blob, Codec, Room};

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    enum Kind {
        Unit,
        Newtype(u8),
        Tuple(i64, String),
        Struct { a: Option<f32>, b: () },
    }

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Unit;

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    pub(in crate::value::formats) struct Anything {
        kinds: Vec<Kind>,
        floats: (f64, f32, f64),
        whole: (i128, u128, u64, i64),
        maps: HashMap<String, HashSet<u32>>,
        numbered: BTreeMap<u16, char>,
        unit: Unit,
        #[serde(skip_serializing_if = "Vec::is_empty", default)]
        left_out: Vec<u8>,
        bytes: Vec<u8>,
        #[serde(flatten)]
        rest: BTreeMap<String, bool>,
    }

    pub(in crate::value::formats) fn anything() -> Anything {
        Anything {
            kinds: vec![
                Kind::Unit,
                Kind::Newtype(1),
                Kind::Tuple(-5, "ü\n\"\u{1}".to_owned()),
                Kind::Struct { a: Some(0.1), b: () },
            ],
            floats: (0.1 + 0.2, f32::MIN_POSITIVE, -0.0),
            whole: (i64::MIN.into(), u64::MAX.into(), u64::MAX, -1),
            maps: (0..20).map(|at| (at.to_string(), (0..at).collect())).collect(),
            numbered: [(7, 'x')].into(),
            unit: Unit,
            left_out: vec![],
            bytes: vec![1, 2],
            rest: [("true".to_owned(), true)].into(),
        }
    }

    pub(in crate::value::formats) fn bytes<C: Codec<T>, T>(value: &T) -> Result<Vec<u8>, String> {
        let mut blob = Blob::new(Room::Memory);
        C::encode(value, &mut blob).map_err(|error| error.to_string())?;
        Ok(blob.finish().into_memory().unwrap())
    }

    impl Anything {
        pub(in crate::value::formats) fn floats(&self) -> (f64, f32, f64) {
            self.floats
        }
    }
}
