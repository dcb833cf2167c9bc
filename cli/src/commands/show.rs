//! `scrat show STEP`: a stored result as people read it, or as a file for other programs.
//!
//! Only a result that is current is shown. An older one would be taken for what the code says now.

use std::path::Path;

use clap::ArgMatches;
use owo_colors::OwoColorize;
use scrat_engine::{
    Filter, NotShown, NutInfo, Pipeline, Preview, Reason, Stash, StepId, export_bytes, preview, save, show,
};
use serde_json::json;

use crate::args::parameters::{given, typed};
use crate::args::{self, Common, Format};
use crate::complaint::{Complaint, code};
use crate::look;
use crate::print::{for_exports, result, talk};
use crate::session::{shown, users_folder};
use crate::story::place::what_is;
use crate::story::planned::{Planned, prepare, status_word};
use crate::words::formats::count;
use crate::words::reasons::reason;
use crate::words::steps::{no_such_step, some_labels};

pub(crate) fn run(
    common: &Common,
    args: &args::Show,
    pipeline: &'static Pipeline,
    flags: Option<&ArgMatches>,
) -> Result<u8, Complaint> {
    let planned = prepare(common, None, pipeline, flags)?;
    let steps = planned.graph.named(&args.step);
    let json = common.format == Some(Format::Json);
    let asked = Asked { planned, pipeline, flags };
    match (&args.to, &steps[..]) {
        (_, []) => Err(no_such_step(pipeline, &asked.planned.graph, &args.step)),
        (None, _) if json => asked.tell(&steps),
        (None, &[step]) => asked.print(step),
        (None, _) => asked.print_some(&steps),
        (Some(file), &[step]) => asked.write(step, &users_folder().join(file), json),
        (Some(_), _) => {
            let many = format!("`{}` is {}, and a file holds the result of one", args.step, count(steps.len(), "step"));
            Err(Complaint::usage(many).hint(format!("name one: {}", some_labels(&asked.planned.graph, &steps))))
        }
    }
}

/// Characters of a result that people are shown.
const MOST: usize = 64 * 1024;

/// A pipeline that was looked up, and how it was called.
struct Asked<'a> {
    planned: Planned,
    pipeline: &'static Pipeline,
    flags: Option<&'a ArgMatches>,
}

