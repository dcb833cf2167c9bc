//! Arrays of `ndarray`, as NumPy writes them.

use ndarray::{ArcArray, Array, ArrayView, Dimension, IxDyn, ShapeBuilder};

use super::npy::{self, Element, Npy};
use crate::value::codec::Failed;
use crate::value::{Blob, Codec, Preview, Stored};

impl<E: Element, D: Dimension + Send + Sync + 'static> Stored for Array<E, D> {
    type Codec = Npy;
}

impl<E: Element, D: Dimension + Send + Sync + 'static> Stored for ArcArray<E, D> {
    type Codec = Npy;
}

/// Whether the elements lie in Fortran's order, and not in C's as well.
fn is_fortran<E, D: Dimension>(array: &ArrayView<'_, E, D>) -> bool {
    !array.is_standard_layout() && array.t().is_standard_layout()
}

fn encode<E: Element, D: Dimension>(array: &ArrayView<'_, E, D>, to: &mut Blob) -> Result<(), Failed> {
    if is_fortran(array) {
        npy::write(array.shape(), true, array.t().iter().copied(), to)
    } else {
        npy::write(array.shape(), false, array.iter().copied(), to)
    }
}

fn save<E: Element, D: Dimension>(array: &ArrayView<'_, E, D>, extension: &str, to: &mut Blob) -> Result<(), Failed> {
    match extension {
        "npy" => encode(array, to),
        _ => npy::save(array.shape(), array.iter().copied(), to),
    }
}

macro_rules! arrays {
    ($($array:ident)+) => {$(
        impl<E: Element, D: Dimension + Send + Sync + 'static> Codec<$array<E, D>> for Npy {
            const ID: &'static str = "npy 1";

            const EXTENSIONS: &'static [&'static str] = &["npy", "csv"];

            fn encode(array: &$array<E, D>, to: &mut Blob) -> Result<(), Failed> {
                encode(&array.view(), to)
            }

            fn decode(bytes: &[u8]) -> Result<$array<E, D>, Failed> {
                Ok(decode(bytes)?.into())
            }

            fn show(array: &$array<E, D>) -> String {
                npy::show::<E>(array.shape())
            }

            fn preview(array: &$array<E, D>) -> Preview {
                let by_index = array.view().into_dyn();
                npy::preview(array.shape(), array.iter().copied(), |index| by_index[index])
            }

            fn save(array: &$array<E, D>, extension: &str, to: &mut Blob) -> Result<(), Failed> {
                save(&array.view(), extension, to)
            }
        }
    )+};
}

arrays! { Array ArcArray }

fn decode<E: Element, D: Dimension>(bytes: &[u8]) -> Result<Array<E, D>, Failed> {
    let npy::Flat { shape, fortran, elements } = npy::read(bytes)?;
    let dimensions = shape.len();
    let array = Array::from_shape_vec(IxDyn(&shape).set_f(fortran), elements)?;
    array.into_dimensionality().map_err(|_| format!("it has {dimensions} dimensions").into())
}

#[cfg(test)]
mod tests {
    use ndarray::{Array0, Array1, Array2, Array3, ArrayD, arr0, array};

    use super::*;
    use crate::value::Room;

    fn bytes<T>(array: &T) -> Vec<u8>
    where
        Npy: Codec<T>,
    {
        let mut blob = Blob::new(Room::Memory);
        Npy::encode(array, &mut blob).unwrap();
        blob.finish().into_memory().unwrap()
    }

    #[test]
    fn the_order_in_memory_comes_back() {
        let array = array![[1.0, 2.0, 3.0], [4.0, 5.0, -0.0]];
        let transposed = array.clone().reversed_axes();
        for array in [array, transposed] {
            let back: Array2<f64> = Npy::decode(&bytes(&array)).unwrap();
            assert_eq!((back.strides(), &back), (array.strides(), &array));
        }
        let cube = Array3::from_shape_fn((2, 3, 4).f(), |(i, j, k)| (i * 100 + j * 10 + k) as i16);
        let back: Array3<i16> = Npy::decode(&bytes(&cube)).unwrap();
        assert_eq!((back.strides(), &back), (cube.strides(), &cube));
    }

    #[test]
    fn an_array_in_no_order_comes_back_in_that_of_c() {
        let array = array![[1, 2, 3], [4, 5, 6]].slice_move(ndarray::s![.., ..;-1]);
        let back: Array2<i32> = Npy::decode(&bytes(&array)).unwrap();
        assert_eq!(back, array);
        assert!(back.is_standard_layout());
    }

    #[test]
    fn arrays_of_no_elements_or_no_dimensions_come_back() {
        let none: Array2<f32> = Npy::decode(&bytes(&Array2::<f32>::zeros((0, 3)))).unwrap();
        assert_eq!(none.shape(), [0, 3]);
        let one: Array0<u8> = Npy::decode(&bytes(&arr0(7_u8))).unwrap();
        assert_eq!(one.into_scalar(), 7);
        let any: ArrayD<bool> = Npy::decode(&bytes(&array![true, false].into_dyn())).unwrap();
        assert_eq!(any.shape(), [2]);
        let shared: ArcArray<u128, ndarray::Ix1> = Npy::decode(&bytes(&array![u128::MAX].into_shared())).unwrap();
        assert_eq!(shared[0], u128::MAX);
    }

    #[test]
    fn an_array_of_other_dimensions_is_refused() {
        let bytes = bytes(&array![1, 2, 3]);
        let error = <Npy as Codec<Array2<i32>>>::decode(&bytes).unwrap_err().to_string();
        assert!(error.contains("1 dimension"), "{error}");
        assert!(<Npy as Codec<Array1<i64>>>::decode(&bytes).is_err());
    }
}
