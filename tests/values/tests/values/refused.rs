//! What another build, or somebody else, wrote is refused.

use polars_core::df;
use polars_core::prelude::DataFrame;
use scrat::{Stored, stash};
use serde::{Deserialize, Serialize};

use crate::with_stash;

/// Two builds of one program: in one a type has a format of its own.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Table {
    cells: Vec<f64>,
}

mod with_a_codec {
    use std::error::Error;
    use std::io::Write;

    use scrat::{Blob, Codec};

    use super::{Stored, Table, stash};

    #[derive(Clone, Debug, PartialEq)]
    pub(super) struct Own(pub(super) Table);

    pub(super) struct Cells;

    impl Stored for Own {
        type Codec = Cells;
    }

    impl Codec<Own> for Cells {
        const ID: &'static str = "test cells 1";

        fn encode(own: &Own, to: &mut Blob) -> Result<(), Box<dyn Error + Send + Sync>> {
            own.0.cells.iter().try_for_each(|cell| to.write_all(&cell.to_le_bytes()))?;
            Ok(())
        }

        fn decode(bytes: &[u8]) -> Result<Own, Box<dyn Error + Send + Sync>> {
            Ok(Own(Table { cells: bytes.as_chunks().0.iter().copied().map(f64::from_le_bytes).collect() }))
        }
    }

    #[stash(name = "table", code = "ignore")]
    pub(super) fn table() -> Vec<Own> {
        vec![Own(Table { cells: vec![1.0] })]
    }
}

mod without {
    use super::{Table, stash};

    #[stash(name = "table", code = "ignore")]
    pub(super) fn table() -> Vec<Table> {
        vec![Table { cells: vec![2.0] }]
    }
}

#[test]
fn what_a_build_wrote_with_a_codec_is_not_read_by_one_without() {
    let folder = tempfile::tempdir().unwrap();
    let warnings = with_stash(folder.path(), |_| {
        assert_eq!(with_a_codec::table()[0].0.cells, [1.0]);
        assert_eq!(without::table()[0].cells, [2.0]);
        assert_eq!(with_a_codec::table()[0].0.cells, [1.0]);
        assert_eq!((with_a_codec::table::stats().hits, without::table::stats().hits), (1, 0));
    });
    assert_eq!(warnings, [""; 0]);
}

#[derive(Debug, Serialize, Deserialize)]
struct Held<T: Stored> {
    #[serde(with = "scrat::as_value")]
    value: T,
}

#[test]
fn a_field_in_another_format_is_refused() {
    #[stash(name = "held", code = "ignore", version = "1")]
    fn frame() -> Held<DataFrame> {
        Held { value: df!("a" => [1_i64]).unwrap() }
    }
    #[stash(name = "held", code = "ignore", version = "1")]
    fn array() -> Held<ndarray::Array1<i64>> {
        Held { value: ndarray::array![7] }
    }
    let folder = tempfile::tempdir().unwrap();
    drop(with_stash(folder.path(), |_| {
        assert_eq!(frame().value.height(), 1);
        assert_eq!(array().value[0], 7);
        assert_eq!((frame::stats().misses, array::stats().hits), (1, 0));
    }));
}
