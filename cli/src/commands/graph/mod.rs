//! `scrat graph`: draws a pipeline as it would run, as it ran, or as code.

mod code;
mod last;
mod nodes;
mod open;
mod plan;
mod previews;

use clap::ArgMatches;
use nodes::bug;
use scrat_engine::Pipeline;

use crate::args::{self, Common, Format};
use crate::complaint::Complaint;
use crate::draw::{self, Filter, FilterError, Options, Picture, render};
use crate::open::stash;
use crate::print::{columns, has_colours, result, talk};
use crate::session::{shown, users_folder};
use crate::story::planned::{Planned, prepare};
use crate::story::{last_run, timeline};

pub(crate) fn run(
    common: &Common,
    args: &args::Graph,
    pipeline: &'static Pipeline,
    flags: Option<&ArgMatches>,
) -> Result<u8, Complaint> {
    if let Some(file) = &args.timeline {
        return write_timeline(common, file, pipeline);
    }
    let whole = common.format == Some(Format::Json);
    let is_page = args.open || common.format == Some(Format::Html);
    let picture = if args.last {
        let last = last_run::last(common, pipeline, flags)?;
        last.tell_if_changed();
        filtered(&last::picture(&last, whole)?, args)?
    } else {
        let planned = prepare(common, Some(&args.forcing), pipeline, flags)?;
        let Planned { graph, plan, .. } = &planned;
        if args.code {
            filtered(&code::picture(pipeline, graph, plan)?, args)?
        } else {
            let mut picture = filtered(&plan::picture(pipeline, &planned, whole)?, args)?;
            if is_page && !args.no_previews {
                previews::add(&mut picture, &planned);
            }
            picture
        }
    };
    if args.open {
        if !matches!(common.format, None | Some(Format::Html)) {
            return Err(Complaint::usage("--open shows html in a browser; leave --format out"));
        }
        open::open(pipeline.name, &render(&picture, draw::Format::Html, &options()))?;
        return Ok(0);
    }
    let format = match common.format {
        None | Some(Format::Text) => draw::Format::Text,
        Some(Format::Dot) => draw::Format::Dot,
        Some(Format::Mermaid) => draw::Format::Mermaid,
        Some(Format::Svg) => draw::Format::Svg,
        Some(Format::Html) => draw::Format::Html,
        Some(Format::Json) => draw::Format::Json,
    };
    result(render(&picture, format, &options()).trim_end());
    Ok(0)
}

fn filtered(picture: &Picture, args: &args::Graph) -> Result<Picture, Complaint> {
    let filter = Filter { stale: args.stale, from: args.from.clone(), to: args.to.clone(), depth: args.depth };
    picture.filtered(&filter).map_err(|error| match error {
        FilterError::NoSuchStep { .. } => Complaint::usage(error.to_string()),
        FilterError::Picture(error) => bug(error),
    })
}

fn options() -> Options {
    Options { width: columns().unwrap_or(Options::default().width), colour: has_colours(), ..Options::default() }
}

/// Writes the last run for a viewer of traces.
fn write_timeline(common: &Common, file: &std::path::Path, pipeline: &'static Pipeline) -> Result<u8, Complaint> {
    let (run, steps) = last_run::recorded(common, pipeline)?;
    let path = users_folder().join(file);
    let stash = stash(common)?;
    timeline::write(&path, Some(stash.root()), &run, &steps, &scrat_engine::Streams::default())?;
    talk(format_args!("open it in a viewer of Chrome traces, such as chrome://tracing or Perfetto"));
    result(shown(&path));
    Ok(0)
}
