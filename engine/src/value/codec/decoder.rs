//! Canonical bytes, read back: the other half of [`canonical`](super::canonical).
//!
//! Nothing in the bytes is believed. A length is compared with the bytes that are left before memory is asked for, and a
//! value may be nested only so deep, on more stack once it is deeper than most.

use std::fmt::{self, Display};

use serde::de::{self, DeserializeSeed, EnumAccess, IntoDeserializer, MapAccess, SeqAccess, VariantAccess, Visitor};

use crate::stack::{self, MOST_LEVELS};

/// Why bytes are no value.
#[derive(Debug)]
pub(super) struct Broken(Box<str>);

impl Broken {
    #[cold]
    fn because(message: &str) -> Self {
        Self(message.into())
    }
}

impl Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Broken {}

impl de::Error for Broken {
    fn custom<T: Display>(message: T) -> Self {
        Self(message.to_string().into())
    }
}

/// What reads them.
pub(super) struct Decoder<'de> {
    bytes: &'de [u8],
    depth: usize,
}

impl<'de> Decoder<'de> {
    pub(super) fn new(bytes: &'de [u8]) -> Self {
        Self { bytes, depth: 0 }
    }

    /// Says how many bytes are left over.
    pub(super) fn left(&self) -> usize {
        self.bytes.len()
    }

    #[inline]
    fn array<const N: usize>(&mut self) -> Result<[u8; N], Broken> {
        let (array, rest) = self.bytes.split_first_chunk().ok_or_else(cut)?;
        self.bytes = rest;
        Ok(*array)
    }

    fn take(&mut self, length: usize) -> Result<&'de [u8], Broken> {
        let (taken, rest) = self.bytes.split_at_checked(length).ok_or_else(cut)?;
        self.bytes = rest;
        Ok(taken)
    }

    fn flag(&mut self) -> Result<bool, Broken> {
        match self.array()? {
            [0] => Ok(false),
            [1] => Ok(true),
            [other] => Err(other_than_zero_or_one(other)),
        }
    }

    /// How many parts there are of something.
    fn length(&mut self) -> Result<usize, Broken> {
        // Parts that take no bytes can be more than there are bytes, but nobody has so many of them.
        const MOST: u64 = 1 << 24;
        let length = u64::from_le_bytes(self.array()?);
        if length > MOST && length > self.bytes.len() as u64 {
            return Err(cut());
        }
        usize::try_from(length).map_err(|_| cut())
    }

    fn chunk(&mut self) -> Result<&'de [u8], Broken> {
        let length = self.length()?;
        self.take(length)
    }

    fn text(&mut self) -> Result<&'de str, Broken> {
        std::str::from_utf8(self.chunk()?).map_err(de::Error::custom)
    }

    fn letter(&mut self) -> Result<char, Broken> {
        // The first byte of a letter says how many it has.
        let first = *self.bytes.first().ok_or_else(cut)?;
        let length = (first.leading_ones() as usize).max(1);
        let text = std::str::from_utf8(self.take(length)?).map_err(de::Error::custom)?;
        text.chars().next().ok_or_else(cut)
    }

    /// Reads what is in something.
    #[inline]
    fn inside<R>(&mut self, read: impl FnOnce(&mut Self) -> Result<R, Broken>) -> Result<R, Broken> {
        self.depth += 1;
        let read = if stack::is_deep(self.depth) { self.far_inside(read) } else { read(self) };
        self.depth -= 1;
        read
    }

    #[cold]
    fn far_inside<R>(&mut self, read: impl FnOnce(&mut Self) -> Result<R, Broken>) -> Result<R, Broken> {
        stack::note_depth(self.depth);
        if self.depth > MOST_LEVELS {
            return Err(Broken::because(&stack::too_deep()));
        }
        stack::with_room(|| read(self))
    }
}

#[cold]
fn cut() -> Broken {
    Broken::because("the bytes end too early")
}

#[cold]
fn other_than_zero_or_one(found: u8) -> Broken {
    Broken(format!("{found} stands where 0 or 1 should").into())
}

#[cold]
fn not_described() -> Broken {
    Broken::because(
        "the type wants to be told what the bytes are, as with `#[serde(untagged)]` or `#[serde(flatten)]`, and they do \
         not say; `serializer = scrat::formats::MessagePack` writes bytes that do",
    )
}

