//! What can be done with a value whose type is known no more: a table of functions per type and form. It holds what only
//! those can say; all else is here, once for all types.

use std::any::{Any, type_name};
use std::io::Write;
use std::marker::PhantomData;

use super::codec::blob::{Blob, Room, Written};
use super::codec::context::as_they_were;
use super::codec::{EncodeAny, Form, MapFile, View, Whole};
use super::{Preview, Shared, Told, ValueError, encode_told, inside, json, keeping_files, line, plain, serving_files};
use crate::digest::{Digest, Fields};

/// The functions of one type in one form.
pub(crate) struct Kind {
    type_name: fn() -> &'static str,
    codec: Option<&'static str>,
    is_ours: bool,
    whole: Whole,
    encode: Option<EncodeAny>,
    told: for<'v> fn(&'v dyn Any) -> Option<Told<'v>>,
    decode: fn(&[u8]) -> Result<Shared, ValueError>,
    view: Option<View>,
    map: Option<MapFile>,
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
        whole: F::WHOLE,
        encode: F::ENCODE,
        told: told::<T, F>,
        decode: decoded::<T, F>,
        view: F::VIEW,
        map: F::MAP,
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

    /// Who says that nothing of a value is lost, where its type can't be compared.
    pub(crate) fn whole(&self) -> Whole {
        self.whole
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

    /// Finds a value in the file of its bytes, where its type can lie in one.
    pub(crate) fn map(&self) -> Option<MapFile> {
        self.map
    }

    pub(crate) fn decode(&self, bytes: &[u8]) -> Result<Shared, ValueError> {
        (self.decode)(bytes)
    }

    /// The value on one line of at most so many characters.
    pub(crate) fn line(&self, value: &dyn Any, most: usize) -> String {
        line(self.told(value).value(), most)
    }

    /// The value as JSON.
    pub(crate) fn json(&self, value: &dyn Any) -> Option<String> {
        json(self.told(value).value())
    }

    /// The value as people look at it, in at most so many characters.
    pub(crate) fn preview(&self, value: &dyn Any, most: usize) -> Preview {
        inside::look(value, self.view, |value| self.told(value), most)
    }

    /// Writes the value as a file with this extension: text, bytes and files as they are, with any.
    pub(crate) fn save(&self, value: &dyn Any, extension: &str, to: &mut Blob) -> Result<(), ValueError> {
        let failed = |message: String| ValueError::Encode { kind: self.type_name(), message };
        if let Some(content) = plain::content(value) {
            return to.write_all(&content?).map_err(|error| failed(error.to_string()));
        }
        let known = self.view.map_or(&["json"][..], |view| view.extensions);
        if !known.iter().any(|known| *known == extension || *known == "*") {
            let known = extensions_in_words(known, extension);
            return Err(ValueError::Extension { kind: self.type_name(), extension: extension.to_owned(), known });
        }
        match self.view {
            Some(view) => (view.save)(value, extension, to),
            None => {
                let json = self.json(value).ok_or_else(|| failed("it does not tell itself as JSON".to_owned()))?;
                writeln!(to, "{json}").map_err(|error| failed(error.to_string()))
            }
        }
    }

    /// A copy of a value that need not be `Clone`: by way of its bytes, as it would come out of the stash.
    pub(crate) fn duplicate(&self, value: &dyn Any) -> Result<Shared, ValueError> {
        let (written, files) = keeping_files(|| self.write(value, Room::Memory));
        let written = written?;
        serving_files(as_they_were(files), || self.decode(written.small(usize::MAX).unwrap_or_default()))
    }
}

/// The extensions that there are, and the feature that is off and has the one that is wanted.
fn extensions_in_words(known: &[&str], wanted: &str) -> String {
    let is_table = known.contains(&"arrow");
    let known: Vec<_> = known.iter().map(|known| format!("`.{known}`")).collect();
    let mut words = if known.is_empty() { "its codec saves none".to_owned() } else { known.join(", ") };
    if is_table && wanted == "parquet" {
        words += "; `.parquet` needs scrat's feature `parquet`: `features = [\"parquet\"]`";
    }
    words
}

/// The value as text for the end of a run, if it is text.
pub(crate) fn whole_text(value: &dyn Any) -> Option<String> {
    value.downcast_ref::<String>().cloned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::codec::numbers::Numbers;

    fn saved(kind: &Kind, value: &dyn Any, extension: &str) -> Result<String, String> {
        let mut to = Blob::new(Room::Memory);
        kind.save(value, extension, &mut to).map_err(|error| error.to_string())?;
        Ok(String::from_utf8(to.finish().into_memory().unwrap()).unwrap())
    }

    #[test]
    fn text_and_bytes_are_saved_as_they_are_and_all_else_as_what_it_is() {
        assert_eq!(saved(kind::<String>(), &"a\n".to_owned(), "md").unwrap(), "a\n");
        let bytes = kind_of::<Vec<u8>, Numbers>();
        assert_eq!(saved(bytes, &b"abc".to_vec(), "bin").unwrap(), "abc");
        assert_eq!(saved(kind::<(u8, bool)>(), &(1_u8, true), "json").unwrap(), "[1, true]\n");
        let numbers = kind_of::<Vec<f64>, Numbers>();
        assert_eq!(saved(numbers, &vec![0.5, 1e300], "txt").unwrap(), "0.5\n1e300\n");
        assert_eq!(saved(numbers, &vec![0.5, 1.0], "json").unwrap(), "[0.5, 1]\n");
        let refused = saved(kind::<(u8, bool)>(), &(1_u8, true), "csv").unwrap_err();
        assert!(refused.contains("`.csv`") && refused.contains("`.json`"), "{refused}");
    }

    #[test]
    fn of_a_file_that_a_feature_has_which_is_off_the_feature_is_named() {
        let refused = extensions_in_words(&["arrow", "csv"], "parquet");
        assert!(refused.starts_with("`.arrow`, `.csv`; ") && refused.contains("feature `parquet`"), "{refused}");
        assert_eq!(extensions_in_words(&["arrow", "csv"], "xlsx"), "`.arrow`, `.csv`");
        assert_eq!(extensions_in_words(&["npy"], "parquet"), "`.npy`");
        assert_eq!(extensions_in_words(&[], "png"), "its codec saves none");
    }

    #[test]
    fn numbers_are_previewed_by_what_can_be_said_of_all_of_them() {
        let preview = kind_of::<Vec<f32>, Numbers>().preview(&vec![1.5_f32, 2.5], 100).text;
        assert_eq!(preview, "2 × f32\nmin 1.5 · mean 2 · max 2.5\n1.5, 2.5");
        assert_eq!(kind::<Option<u8>>().preview(&Some(1_u8), 100), Preview::text("1"));
    }

    #[test]
    fn a_preview_that_is_cut_says_so_whatever_it_is_of() {
        for preview in [
            kind::<String>().preview(&"x".repeat(100), 9),
            kind::<Vec<(u8, u8)>>().preview(&vec![(1_u8, 2_u8); 100], 9),
            kind_of::<Vec<f32>, Numbers>().preview(&vec![1.5_f32; 100], 9),
        ] {
            assert!(preview.cut && preview.text.chars().count() == 9, "{preview:?}");
        }
    }
}
