//! JSON: what is stored can be read by people, and by any program.

use std::any::type_name;
use std::fmt::Write as _;
use std::io::Write;

use super::tree::Tree;
use crate::value::codec::untyped::Told;
use crate::value::codec::{Failed, Whole};
use crate::value::{Blob, Codec, Value, line};

/// JSON with an element or field a line, for any type that serde knows.
///
/// A type needs `PartialEq` or `Debug`, so that it can be seen whether a value comes back: JSON has one word for `None`
/// and `Some(None)`, for example. A number comes back as it was, of `f32` and `f64` as well. A value with something in
/// it that JSON has no word for is refused: NaN, an infinite number, a map whose keys are no texts or whole numbers.
///
/// # Examples
///
/// ```
/// use scrat::formats::Json;
/// use scrat::stash;
/// use serde::{Deserialize, Serialize};
///
/// #[derive(Debug, PartialEq, Serialize, Deserialize)]
/// struct Report {
///     title: String,
///     #[serde(skip_serializing_if = "Option::is_none")]
///     score: Option<f64>,
/// }
///
/// #[stash(disable, serializer = Json)]
/// fn report(score: f64) -> Report {
///     Report { title: "nuts".to_owned(), score: Some(score).filter(|score| *score > 0.0) }
/// }
///
/// assert_eq!(report(0.0).score, None);
/// ```
#[derive(Debug)]
pub struct Json;

/// How deep a value may be: as deep as serde_json reads.
const MOST_LEVELS: usize = 127;

impl<T: Value> Codec<T> for Json {
    const ID: &'static str = "json 1";

    const WHOLE: Whole = Whole::Unsaid;

    const EXTENSIONS: &'static [&'static str] = &["json"];

    fn encode(value: &T, to: &mut Blob) -> Result<(), Failed> {
        let mut text = String::new();
        write(&Tree::of(&value, true, MOST_LEVELS)?, 0, &mut text)?;
        text.push('\n');
        Ok(to.write_all(text.as_bytes())?)
    }

    fn decode(bytes: &[u8]) -> Result<T, Failed> {
        serde_json::from_slice(bytes).map_err(|error| format!("{} as {error}", type_name::<T>()).into())
    }

    fn show(value: &T) -> String {
        const MOST: usize = 4_000;
        line(Told::lent(value).value(), MOST)
    }

    fn save(value: &T, _: &str, to: &mut Blob) -> Result<(), Failed> {
        Self::encode(value, to)
    }
}

fn write(tree: &Tree, depth: usize, to: &mut String) -> Result<(), Failed> {
    match tree {
        Tree::Nothing => to.push_str("null"),
        Tree::Bool(value) => write!(to, "{value}")?,
        Tree::Signed(value) => write!(to, "{value}")?,
        Tree::Unsigned(value) => write!(to, "{value}")?,
        Tree::F32(value) if value.is_finite() => write!(to, "{value:?}")?,
        Tree::F64(value) if value.is_finite() => write!(to, "{value:?}")?,
        Tree::F32(_) | Tree::F64(_) => return Err("JSON has neither NaN nor infinite numbers".into()),
        Tree::Text(text) => to.push_str(&serde_json::to_string(text)?),
        Tree::Bytes(bytes) => to.push_str(&serde_json::to_string(bytes)?),
        Tree::List(elements) => {
            let is_flat = !elements.iter().any(|element| matches!(element, Tree::List(_) | Tree::Map(_)));
            let write = |element: &Tree, to: &mut String| write(element, depth + 1, to);
            between(["[", "]"], elements, is_flat, depth, write, to)?;
        }
        Tree::Map(entries) => {
            let write = |(key, value): &(Tree, Tree), to: &mut String| {
                let key = match key {
                    Tree::Text(text) => text.clone(),
                    Tree::Bool(key) => key.to_string(),
                    Tree::Signed(key) => key.to_string(),
                    Tree::Unsigned(key) => key.to_string(),
                    _ => return Err("the keys of a map in JSON must be texts or whole numbers".into()),
                };
                write!(to, "{}: ", serde_json::to_string(&key)?)?;
                write(value, depth + 1, to)
            };
            between(["{", "}"], entries, false, depth, write, to)?;
        }
    }
    Ok(())
}