impl Asked<'_> {
    fn print(&self, step: StepId) -> Result<u8, Complaint> {
        let preview = self.preview(step, MOST)?;
        look::print(&preview);
        if preview.cut {
            talk("that is the beginning; `--to FILE` writes all of it");
        }
        Ok(0)
    }

    /// Several results, each with its step.
    fn print_some(&self, steps: &[StepId]) -> Result<u8, Complaint> {
        /// More results than this are counted.
        const SHOWN: usize = 20;
        /// Characters of each.
        const MOST: usize = 2_000;
        /// A longer text does not stand beside its label.
        const SHORT: usize = 80;
        let graph = &self.planned.graph;
        let mut missing = Vec::new();
        for (number, &step) in steps.iter().take(SHOWN).enumerate() {
            let preview = match self.preview(step, MOST) {
                Ok(preview) => preview,
                Err(complaint) => {
                    missing.push(complaint);
                    continue;
                }
            };
            let (label, text) = (graph.label(step).bold().to_string(), look::text(&preview));
            if preview.picture.is_none() && text.len() <= SHORT && !text.contains('\n') {
                result(format_args!("{label}  {text}"));
                continue;
            }
            let gap = if number == 0 { "" } else { "\n" };
            result(format_args!("{gap}{label}"));
            look::print(&preview);
            if preview.cut {
                result("…");
            }
        }
        if steps.len() > SHOWN {
            talk(format_args!(
                "and {}; name one: {}",
                count(steps.len() - SHOWN, "more step"),
                some_labels(graph, &steps[SHOWN..])
            ));
        }
        // One of them says what to do for all.
        missing.pop().map_or(Ok(0), Err)
    }

    /// A line of JSON for each.
    fn tell(&self, steps: &[StepId]) -> Result<u8, Complaint> {
        let Planned { graph, plan, .. } = &self.planned;
        let mut code = 0;
        for &step in steps {
            let found = self.nut(step).and_then(|(stash, nut)| {
                let told = show(stash, &nut, MOST).map_err(|why| self.not_shown(step, &why))?;
                Ok((nut.key, told))
            });
            let found = found.map_err(|complaint| {
                code = complaint.code;
                complaint.sentence
            });
            let (key, told) = found.as_ref().ok().map(|(key, told)| (key, told)).unzip();
            let preview = told.map(|told| &told.preview);
            let line = json!({
                "schema": 1,
                "step": graph.label(step),
                "function": graph.function(step).name(),
                "status": status_word(plan.status(step)),
                "missing": found.as_ref().err(),
                "key": key.map(ToString::to_string),
                "text": preview.map(|preview| &preview.text),
                "cut": preview.is_some_and(|preview| preview.cut),
                "picture": preview.and_then(|preview| Some(&preview.picture.as_ref()?.media_type)),
            });
            // As it is: a number of 128 bits would not survive being read and written again.
            let value = told.and_then(|told| told.json.as_deref()).unwrap_or("null");
            let line = line.to_string();
            result(format_args!("{},\"value\":{value}}}", line.strip_suffix('}').unwrap_or(&line)));
        }
        Ok(code)
    }

    fn write(&self, step: StepId, file: &Path, json: bool) -> Result<u8, Complaint> {
        let (stash, nut) = self.nut(step)?;
        if let Some(what) = what_is(file, Some(stash.root()), Some(&self.planned.graph)) {
            return Err(Complaint::usage(format!("the result would go to {}, which is {what}", shown(file)))
                .hint("write it to a file of its own"));
        }
        let extension = file.extension().unwrap_or_default().to_string_lossy().to_ascii_lowercase();
        let bytes = save(stash, &nut, &extension).map_err(|why| self.not_shown(step, &why))?;
        let kept = export_bytes(&self.planned.engine, file, bytes, &for_exports(json)).map_err(|error| {
            Complaint::usage(format!("cannot write {}: {error}", shown(file))).code(code::UNWRITABLE)
        })?;
        talk(format_args!("wrote {}", shown(file)));
        if let Some(kept) = kept {
            talk(format_args!("the file that was there is now {}", shown(&kept)));
        }
        Ok(0)
    }

    fn preview(&self, step: StepId, most: usize) -> Result<Preview, Complaint> {
        let (stash, nut) = self.nut(step)?;
        preview(stash, &nut, most).map_err(|why| self.not_shown(step, &why))
    }

    /// The nut of a step that is fresh.
    fn nut(&self, step: StepId) -> Result<(&Stash, NutInfo), Complaint> {
        let Planned { graph, plan, engine } = &self.planned;
        let nut = plan.nut(engine, graph, step);
        engine.stash().zip(nut).ok_or_else(|| self.missing(step))
    }

    /// Why there is no result, and which command makes one.
    fn missing(&self, step: StepId) -> Complaint {
        let Planned { graph, plan, engine } = &self.planned;
        let label = graph.label(step);
        let why = match plan.reason(step) {
            None => "has no result in the stash, and needs none: what uses it is fresh".to_owned(),
            Some(Reason::NeverRun) => "has no result: it has never run".to_owned(),
            Some(Reason::Upstream) => "has no current result: steps before it have to run first".to_owned(),
            Some(why) => format!("has no current result: {}", reason(why)),
        };
        let complaint = Complaint::usage(format!("{label} {why}")).code(code::STALE);
        if plan.reason(step) == Some(&Reason::NotStored) {
            return complaint.hint("what is not stored can be exported: `Step::export` writes it when it runs");
        }
        let force = if plan.reason(step).is_none() { format!(" '--force={label}'") } else { String::new() };
        let run = format!("`scrat run {}{}{force}` computes it", self.pipeline.name, self.typed_flags());
        let function = graph.function(step);
        let older = engine.stash().and_then(|stash| stash.list(&Filter::Function(function.name().to_owned())).ok());
        complaint.hint(match older {
            Some(older) if !older.is_empty() => {
                format!("{run}; `scrat stash list {}` lists older ones", function.short_name())
            }
            _ => run,
        })
    }

    fn not_shown(&self, step: StepId, why: &NotShown) -> Complaint {
        let label = self.planned.graph.label(step);
        match why {
            NotShown::NotSaved { message } => {
                Complaint::usage(format!("the result of {label} is not written: {message}"))
                    .hint("the extension of FILE says the format")
            }
            NotShown::Gone => Complaint::usage(format!("the result of {label} cannot be shown: {why}"))
                .code(code::DAMAGED)
                .hint(format!("`scrat run {}` computes it again", self.pipeline.name)),
            _ => Complaint::usage(format!("the result of {label} cannot be shown: {why}"))
                .hint(format!("`scrat why '{label}'` says what else is known of it")),
        }
    }

    /// The pipeline's parameters as they were typed.
    fn typed_flags(&self) -> String {
        let given = given(self.pipeline, self.flags);
        given.iter().map(|(name, texts)| format!(" {} {}", typed(name), texts.join(","))).collect()
    }
}
