//! Values that are made of others which have formats of their own: lists, options, tuples, and [maps](super::maps).
//!
//! The bytes are those of the parts, each from a multiple of sixteen on with zeros before it, and then where each of
//! them ends, and how many there are: eight bytes for each of these numbers, little-endian. So a large part is written as
//! it comes, and one that needs its bytes aligned finds them so.
//!
//! Such a value is what serde knows wherever none of its parts has a format of its own.

use std::any::type_name;
use std::io::Write;
use std::marker::PhantomData;

use super::blob::Blob;
use super::name::Name;
use super::numbers::Numbers;
use super::{By, Codec, Failed, Form, Serde, Stored, Whole, serial};
use crate::value::preview::together;
use crate::value::{Preview, ValueError, inside, line};

const ALIGNMENT: u64 = 16;

/// How much of a part is shown: on a line, and by itself.
const SHOWN: [usize; 2] = [60, 2_000];

/// The parts of a value while they are written.
pub(super) struct Writer<'a> {
    to: &'a mut Blob,
    begin: u64,
    ends: Vec<u64>,
}

impl<'a> Writer<'a> {
    pub(super) fn new(to: &'a mut Blob) -> Self {
        Self { begin: to.written(), to, ends: Vec::new() }
    }

    pub(super) fn part<T: 'static, F: Form<T>>(&mut self, part: &T) -> Result<(), ValueError> {
        self.align().map_err(|error| super::failed::<T>(error.into()))?;
        encode::<T, F>(part, self.to)?;
        self.end();
        Ok(())
    }

    /// A part whose bytes are there.
    pub(super) fn bytes(&mut self, part: &[u8]) -> Result<(), std::io::Error> {
        self.align()?;
        self.to.write_all(part)?;
        self.end();
        Ok(())
    }

    fn align(&mut self) -> Result<(), std::io::Error> {
        let end = self.to.written() - self.begin;
        let padding = end.next_multiple_of(ALIGNMENT) - end;
        self.to.write_all(&[0; ALIGNMENT as usize][..padding as usize])
    }

    fn end(&mut self) {
        self.ends.push(self.to.written() - self.begin);
    }

    pub(super) fn finish(self) -> Result<(), std::io::Error> {
        let count = self.ends.len() as u64;
        self.ends.into_iter().chain([count]).try_for_each(|number| self.to.write_all(&number.to_le_bytes()))
    }
}

/// Writes a value in its form.
pub(super) fn encode<T: 'static, F: Form<T>>(value: &T, to: &mut Blob) -> Result<(), ValueError> {
    match F::ENCODE {
        Some(encode) => encode(value, to),
        None => serial::encode_into(F::told(value).value(), type_name::<T>(), to),
    }
}

/// The bytes of each part.
///
/// # Errors
/// If they are not those of any parts.
pub(super) fn read(bytes: &[u8]) -> Result<Vec<&[u8]>, &'static str> {
    const WRONG: &str = "its parts do not end where they should";
    let (rest, count) = bytes.split_last_chunk().ok_or(WRONG)?;
    let count = usize::try_from(u64::from_le_bytes(*count)).map_err(|_| WRONG)?;
    let length = count.checked_mul(8).and_then(|ends| rest.len().checked_sub(ends)).ok_or(WRONG)?;
    let (body, ends) = rest.split_at(length);
    let mut from = 0;
    let mut parts = Vec::with_capacity(count);
    for end in ends.as_chunks().0 {
        let end = usize::try_from(u64::from_le_bytes(*end)).map_err(|_| WRONG)?;
        let start = usize::next_multiple_of(from, ALIGNMENT as usize);
        if body.get(from..start).is_none_or(|padding| padding.iter().any(|byte| *byte != 0)) {
            return Err(WRONG);
        }
        parts.push(body.get(start..end).ok_or(WRONG)?);
        from = end;
    }
    if from == body.len() { Ok(parts) } else { Err(WRONG) }
}

/// The name of a part's format.
pub(super) const fn name<T, F: Form<T>>() -> &'static str {
    match F::ID {
        Some(name) => name,
        None => "serde",
    }
}

pub(super) fn show<T, F: Form<T>>(part: &T) -> String {
    line(F::told(part).value(), SHOWN[0])
}

pub(super) fn preview<T: 'static, F: Form<T>>(part: &T) -> Preview {
    inside::look(part, F::VIEW, |_| F::told(part), SHOWN[1])
}

/// The format of a list, each element in the form `F`.
#[derive(Debug)]
pub struct ListOf<F>(PhantomData<F>);

impl<F> ListOf<F> {
    pub(in crate::value) fn write<T: 'static>(list: &[T], to: &mut Blob) -> Result<(), ValueError>
    where
        F: Form<T>,
    {
        let mut writer = Writer::new(to);
        list.iter().try_for_each(|element| writer.part::<T, F>(element))?;
        writer.finish().map_err(|error| super::failed::<Vec<T>>(error.into()))
    }

