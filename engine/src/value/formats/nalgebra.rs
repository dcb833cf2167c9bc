//! Matrices and vectors of `nalgebra`, as NumPy writes them: in Fortran's order, and a vector in one dimension.

use nalgebra::{ArrayStorage, Const, Dim, Matrix, RawStorage, Scalar, VecStorage};

use super::npy::{self, Element, Npy};
use crate::value::codec::Failed;
use crate::value::{Blob, Codec, Preview, Stored};

type Dynamic<E, R, C> = Matrix<E, R, C, VecStorage<E, R, C>>;
type Static<E, const R: usize, const C: usize> = Matrix<E, Const<R>, Const<C>, ArrayStorage<E, R, C>>;

impl<E: Element + Scalar, R: Dim + Send + Sync, C: Dim + Send + Sync> Stored for Dynamic<E, R, C>
where
    VecStorage<E, R, C>: RawStorage<E, R, C> + Send + Sync,
{
    type Codec = Npy;
}

impl<E: Element + Scalar, const R: usize, const C: usize> Stored for Static<E, R, C> {
    type Codec = Npy;
}

fn shape<E, R: Dim, C: Dim, S: RawStorage<E, R, C>>(matrix: &Matrix<E, R, C, S>) -> Vec<usize> {
    let (rows, columns) = matrix.shape();
    if C::try_to_usize() == Some(1) { vec![rows] } else { vec![rows, columns] }
}

fn save<E: Element + Scalar, R: Dim, C: Dim, S: RawStorage<E, R, C>>(
    matrix: &Matrix<E, R, C, S>,
    extension: &str,
    to: &mut Blob,
) -> Result<(), Failed> {
    match extension {
        "npy" => encode(matrix, to),
        _ => npy::save(&shape(matrix), matrix.row_iter().flat_map(|row| row.iter().copied().collect::<Vec<_>>()), to),
    }
}

fn encode<E: Element + Scalar, R: Dim, C: Dim, S: RawStorage<E, R, C>>(
    matrix: &Matrix<E, R, C, S>,
    to: &mut Blob,
) -> Result<(), Failed> {
    let shape = shape(matrix);
    npy::write(&shape, shape.len() == 2, matrix.iter().copied(), to)
}

/// The rows and columns of a matrix that may be fixed, and its elements, column by column.
fn decode<E: Element, R: Dim, C: Dim>(bytes: &[u8]) -> Result<(usize, usize, Vec<E>), Failed> {
    let npy::Flat { shape, fortran, elements } = npy::read::<E>(bytes)?;
    let (rows, columns) = match shape[..] {
        [rows] => (rows, 1),
        [rows, columns] => (rows, columns),
        _ => return Err(format!("it has {} dimensions", shape.len()).into()),
    };
    let fits = |fixed: Option<usize>, length| fixed.is_none_or(|fixed| fixed == length);
    if !fits(R::try_to_usize(), rows) || !fits(C::try_to_usize(), columns) {
        return Err(format!("it has {rows} rows and {columns} columns").into());
    }
    if fortran || rows <= 1 || columns <= 1 {
        return Ok((rows, columns, elements));
    }
    let by_columns = (0..columns).flat_map(|column| elements.iter().skip(column).step_by(columns));
    Ok((rows, columns, by_columns.copied().collect()))
}

macro_rules! matrices {
    ($([$($parameter:tt)+] $matrix:ty, $rows:ty, $columns:ty, $make:expr, [$($bound:tt)*];)+) => {$(
        impl<E: Element + Scalar, $($parameter)+> Codec<$matrix> for Npy $($bound)* {
            const ID: &'static str = "npy 1";

            const EXTENSIONS: &'static [&'static str] = &["npy", "csv"];

            fn encode(matrix: &$matrix, to: &mut Blob) -> Result<(), Failed> {
                encode(matrix, to)
            }

            fn decode(bytes: &[u8]) -> Result<$matrix, Failed> {
                decode::<E, $rows, $columns>(bytes).map($make)
            }

            fn show(matrix: &$matrix) -> String {
                npy::show::<E>(&shape(matrix))
            }

            fn preview(matrix: &$matrix) -> Preview {
                npy::preview(&shape(matrix), matrix.iter().copied(), |index| match *index {
                    [row, column] => matrix[(row, column)],
                    _ => matrix[index[0]],
                })
            }

            fn save(matrix: &$matrix, extension: &str, to: &mut Blob) -> Result<(), Failed> {
                save(matrix, extension, to)
            }
        }
    )+};
}

