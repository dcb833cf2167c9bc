//! Maps to values that have formats of their own.
//!
//! They are written [part by part](super::parts): a key, the value that belongs to it, and so on. The keys are in the
//! order of their bytes, so that maps with the same entries have the same bytes, however each of them iterates.

use std::collections::{BTreeMap, HashMap};
use std::hash::{BuildHasher, Hash};
use std::marker::PhantomData;

use super::blob::{Blob, Room};
use super::name::Name;
use super::parts::{Writer, encode, name, preview, read, show};
use super::{By, Codec, Failed, Form, Serde, Stored, Whole};
use crate::value::preview::together;
use crate::value::{Preview, Value, ValueError};

/// The format of a map, of the forms of its keys and values.
#[derive(Debug)]
pub struct MapOf<K, V>(PhantomData<(K, V)>);

struct MapName<K, V, FK, FV>(PhantomData<(FK, FV, K, V)>);

impl<K, V, FK: Form<K>, FV: Form<V>> MapName<K, V, FK, FV> {
    const NAME: &'static Name = &Name::new(&["map 1(", name::<K, FK>(), ")(", name::<V, FV>(), ")"]);
}

impl<FK, FV> MapOf<FK, FV> {
    fn write<'m, K: 'static, V: 'static>(
        entries: impl Iterator<Item = (&'m K, &'m V)>,
        to: &mut Blob,
    ) -> Result<(), Failed>
    where
        FK: Form<K>,
        FV: Form<V>,
    {
        let entries = entries.map(|(key, value)| {
            let mut bytes = Blob::new(Room::Memory);
            encode::<K, FK>(key, &mut bytes)?;
            Ok((bytes.finish().into_memory().unwrap_or_default(), value))
        });
        let mut entries: Vec<_> = entries.collect::<Result<_, ValueError>>()?;
        entries.sort_unstable_by(|(one, _), (other, _)| one.cmp(other));
        let mut writer = Writer::new(to);
        for (key, value) in entries {
            writer.bytes(&key)?;
            writer.part::<V, FV>(value)?;
        }
        Ok(writer.finish()?)
    }

    fn entries<K, V>(bytes: &[u8]) -> Result<impl Iterator<Item = Result<(K, V), ValueError>>, Failed>
    where
        FK: Form<K>,
        FV: Form<V>,
    {
        let parts = read(bytes)?;
        let (entries, rest) = parts.as_chunks();
        if !rest.is_empty() || !entries.is_sorted_by(|[one, _], [other, _]| one < other) {
            return Err("its keys are not in order".into());
        }
        let entries: Vec<[&[u8]; 2]> = entries.to_vec();
        Ok(entries.into_iter().map(|[key, value]| Ok((FK::decode(key)?, FV::decode(value)?))))
    }

    /// The entries with their keys as text, and in the order of these.
    fn shown<'m, K: 'm, V>(entries: impl Iterator<Item = (&'m K, &'m V)>) -> Vec<(String, &'m V)>
    where
        FK: Form<K>,
    {
        let mut entries: Vec<_> = entries.map(|(key, value)| (show::<K, FK>(key), value)).collect();
        entries.sort_unstable_by(|(one, _), (other, _)| one.cmp(other));
        entries
    }

    fn show_all<'m, K: 'm, V: 'm>(entries: impl Iterator<Item = (&'m K, &'m V)>) -> String
    where
        FK: Form<K>,
        FV: Form<V>,
    {
        const FIRST: usize = 4;
        let entries = Self::shown(entries);
        let mut shown: Vec<_> =
            entries.iter().take(FIRST).map(|(key, value)| format!("{key}: {}", show::<V, FV>(value))).collect();
        if entries.len() <= FIRST {
            return format!("{{{}}}", shown.join(", "));
        }
        shown.push("…".to_owned());
        format!("{} × {{{}}}", entries.len(), shown.join(", "))
    }

    fn preview_all<'m, K: 'm, V: 'static>(entries: impl Iterator<Item = (&'m K, &'m V)>) -> Preview
    where
        FK: Form<K>,
        FV: Form<V>,
    {
        const FIRST: usize = 10;
        let entries = Self::shown(entries);
        let count = if entries.len() == 1 { "1 entry".to_owned() } else { format!("{} entries", entries.len()) };
        let entries = entries.iter().take(FIRST).map(|(key, value)| {
            let preview = preview::<V, FV>(value);
            Preview { text: format!("{key}:\n{}", preview.text), ..preview }
        });
        together([Preview::text(count)].into_iter().chain(entries))
    }
}