    pub(in crate::value) fn show_all<T>(list: &[T]) -> String
    where
        F: Form<T>,
    {
        const FIRST: usize = 4;
        let mut shown: Vec<_> = list.iter().take(FIRST).map(show::<T, F>).collect();
        if list.len() > FIRST {
            shown.push("…".to_owned());
        }
        let shown = shown.join(", ");
        if list.len() > FIRST { format!("{} × [{shown}]", list.len()) } else { format!("[{shown}]") }
    }
}

struct ListName<T, F>(PhantomData<(F, T)>);

impl<T, F: Form<T>> ListName<T, F> {
    const NAME: &'static Name = &Name::new(&["list 1(", name::<T, F>(), ")"]);
}

#[diagnostic::do_not_recommend]
impl<T: Send + Sync + 'static, F: Form<T>> Codec<Vec<T>> for ListOf<F> {
    const ID: &'static str = ListName::<T, F>::NAME.text();
    const WHOLE: Whole = F::WHOLE;

    fn encode(list: &Vec<T>, to: &mut Blob) -> Result<(), Failed> {
        Ok(Self::write(list, to)?)
    }

    fn decode(bytes: &[u8]) -> Result<Vec<T>, Failed> {
        read(bytes)?.into_iter().map(|part| Ok(F::decode(part)?)).collect()
    }

    fn show(list: &Vec<T>) -> String {
        Self::show_all(list)
    }

    fn preview(list: &Vec<T>) -> Preview {
        const FIRST: usize = 10;
        let count =
            Preview::text(if list.len() == 1 { "1 element".to_owned() } else { format!("{} elements", list.len()) });
        together([count].into_iter().chain(list.iter().take(FIRST).map(preview::<T, F>)))
    }
}

impl<T: Stored> Stored for Vec<T> {
    type Codec = ListOf<By<T::Codec>>;
}

/// The format of an option of the form `F`: no part, or one.
#[derive(Debug)]
pub struct OptionOf<F>(PhantomData<F>);

struct OptionName<T, F>(PhantomData<(F, T)>);

impl<T, F: Form<T>> OptionName<T, F> {
    const NAME: &'static Name = &Name::new(&["option 1(", name::<T, F>(), ")"]);
}

#[diagnostic::do_not_recommend]
impl<T: Send + Sync + 'static, F: Form<T>> Codec<Option<T>> for OptionOf<F> {
    const ID: &'static str = OptionName::<T, F>::NAME.text();
    const WHOLE: Whole = F::WHOLE;

    fn encode(option: &Option<T>, to: &mut Blob) -> Result<(), Failed> {
        let mut writer = Writer::new(to);
        option.iter().try_for_each(|part| writer.part::<T, F>(part))?;
        Ok(writer.finish()?)
    }

    fn decode(bytes: &[u8]) -> Result<Option<T>, Failed> {
        match read(bytes)?[..] {
            [] => Ok(None),
            [part] => Ok(Some(F::decode(part)?)),
            _ => Err("an option has one value at most".into()),
        }
    }

    fn show(option: &Option<T>) -> String {
        option.as_ref().map_or_else(|| "None".to_owned(), show::<T, F>)
    }

    fn preview(option: &Option<T>) -> Preview {
        option.as_ref().map_or_else(|| Preview::text("None"), preview::<T, F>)
    }
}

impl<T: Stored> Stored for Option<T> {
    type Codec = OptionOf<By<T::Codec>>;
}

/// The format of a tuple, of the tuple of its elements' forms.
#[derive(Debug)]
pub struct TupleOf<F>(PhantomData<F>);

struct TupleName<T, F>(PhantomData<(F, T)>);

/// Which form a value has that is made of others: one for its parts if any of these has a codec, or else serde's.
pub trait Choice {
    /// The first if this form is a codec's, or else the second.
    type Or<Own, Others>;
}

impl Choice for Serde {
    type Or<Own, Others> = Others;
}

impl Choice for Numbers {
    type Or<Own, Others> = Others;
}

impl<C> Choice for By<C> {
    type Or<Own, Others> = Own;
}

