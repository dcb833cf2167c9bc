//! Values behind an `Arc` or a `Box`: in the form of what they point to, with its name and its bytes.

use std::any::Any;
use std::marker::PhantomData;
use std::sync::Arc;

use super::blob::Blob;
use super::parts::{self, Choice};
use super::untyped::Told;
use super::{By, Codec, EncodeAny, Failed, Form, Shared, Stored, View, Whole, typed};
use crate::value::{Preview, ValueError};

/// The form of a pointer to what has the form `F`.
#[derive(Debug)]
pub struct Behind<F>(PhantomData<F>);

impl<F: Choice> Choice for Behind<F> {
    type Or<Own, Others> = F::Or<Own, Others>;
}

macro_rules! pointers {
    ($($pointer:ident $encode:ident $preview:ident $save:ident;)+) => {$(
        #[diagnostic::do_not_recommend]
        impl<T: Send + Sync + 'static, F: Form<T>> Form<$pointer<T>> for Behind<F> {
            const ID: Option<&'static str> = F::ID;
            const IS_OURS: bool = F::IS_OURS;
            const WHOLE: Whole = F::WHOLE;
            const ENCODE: Option<EncodeAny> = match F::ENCODE {
                Some(_) => Some($encode::<T, F>),
                None => None,
            };
            const VIEW: Option<View> = match F::VIEW {
                Some(view) => {
                    Some(View { preview: $preview::<T, F>, extensions: view.extensions, save: $save::<T, F> })
                }
                None => None,
            };

            fn told(value: &$pointer<T>) -> Told<'_> {
                F::told(value)
            }

            fn decode(bytes: &[u8]) -> Result<$pointer<T>, ValueError> {
                F::decode(bytes).map($pointer::new)
            }

            fn share(value: $pointer<T>) -> Shared {
                Arc::new(value)
            }

            fn of_shared(value: Shared) -> Option<Arc<$pointer<T>>> {
                value.downcast().ok()
            }

            fn see(see: fn(*const ())) {
                F::see(see);
            }
        }

        fn $encode<T: 'static, F: Form<T>>(value: &dyn Any, to: &mut Blob) -> Result<(), ValueError> {
            parts::encode::<T, F>(typed::<$pointer<T>>(value)?, to)
        }

        fn $preview<T: 'static, F: Form<T>>(value: &dyn Any) -> Option<Preview> {
            value.downcast_ref::<$pointer<T>>().map(|value| parts::preview::<T, F>(value))
        }

        fn $save<T: 'static, F: Form<T>>(value: &dyn Any, extension: &str, to: &mut Blob) -> Result<(), ValueError> {
            let value: &T = typed::<$pointer<T>>(value)?;
            F::VIEW.map_or(Ok(()), |view| (view.save)(value, extension, to))
        }

        #[diagnostic::do_not_recommend]
        impl<T: Send + Sync + 'static, C: Codec<T>> Codec<$pointer<T>> for Behind<By<C>> {
            const ID: &'static str = C::ID;
            const WHOLE: Whole = C::WHOLE;
            const EXTENSIONS: &'static [&'static str] = C::EXTENSIONS;

            fn encode(value: &$pointer<T>, to: &mut Blob) -> Result<(), Failed> {
                C::encode(value, to)
            }

            fn decode(bytes: &[u8]) -> Result<$pointer<T>, Failed> {
                C::decode(bytes).map($pointer::new)
            }

            fn show(value: &$pointer<T>) -> String {
                C::show(value)
            }

            fn preview(value: &$pointer<T>) -> Preview {
                C::preview(value)
            }

            fn save(value: &$pointer<T>, extension: &str, to: &mut Blob) -> Result<(), Failed> {
                C::save(value, extension, to)
            }
        }

        impl<T: Stored> Stored for $pointer<T> {
            type Codec = Behind<By<T::Codec>>;
        }
    )+};
}

pointers! {
    Arc encode_arc preview_arc save_arc;
    Box encode_box preview_box save_box;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::Room;
    use crate::value::codec::Serde;
    use crate::value::codec::numbers::Numbers;
    use crate::value::kind::kind_of;

    #[test]
    fn what_is_behind_a_pointer_has_the_bytes_the_name_and_the_looks_that_it_has_by_itself() {
        let numbers = vec![0.5, -0.0];
        let (plain, shared) = (kind_of::<Vec<f64>, Numbers>(), kind_of::<Arc<Vec<f64>>, Behind<Numbers>>());
        let bytes = |written: crate::value::Written| written.into_memory().unwrap();
        let behind = bytes(shared.write(&Arc::new(numbers.clone()), Room::Memory).unwrap());
        assert_eq!(behind, bytes(plain.write(&numbers, Room::Memory).unwrap()));
        assert_eq!((shared.codec(), shared.is_ours()), (plain.codec(), plain.is_ours()));
        let back = shared.decode(&behind).unwrap();
        assert_eq!(**back.downcast_ref::<Arc<Vec<f64>>>().unwrap(), numbers);
        assert_eq!(shared.preview(&*back, 100), plain.preview(&numbers, 100));
        let mut saved = Blob::new(Room::Memory);
        shared.save(&*back, "txt", &mut saved).unwrap();
        assert_eq!(saved.finish().into_memory().unwrap(), b"0.5\n-0.0\n");
    }

    #[test]
    fn what_serde_knows_needs_no_help_of_serde_behind_a_pointer() {
        let kind = kind_of::<Box<(u8, String)>, Behind<Serde>>();
        let written = kind.write(&Box::new((1_u8, "a".to_owned())), Room::Memory).unwrap().into_memory().unwrap();
        assert_eq!(written, crate::value::encode(&(1_u8, "a")).unwrap());
        assert_eq!(kind.codec(), None);
        let back = kind.decode(&written).unwrap();
        assert_eq!(kind.line(&*back, 100), "(1, \"a\")");
    }
}