macro_rules! maps {
    ($([$($hasher:ident)?] $map:ty where K: [$($bounds:tt)*];)+) => {$(
        #[diagnostic::do_not_recommend]
        impl<K, V, FK, FV $(, $hasher)?> Codec<$map> for MapOf<FK, FV>
        where
            K: $($bounds)* + Send + Sync + 'static,
            V: Send + Sync + 'static,
            FK: Form<K>,
            FV: Form<V>,
            $($hasher: BuildHasher + Default + Send + Sync + 'static,)?
        {
            const ID: &'static str = MapName::<K, V, FK, FV>::NAME.text();
            const WHOLE: Whole = FK::WHOLE.and(FV::WHOLE);

            fn encode(map: &$map, to: &mut Blob) -> Result<(), Failed> {
                Self::write(map.iter(), to)
            }

            fn decode(bytes: &[u8]) -> Result<$map, Failed> {
                Ok(Self::entries(bytes)?.collect::<Result<_, ValueError>>()?)
            }

            fn show(map: &$map) -> String {
                Self::show_all(map.iter())
            }

            fn preview(map: &$map) -> Preview {
                Self::preview_all(map.iter())
            }
        }

        impl<K, V $(, $hasher)?> Stored for $map
        where
            K: Value + $($bounds)*,
            V: Stored,
            $($hasher: BuildHasher + Default + Send + Sync + 'static,)?
        {
            type Codec = MapOf<Serde, By<V::Codec>>;
        }
    )+};
}

maps! {
    [S] HashMap<K, V, S> where K: [Eq + Hash];
    [] BTreeMap<K, V> where K: [Ord];
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::codec::numbers::Numbers;

    type Numbered = MapOf<Serde, Numbers>;

    fn bytes<M>(map: &M) -> Vec<u8>
    where
        Numbered: Codec<M>,
    {
        let mut blob = Blob::new(Room::Memory);
        Numbered::encode(map, &mut blob).unwrap();
        blob.finish().into_memory().unwrap()
    }

    #[test]
    fn maps_with_the_same_entries_have_the_same_bytes_and_come_back() {
        let entries = || (0..50_u16).map(|at| (at.to_string(), vec![f64::from(at); at.into()]));
        let forwards: HashMap<String, Vec<f64>> = entries().collect();
        let backwards: HashMap<String, Vec<f64>> = entries().rev().collect();
        let sorted: BTreeMap<String, Vec<f64>> = entries().collect();
        assert_eq!(bytes(&forwards), bytes(&backwards));
        assert_eq!(bytes(&forwards), bytes(&sorted));
        let back: HashMap<String, Vec<f64>> = Numbered::decode(&bytes(&sorted)).unwrap();
        assert_eq!(back, forwards);
        let back: BTreeMap<String, Vec<f64>> = Numbered::decode(&bytes(&forwards)).unwrap();
        assert_eq!(back, sorted);
        assert_eq!(<Numbered as Codec<BTreeMap<String, Vec<f64>>>>::ID, "map 1(serde)(numbers 1)");
    }

    #[test]
    fn a_key_that_stands_twice_or_without_a_value_is_refused() {
        type Map = BTreeMap<u8, Vec<u8>>;
        let mut blob = Blob::new(Room::Memory);
        let mut writer = Writer::new(&mut blob);
        for part in [[1], [5], [1], [6]] {
            writer.bytes(&part).unwrap();
        }
        writer.finish().unwrap();
        let twice = blob.finish().into_memory().unwrap();
        assert!(<Numbered as Codec<Map>>::decode(&twice).is_err());
        let mut blob = Blob::new(Room::Memory);
        let mut writer = Writer::new(&mut blob);
        writer.bytes(&[1]).unwrap();
        writer.finish().unwrap();
        let alone = blob.finish().into_memory().unwrap();
        assert!(<Numbered as Codec<Map>>::decode(&alone).is_err());
        let map = Map::from([(7, vec![1, 2]), (3, vec![])]);
        assert_eq!(Numbered::show(&map), "{3: [], 7: [1, 2]}");
        assert_eq!(Numbered::preview(&map).text.lines().next(), Some("2 entries"));
    }
}