macro_rules! numbers {
    ($($method:ident $visit:ident $type:ty;)*) => {$(
        #[inline]
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Broken> {
            visitor.$visit(<$type>::from_le_bytes(self.array()?))
        }
    )*};
}

macro_rules! undescribed {
    ($($method:ident)*) => {$(
        fn $method<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Broken> {
            Err(not_described())
        }
    )*};
}

impl<'de> de::Deserializer<'de> for &mut Decoder<'de> {
    type Error = Broken;

    numbers! {
        deserialize_i8 visit_i8 i8;
        deserialize_i16 visit_i16 i16;
        deserialize_i32 visit_i32 i32;
        deserialize_i64 visit_i64 i64;
        deserialize_i128 visit_i128 i128;
        deserialize_u8 visit_u8 u8;
        deserialize_u16 visit_u16 u16;
        deserialize_u32 visit_u32 u32;
        deserialize_u64 visit_u64 u64;
        deserialize_u128 visit_u128 u128;
        deserialize_f32 visit_f32 f32;
        deserialize_f64 visit_f64 f64;
    }

    undescribed! { deserialize_any deserialize_identifier deserialize_ignored_any }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Broken> {
        visitor.visit_bool(self.flag()?)
    }

    fn deserialize_char<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Broken> {
        visitor.visit_char(self.letter()?)
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Broken> {
        visitor.visit_borrowed_str(self.text()?)
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Broken> {
        visitor.visit_string(self.text()?.to_owned())
    }

    fn deserialize_bytes<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Broken> {
        visitor.visit_borrowed_bytes(self.chunk()?)
    }

    fn deserialize_byte_buf<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Broken> {
        visitor.visit_byte_buf(self.chunk()?.to_vec())
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Broken> {
        if self.flag()? { self.inside(|inside| visitor.visit_some(inside)) } else { visitor.visit_none() }
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Broken> {
        visitor.visit_unit()
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Broken> {
        visitor.visit_unit()
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Broken> {
        self.inside(|inside| visitor.visit_newtype_struct(inside))
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Broken> {
        let left = self.length()?;
        self.inside(|inside| visitor.visit_seq(Parts { of: inside, left }))
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, left: usize, visitor: V) -> Result<V::Value, Broken> {
        self.inside(|inside| visitor.visit_seq(Parts { of: inside, left }))
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        left: usize,
        visitor: V,
    ) -> Result<V::Value, Broken> {
        self.deserialize_tuple(left, visitor)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Broken> {
        let left = self.length()?;
        self.inside(|inside| visitor.visit_map(Parts { of: inside, left }))
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Broken> {
        self.deserialize_tuple(fields.len(), visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Broken> {
        self.inside(|inside| visitor.visit_enum(inside))
    }

    fn is_human_readable(&self) -> bool {
        false
    }
}

/// The parts of something, as far as they have not been read.
struct Parts<'a, 'de> {
    of: &'a mut Decoder<'de>,
    left: usize,
}

impl Parts<'_, '_> {
    fn hint(&self) -> usize {
        self.left.min(self.of.left())
    }
}

impl<'de> SeqAccess<'de> for Parts<'_, 'de> {
    type Error = Broken;

    #[inline]
    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Broken> {
        let Some(left) = self.left.checked_sub(1) else { return Ok(None) };
        self.left = left;
        seed.deserialize(&mut *self.of).map(Some)
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.hint())
    }
}

impl<'de> MapAccess<'de> for Parts<'_, 'de> {
    type Error = Broken;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Broken> {
        self.next_element_seed(seed)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Broken> {
        seed.deserialize(&mut *self.of)
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.hint())
    }
}

impl<'de> EnumAccess<'de> for &mut Decoder<'de> {
    type Error = Broken;
    type Variant = Self;

    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Result<(V::Value, Self), Broken> {
        let index = u32::from_le_bytes(self.array()?);
        let variant = seed.deserialize(IntoDeserializer::<Broken>::into_deserializer(index))?;
        Ok((variant, self))
    }
}

impl<'de> VariantAccess<'de> for &mut Decoder<'de> {
    type Error = Broken;

    fn unit_variant(self) -> Result<(), Broken> {
        Ok(())
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, Broken> {
        seed.deserialize(self)
    }

    fn tuple_variant<V: Visitor<'de>>(self, length: usize, visitor: V) -> Result<V::Value, Broken> {
        visitor.visit_seq(Parts { of: self, left: length })
    }

    fn struct_variant<V: Visitor<'de>>(self, fields: &'static [&'static str], visitor: V) -> Result<V::Value, Broken> {
        visitor.visit_seq(Parts { of: self, left: fields.len() })
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::thread;

    use serde::{Deserialize, Serialize};

    use crate::stack::MOST_LEVELS;
    use crate::value::hostile::try_all;
    use crate::value::sameness::{Loses, Sameness, Verdict, by_equality, by_text};
    use crate::value::{decode, encode, json, short};

    /// A list that is taken apart without recursion, but written, read and compared with it.
    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
    struct Chain {
        link: u32,
        next: Option<Box<Self>>,
    }

    impl Chain {
        fn of(links: u32) -> Self {
            let mut chain = Self { link: 0, next: None };
            for link in 1..links {
                chain = Self { link, next: Some(Box::new(chain)) };
            }
            chain
        }
    }

    impl Drop for Chain {
        fn drop(&mut self) {
            let mut next = self.next.take();
            while let Some(mut link) = next {
                next = link.next.take();
            }
        }
    }

    /// On a stack that is smaller than those of most threads.
    fn on_little_stack(work: fn()) {
        thread::Builder::new().stack_size(768 << 10).spawn(work).unwrap().join().unwrap();
    }

    #[test]
    fn a_list_of_a_hundred_thousand_links_is_written_read_compared_and_shown_on_any_stack() {
        on_little_stack(|| {
            let chain = Chain::of(100_000);
            let bytes = encode(&chain).unwrap();
            let back: Chain = decode(&bytes).unwrap();
            assert_eq!(encode(&back).unwrap(), bytes);
            for same in [by_equality, by_text] {
                let same = Sameness { loses: Loses::Maybe, compare: same };
                assert_eq!(same.verdict(&chain, &back), Verdict::Same);
            }
            assert!(short(&chain).starts_with("Chain { link: 99999"));
            assert!(json(&chain).unwrap().starts_with("{\"link\": 99999"));
        });
    }

    #[test]
    fn what_is_nested_deeper_than_anybody_needs_is_refused_when_it_is_written_and_when_it_is_read() {
        on_little_stack(|| {
            let error = encode(&Chain::of(300_000)).unwrap_err().to_string();
            assert!(error.contains("levels deep"), "{error}");
            let links = [&[7, 0, 0, 0, 1][..]].repeat(MOST_LEVELS).concat();
            let error = decode::<Chain>(&links).unwrap_err().to_string();
            assert!(error.contains("levels deep"), "{error}");
        });
    }

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    enum Kind {
        Unit,
        Newtype(Vec<u8>),
        Struct { name: String, letter: char },
    }

    type Everything = (Vec<String>, BTreeMap<u16, Option<Vec<u64>>>, Vec<Kind>, Box<[i128]>, Vec<()>, (bool, f32));

    fn everything() -> Everything {
        (
            vec!["oak".to_owned(), String::new()],
            [(1, None), (2, Some(vec![3, 4]))].into(),
            vec![Kind::Unit, Kind::Newtype(vec![1, 2]), Kind::Struct { name: "ü".to_owned(), letter: '🌰' }],
            [i128::MIN].into(),
            vec![(); 3],
            (true, 0.5),
        )
    }

    #[test]
    fn bytes_that_are_cut_changed_or_claim_any_length_are_a_value_or_an_error() {
        let whole = encode(&everything()).unwrap();
        assert_eq!(decode::<Everything>(&whole).unwrap(), everything());
        for end in 0..whole.len() {
            assert!(decode::<Everything>(&whole[..end]).is_err());
        }
        try_all(&whole, |bytes| {
            if let Ok(value) = decode::<Everything>(bytes) {
                assert_eq!(encode(&value).unwrap().len(), bytes.len());
            }
        });
    }

    #[test]
    fn a_type_that_asks_what_the_bytes_are_is_told_of_a_format_that_says_so() {
        #[derive(Debug, Deserialize)]
        #[serde(untagged)]
        enum Either {
            #[expect(dead_code, reason = "it is not read")]
            Number(u8),
        }
        let error = decode::<u8>(&[]).unwrap_err().to_string();
        assert!(error.contains("end too early"), "{error}");
        let error = decode::<Either>(&[1]).unwrap_err().to_string();
        assert!(error.contains("MessagePack"), "{error}");
    }
}