macro_rules! tuples {
    ($($count:literal: $($part:ident $form:ident $at:tt),+;)+) => {$(
        impl<$($part, $form: Form<$part>),+> TupleName<($($part,)+), ($($form,)+)> {
            const NAME: &'static Name = &Name::new(&["tuple 1", $("(", name::<$part, $form>(), ")"),+]);
        }

        #[diagnostic::do_not_recommend]
        impl<$($part: Send + Sync + 'static, $form: Form<$part>),+> Codec<($($part,)+)> for TupleOf<($($form,)+)> {
            const ID: &'static str = TupleName::<($($part,)+), ($($form,)+)>::NAME.text();
            const WHOLE: Whole = Whole::ByCodec$(.and($form::WHOLE))+;

            fn encode(tuple: &($($part,)+), to: &mut Blob) -> Result<(), Failed> {
                let mut writer = Writer::new(to);
                $(writer.part::<$part, $form>(&tuple.$at)?;)+
                Ok(writer.finish()?)
            }

            fn decode(bytes: &[u8]) -> Result<($($part,)+), Failed> {
                match read(bytes)?[..].as_array::<$count>() {
                    Some(parts) => Ok(($($form::decode(parts[$at])?,)+)),
                    None => Err("the tuple has another number of parts".into()),
                }
            }

            fn show(tuple: &($($part,)+)) -> String {
                let shown = [$(show::<$part, $form>(&tuple.$at)),+];
                format!("({})", shown.join(", "))
            }

            fn preview(tuple: &($($part,)+)) -> Preview {
                together([$(preview::<$part, $form>(&tuple.$at)),+].into_iter())
            }
        }

        impl<$($part: Stored),+> Stored for ($($part,)+) {
            type Codec = TupleOf<($(By<$part::Codec>,)+)>;
        }
    )+};
}

tuples! {
    1: A FA 0;
    2: A FA 0, B FB 1;
    3: A FA 0, B FB 1, C FC 2;
    4: A FA 0, B FB 1, C FC 2, D FD 3;
    5: A FA 0, B FB 1, C FC 2, D FD 3, E FE 4;
    6: A FA 0, B FB 1, C FC 2, D FD 3, E FE 4, F FF 5;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::Room;

    /// A type that serde does not know.
    #[derive(Debug, PartialEq)]
    struct Dna(&'static str);

    struct Letters;

    impl Stored for Dna {
        type Codec = Letters;
    }

    impl Codec<Dna> for Letters {
        const ID: &'static str = "letters 1";

        fn encode(dna: &Dna, to: &mut Blob) -> Result<(), Failed> {
            Ok(to.write_all(dna.0.as_bytes())?)
        }

        fn decode(bytes: &[u8]) -> Result<Dna, Failed> {
            let known = ["", "A", "ACCA"].into_iter().find(|known| known.as_bytes() == bytes);
            known.map(Dna).ok_or_else(|| "no letters".into())
        }

        fn show(dna: &Dna) -> String {
            dna.0.to_owned()
        }
    }

    type Mixed = TupleOf<(By<ListOf<By<Letters>>>, Serde, By<OptionOf<By<Letters>>>)>;
    type Values = (Vec<Dna>, u16, Option<Dna>);

    fn bytes(values: &Values) -> Vec<u8> {
        let mut blob = Blob::new(Room::Memory);
        Mixed::encode(values, &mut blob).unwrap();
        blob.finish().into_memory().unwrap()
    }

    fn read_back(bytes: &[u8]) -> Result<Values, Failed> {
        Mixed::decode(bytes)
    }

    fn values() -> Values {
        (vec![Dna("ACCA"), Dna(""), Dna("A")], 513, Some(Dna("A")))
    }

    #[test]
    fn parts_lie_at_multiples_of_sixteen_and_come_back() {
        let bytes = bytes(&(vec![], 513, Some(Dna("A"))));
        let numbers = |numbers: &[u64]| numbers.iter().flat_map(|number| number.to_le_bytes()).collect::<Vec<_>>();
        let list = numbers(&[0]);
        let number = [1, 2].to_vec();
        let option = [b"A".to_vec(), numbers(&[1, 1])].concat();
        let expected = [list, vec![0; 8], number, vec![0; 14], option, numbers(&[8, 18, 49, 3])].concat();
        assert_eq!(bytes, expected);
        assert_eq!(read_back(&self::bytes(&values())).unwrap(), values());
        assert_eq!(Mixed::show(&values()), "([ACCA, , A], 513, A)");
    }

    #[test]
    fn names_are_made_of_those_of_the_parts() {
        assert_eq!(<Mixed as Codec<Values>>::ID, "tuple 1(list 1(letters 1))(serde)(option 1(letters 1))");
        assert_eq!(<<Vec<Option<Dna>> as Stored>::Codec as Codec<_>>::ID, "list 1(option 1(letters 1))");
    }

    #[test]
    fn bytes_that_are_no_parts_are_refused() {
        let whole = bytes(&values());
        for end in 0..whole.len() {
            assert!(read_back(&whole[..end]).is_err());
        }
        for at in 0..whole.len() {
            let mut damaged = whole.clone();
            damaged[at] ^= 0x80;
            // Nothing but the number may be another one.
            assert!(read_back(&damaged).ok().is_none_or(|values| values.1 != 513), "{at}");
        }
        assert!(<ListOf<By<Letters>> as Codec<Vec<Dna>>>::decode(&[0xff; 16]).is_err());
    }
}