/// Elements between brackets, each on a line of its own unless they are flat.
fn between<E>(
    [open, close]: [&str; 2],
    elements: &[E],
    is_flat: bool,
    depth: usize,
    write: impl Fn(&E, &mut String) -> Result<(), Failed>,
    to: &mut String,
) -> Result<(), Failed> {
    let break_line = |depth: usize, to: &mut String| {
        to.push('\n');
        to.extend(std::iter::repeat_n("  ", depth));
    };
    to.push_str(open);
    for (at, element) in elements.iter().enumerate() {
        if at > 0 {
            to.push_str(if is_flat { ", " } else { "," });
        }
        if !is_flat {
            break_line(depth + 1, to);
        }
        write(element, to)?;
    }
    if !is_flat && !elements.is_empty() {
        break_line(depth, to);
    }
    to.push_str(close);
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, HashMap};

    use super::super::tree::tests::{Anything, anything, bytes};
    use super::*;
    use crate::value::codec::parts::{OptionOf, TupleOf};
    use crate::value::codec::{By, Serde};
    use crate::value::hostile::try_all;
    use crate::value::kind::kind_of;

    /// Two values with the same text, of a type that can't be compared.
    #[derive(serde::Serialize, serde::Deserialize)]
    struct Silent(Option<Option<u8>>);

    #[test]
    fn of_values_that_cannot_be_compared_the_text_is_not_said_to_be_all_and_of_what_they_are_parts_neither() {
        assert_eq!(bytes::<Json, _>(&Silent(Some(None))), bytes::<Json, _>(&Silent(None)));
        type Both = TupleOf<(Serde, By<OptionOf<By<Json>>>)>;
        assert_eq!(kind_of::<Silent, By<Json>>().whole(), Whole::Unsaid);
        assert_eq!(kind_of::<(u8, Option<Silent>), By<Both>>().whole(), Whole::Unsaid);
        assert_eq!(kind_of::<Silent, Serde>().whole(), Whole::BySerde);
    }

    #[test]
    fn what_serde_knows_comes_back() {
        let bytes_of_it = bytes::<Json, _>(&anything()).unwrap();
        let back: Anything = Json::decode(&bytes_of_it).unwrap();
        assert_eq!(back, anything());
        assert!(back.floats().2.is_sign_negative());
        assert_eq!(bytes::<Json, _>(&back).unwrap(), bytes_of_it);
        let huge = (i128::MIN, u128::MAX);
        assert_eq!(<Json as Codec<(i128, u128)>>::decode(&bytes::<Json, _>(&huge).unwrap()).unwrap(), huge);
    }

    #[test]
    fn it_is_easy_to_read() {
        let value = BTreeMap::from([("a", vec![(1, 0.5)]), ("b", vec![])]);
        let text = {
            let mut text = String::new();
            write(&Tree::of(&value, true, MOST_LEVELS).unwrap(), 0, &mut text).unwrap();
            text
        };
        assert_eq!(text, "{\n  \"a\": [\n    [1, 0.5]\n  ],\n  \"b\": []\n}");
    }

    #[test]
    fn every_float_is_exact() {
        let mut bits = 1_u64;
        for _ in 0..20_000 {
            bits = bits.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let value = (f64::from_bits(bits), f32::from_bits((bits >> 32) as u32));
            if value.0.is_finite() && value.1.is_finite() {
                let back: (f64, f32) = Json::decode(&bytes::<Json, _>(&value).unwrap()).unwrap();
                assert_eq!((back.0.to_bits(), back.1.to_bits()), (value.0.to_bits(), value.1.to_bits()));
            }
        }
    }

    #[test]
    fn bytes_that_are_cut_or_changed_are_a_value_or_an_error() {
        try_all(&bytes::<Json, _>(&anything()).unwrap(), |bytes| drop(<Json as Codec<Anything>>::decode(bytes)));
    }

    #[test]
    fn a_value_is_nested_as_deep_as_it_can_be_read_back() {
        let nested = |levels: usize| {
            let mut text = serde_json::Value::Null;
            (0..levels).for_each(|_| text = serde_json::Value::Array(vec![std::mem::take(&mut text)]));
            bytes::<Json, _>(&text)
        };
        assert!(<Json as Codec<serde_json::Value>>::decode(&nested(MOST_LEVELS).unwrap()).is_ok());
        let refused = nested(MOST_LEVELS + 1).unwrap_err();
        assert!(refused.contains("127 levels deep"), "{refused}");
    }

    #[test]
    fn what_json_has_no_word_for_is_refused() {
        assert!(bytes::<Json, _>(&vec![Some(f64::NAN)]).unwrap_err().contains("NaN"));
        assert!(bytes::<Json, _>(&f32::INFINITY).unwrap_err().contains("infinite"));
        assert!(bytes::<Json, _>(&HashMap::from([((1, 2), 3)])).unwrap_err().contains("keys"));
    }
}
