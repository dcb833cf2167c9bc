//! What the stash says of its nuts (arguments, reasons, records, routes), read back by the crate whose format canonical
//! bytes have. Values of users are read by [`decoder`](super::decoder): they may be nested deeper than a stack is.

use std::any::type_name;

use bincode::config::{Configuration, Fixint, LittleEndian, NoLimit};
use serde::de::DeserializeOwned;

use crate::value::ValueError;

const FORMAT: Configuration<LittleEndian, Fixint, NoLimit> =
    bincode::config::standard().with_little_endian().with_fixed_int_encoding().with_no_limit();

/// The value that bytes stand for whose digest nobody has compared. A length in them that is nonsense takes no memory:
/// bincode compares lengths with a limit first, which is a constant, so this is the next one above what is there.
pub(crate) fn decode_unverified<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, ValueError> {
    const SMALL: usize = 1 << 12;
    const MEDIUM: usize = 1 << 20;
    const LARGE: usize = 1 << 30;
    let decoded = if bytes.len() <= SMALL {
        bincode::serde::decode_from_slice(bytes, FORMAT.with_limit::<SMALL>())
    } else if bytes.len() <= MEDIUM {
        bincode::serde::decode_from_slice(bytes, FORMAT.with_limit::<MEDIUM>())
    } else {
        bincode::serde::decode_from_slice(bytes, FORMAT.with_limit::<LARGE>())
    };
    let message = match decoded {
        Ok((value, used)) if used == bytes.len() => return Ok(value),
        Ok((_, used)) => format!("{} bytes are left over", bytes.len() - used),
        Err(error) => error.to_string(),
    };
    Err(ValueError::Decode { kind: type_name::<T>(), message })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde::{Deserialize, Serialize};

    use super::super::serial::{decode, encode};
    use super::*;

    #[test]
    fn a_flipped_bit_in_unverified_bytes_is_an_error_or_another_value_and_takes_no_memory() {
        let value = (vec!["acorn".to_owned(), String::new()], Some(vec![1_u8, 2]), 7_u64);
        let bytes = encode(&value).unwrap();
        assert_eq!(decode_unverified::<(Vec<String>, Option<Vec<u8>>, u64)>(&bytes).unwrap(), value);
        for bit in 0..bytes.len() * 8 {
            let mut flipped = bytes.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            // Without a limit, this ends the process.
            drop(decode_unverified::<(Vec<String>, Option<Vec<u8>>, u64)>(&flipped));
        }
        let long = "n".repeat(3 << 20);
        assert_eq!(decode_unverified::<String>(&encode(&long).unwrap()).unwrap(), long);
    }

    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
    enum Shape {
        Nothing,
        Round(f64),
        Named { name: String, sides: Option<Vec<(i8, char)>> },
        Both(Box<Self>, BTreeMap<u128, bool>),
    }

    #[test]
    fn canonical_bytes_are_those_of_the_crate_and_both_read_them_alike() {
        let named = Shape::Named { name: "prism \u{1f330}".to_owned(), sides: Some(vec![(-3, 'x'), (4, 'é')]) };
        let both = Shape::Both(Box::new(named.clone()), BTreeMap::from([(1 << 100, true), (2, false)]));
        let value = (vec![Shape::Nothing, Shape::Round(-0.0), named, both], [1.5_f32, f32::MAX], (), i128::MIN);
        let bytes = encode(&value).unwrap();
        assert_eq!(bytes, bincode::serde::encode_to_vec(&value, FORMAT).unwrap());
        type All = (Vec<Shape>, [f32; 2], (), i128);
        assert_eq!(decode::<All>(&bytes).unwrap(), value);
        assert_eq!(decode_unverified::<All>(&bytes).unwrap(), value);
        for cut in 0..bytes.len() {
            assert!(decode::<All>(&bytes[..cut]).is_err() && decode_unverified::<All>(&bytes[..cut]).is_err());
        }
    }
}