matrices! {
    [R: Dim, C: Dim] Dynamic<E, R, C>, R, C,
        |(rows, columns, elements)| {
            Matrix::from_data(VecStorage::new(R::from_usize(rows), C::from_usize(columns), elements))
        },
        [where VecStorage<E, R, C>: RawStorage<E, R, C>];
    [const R: usize, const C: usize] Static<E, R, C>, Const<R>, Const<C>,
        |(_, _, elements): (usize, usize, Vec<E>)| Static::<E, R, C>::of_columns(&elements), [];
}

/// A matrix of fixed size of its elements, column by column.
trait FromColumns<E> {
    fn of_columns(elements: &[E]) -> Self;
}

impl<E: Scalar + Copy, const R: usize, const C: usize> FromColumns<E> for Static<E, R, C> {
    fn of_columns(elements: &[E]) -> Self {
        Self::from_data(ArrayStorage(std::array::from_fn(|column| {
            std::array::from_fn(|row| elements[column * R + row])
        })))
    }
}

#[cfg(test)]
mod tests {
    use nalgebra::{DMatrix, DVector, Matrix2x3, RowDVector, Vector3};

    use super::*;
    use crate::value::Room;

    fn back<T>(matrix: &T) -> Result<T, Failed>
    where
        Npy: Codec<T>,
    {
        Npy::decode(&bytes(matrix))
    }

    fn bytes<T>(matrix: &T) -> Vec<u8>
    where
        Npy: Codec<T>,
    {
        let mut blob = Blob::new(Room::Memory);
        Npy::encode(matrix, &mut blob).unwrap();
        blob.finish().into_memory().unwrap()
    }

    #[test]
    fn matrices_and_vectors_of_any_kind_come_back() {
        let matrix = DMatrix::from_row_slice(2, 3, &[1.0, 2.0, 3.0, 4.0, 5.0, 6.0]);
        assert_eq!(back(&matrix).unwrap(), matrix);
        assert_eq!(back(&DVector::from_vec(vec![1_u8, 2])).unwrap(), DVector::from_vec(vec![1, 2]));
        assert_eq!(back(&RowDVector::from_vec(vec![1_i64, 2])).unwrap(), RowDVector::from_vec(vec![1, 2]));
        let fixed = Matrix2x3::new(1.0, 2.0, 3.0, 4.0, 5.0, 6.0);
        assert_eq!(back(&fixed).unwrap(), fixed);
        assert_eq!(back(&Vector3::new(1_u16, 2, 3)).unwrap(), Vector3::new(1, 2, 3));
        assert_eq!(back(&DMatrix::<f64>::zeros(0, 3)).unwrap().shape(), (0, 3));
    }

    #[test]
    fn rows_are_read_as_well_as_columns() {
        let mut blob = Blob::new(Room::Memory);
        npy::write(&[2, 3], false, 1..=6_i32, &mut blob).unwrap();
        let rows: DMatrix<i32> = Npy::decode(&blob.finish().into_memory().unwrap()).unwrap();
        assert_eq!(rows, DMatrix::from_row_slice(2, 3, &[1, 2, 3, 4, 5, 6]));
    }

    #[test]
    fn a_matrix_of_another_size_is_refused() {
        let bytes = bytes(&DMatrix::<f64>::zeros(2, 2));
        assert!(<Npy as Codec<Matrix2x3<f64>>>::decode(&bytes).is_err());
        assert!(<Npy as Codec<DVector<f64>>>::decode(&bytes).is_err());
    }
}
