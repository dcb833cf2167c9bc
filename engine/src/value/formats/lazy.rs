//! Lazy frames of polars: as the frames that they come to.
//!
//! A plan over values is one itself, since it comes to the same whenever it is carried out. One that reads files is not:
//! what is digested now and what the function sees later may be two things.

use polars_core::prelude::DataFrame;
use polars_lazy::frame::{IntoLazy, LazyFrame};
use polars_plan::plans::{ArenaLpIter, IR};

use super::ArrowIpc;
use crate::value::codec::Failed;
use crate::value::{Blob, Codec, Preview, Stored};

impl Stored for LazyFrame {
    type Codec = ArrowIpc;
}

/// What a plan comes to.
fn collected(frame: &LazyFrame) -> Result<DataFrame, Failed> {
    let plan = frame.clone().to_alp()?;
    for (_, step) in plan.lp_arena.iter(plan.lp_top) {
        match step {
            IR::Scan { .. } => return Err(format!("its plan reads files, {COLLECT}").into()),
            IR::Sink { .. } | IR::SinkMultiple { .. } => return Err(format!("its plan writes, {COLLECT}").into()),
            _ => {}
        }
    }
    Ok(frame.clone().collect()?)
}

const COLLECT: &str = "and may come to something else the next time; call `collect` first, and `lazy` on the frame that \
                       it returns, or take a `scrat::File` and scan it in the function";

impl Codec<LazyFrame> for ArrowIpc {
    const ID: &'static str = <Self as Codec<DataFrame>>::ID;

    const EXTENSIONS: &'static [&'static str] = <Self as Codec<DataFrame>>::EXTENSIONS;

    fn encode(frame: &LazyFrame, to: &mut Blob) -> Result<(), Failed> {
        Self::encode(&collected(frame)?, to)
    }

    fn decode(bytes: &[u8]) -> Result<LazyFrame, Failed> {
        Ok(<Self as Codec<DataFrame>>::decode(bytes)?.lazy())
    }

    fn show(frame: &LazyFrame) -> String {
        let names = frame.clone().collect_schema().map(|schema| {
            let names: Vec<_> = schema.iter_names().map(|name| name.as_str()).collect();
            format!("lazy frame: {}", names.join(", "))
        });
        names.unwrap_or_else(|_| "lazy frame".to_owned())
    }

    fn preview(frame: &LazyFrame) -> Preview {
        match collected(frame) {
            Ok(frame) => <Self as Codec<DataFrame>>::preview(&frame),
            Err(error) => Preview::text(error.to_string()),
        }
    }

    fn save(frame: &LazyFrame, extension: &str, to: &mut Blob) -> Result<(), Failed> {
        Self::save(&collected(frame)?, extension, to)
    }
}

#[cfg(test)]
mod tests {
    use std::any::Any;
    use std::sync::Arc;

    use polars_core::df;
    use polars_core::prelude::PolarsResult;
    use polars_lazy::dsl::{col, lit};
    use polars_lazy::frame::ScanArgsAnonymous;
    use polars_plan::plans::{AnonymousScan, AnonymousScanArgs};

    use super::*;
    use crate::value::Room;

    fn bytes<T>(value: &T) -> Result<Vec<u8>, String>
    where
        ArrowIpc: Codec<T>,
    {
        let mut blob = Blob::new(Room::Memory);
        ArrowIpc::encode(value, &mut blob).map_err(|error| error.to_string())?;
        Ok(blob.finish().into_memory().unwrap())
    }

    fn frame() -> DataFrame {
        df!("name" => ["oak", "elm", "fir"], "nuts" => [3, 1, 2]).unwrap()
    }

    #[test]
    fn a_plan_has_the_bytes_of_the_frame_that_it_comes_to() {
        let plan = frame().lazy().filter(col("nuts").gt(lit(1))).select([col("name")]);
        let expected = df!("name" => ["oak", "fir"]).unwrap();
        assert_eq!(bytes(&plan).unwrap(), bytes(&expected).unwrap());
        let back: LazyFrame = ArrowIpc::decode(&bytes(&plan).unwrap()).unwrap();
        assert_eq!(back.collect().unwrap(), expected);
        assert_eq!(<ArrowIpc as Codec<LazyFrame>>::ID, <ArrowIpc as Codec<DataFrame>>::ID);
        assert_eq!(ArrowIpc::show(&plan), "lazy frame: name");
        assert_eq!(ArrowIpc::preview(&plan), ArrowIpc::preview(&expected));
    }

    struct Source;

    impl AnonymousScan for Source {
        fn as_any(&self) -> &dyn Any {
            self
        }

        fn scan(&self, _: AnonymousScanArgs) -> PolarsResult<DataFrame> {
            Ok(frame())
        }
    }

    #[test]
    fn a_plan_that_reads_what_may_change_is_refused() {
        let schema = Some(frame().schema().clone());
        let arguments = ScanArgsAnonymous { schema, ..ScanArgsAnonymous::default() };
        let plan = LazyFrame::anonymous_scan(Arc::new(Source), arguments).unwrap().select([col("name")]);
        let error = bytes(&plan).unwrap_err();
        assert!(error.contains("reads files") && error.contains("`collect`"), "{error}");
        assert_eq!(ArrowIpc::show(&plan), "lazy frame: name");
    }

    #[test]
    fn a_plan_that_cannot_be_carried_out_is_an_error() {
        let error = bytes(&frame().lazy().select([col("acorns")])).unwrap_err();
        assert!(error.contains("acorns"), "{error}");
        assert_eq!(ArrowIpc::show(&frame().lazy().select([col("acorns")])), "lazy frame");
    }
}
