//! Formats of types of other crates, and formats that other programs read: a file each, behind the feature of its name.
//!
//! They share what [`Codec`](super::Codec) asks: equal values have equal bytes, so nothing that a library leaves to
//! chance is in them (chunks, the order of metadata, compression), and what cannot come back is refused. They are read
//! as bytes that anybody may have written: what they say of their own lengths is checked before memory is asked for.

#[cfg(feature = "arrow")]
mod arrow;
#[cfg(feature = "arrow")]
mod batch;
#[cfg(feature = "image")]
mod image;
#[cfg(feature = "json")]
mod json;
#[cfg(feature = "polars-lazy")]
mod lazy;
#[cfg(feature = "msgpack")]
mod msgpack;
#[cfg(feature = "nalgebra")]
mod nalgebra;
#[cfg(feature = "ndarray")]
mod ndarray;
#[cfg(any(feature = "ndarray", feature = "nalgebra"))]
mod npy;
#[cfg(feature = "parquet")]
mod parquet;
#[cfg(feature = "polars")]
mod polars;
#[cfg(any(feature = "json", feature = "msgpack"))]
mod tree;

#[cfg(feature = "image")]
pub use self::image::Png;
#[cfg(feature = "json")]
pub use self::json::Json;
#[cfg(feature = "msgpack")]
pub use self::msgpack::MessagePack;
#[cfg(any(feature = "ndarray", feature = "nalgebra"))]
pub use self::npy::{Element, Npy};
#[cfg(feature = "parquet")]
pub use self::parquet::Parquet;

/// Arrow's IPC files, for its `RecordBatch`, and for polars's `DataFrame`, `Series` and `LazyFrame`: the format that these
/// types have by themselves. pandas, polars and pyarrow read it.
///
/// # Examples
///
/// The name is needed to read a file that another program wrote.
///
/// ```
/// # #[cfg(feature = "polars")] {
/// # use polars_core as polars;
/// use polars::prelude::DataFrame;
/// use scrat::formats::ArrowIpc;
/// use scrat::{Codec, File, stash};
///
/// #[stash]
/// fn height(table: File) -> std::io::Result<usize> {
///     let table: DataFrame = ArrowIpc::decode(&table.read()?).map_err(std::io::Error::other)?;
///     Ok(table.height())
/// }
/// # }
/// ```
#[cfg(any(feature = "arrow", feature = "polars"))]
#[derive(Debug)]
pub struct ArrowIpc;

/// Reads bytes with a library that may panic if they are not its own.
#[cfg(any(feature = "arrow", feature = "polars"))]
fn guarded<R>(read: impl FnOnce() -> Result<R, super::codec::Failed>) -> Result<R, super::codec::Failed> {
    let read = std::panic::catch_unwind(std::panic::AssertUnwindSafe(read));
    read.unwrap_or_else(|_| Err("the bytes are no file of this format".into()))
}
