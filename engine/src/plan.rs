//! Plans: which steps are fresh, which must run and why, and which depend on results that are not there yet.
//!
//! A plan takes two passes over the graph, in which inputs come before their users. The first goes backwards from the
//! wanted steps, by deep key: a step that is found needs nothing behind it. The second goes forwards over the steps
//! that were not found: if the values of all inputs are known, the key decides; if one has to run first, the step is
//! pending. Only the index is read; no value is loaded.

use std::collections::{BTreeMap, BTreeSet};

use crate::call::squirrel::{Details, Squirrel};
use crate::digest::{Digest, Fields};
use crate::engine::Engine;
use crate::id::StepId;
use crate::key::{Callee, arguments_digest, key, older_keys};
use crate::pipeline::graph::{Graph, GraphSource, GraphStep};
use crate::pipeline::node::Node;
use crate::reason::{Origin, Reason};
use crate::stash::{Argument, Nut, NutInfo};
use crate::why::argument_diff::remembered;
use crate::why::explain::Explainer;

/// Whether a step has to run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Status {
    /// Its result is stored, or is not needed because the results that use it are stored.
    Fresh,
    /// It has to run.
    Stale,
    /// Steps before it have to run first; it may turn out fresh.
    Pending,
}

/// What is known about one step before a run.
#[derive(Debug)]
pub(crate) enum Prospect {
    /// The results that use its value are stored, so the value is not needed.
    Unneeded,
    /// Its value is stored. `routed` says whether its deep key led to it.
    Fresh { nut: Nut, routed: bool },
    /// It has to run. `keyed` says whether its key is known already.
    Stale { reason: Reason, keyed: bool },
    /// Its key is not known yet.
    Pending,
}

/// Which steps run even if they are fresh.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Force {
    /// None.
    #[default]
    Nothing,
    /// Every step.
    All,
    /// The steps that this text means: see [`Graph::named`].
    Named(String),
}

impl Force {
    fn steps(&self, graph: &Graph) -> BTreeSet<StepId> {
        match self {
            Self::Nothing => BTreeSet::new(),
            Self::All => graph.steps().collect(),
            Self::Named(name) => graph.named(name).into_iter().collect(),
        }
    }

    /// Whether a name was given that means no step.
    pub fn misses(&self, graph: &Graph) -> bool {
        matches!(self, Self::Named(_)) && self.steps(graph).is_empty()
    }
}

/// What a run would do.
#[derive(Debug)]
pub struct Plan {
    pub(crate) prospects: Vec<Prospect>,
    expected: BTreeMap<&'static str, (i64, u64)>,
}

impl Plan {
    /// Looks up every step that matters.
    pub fn new(engine: &Engine, graph: &Graph, force: &Force) -> Self {
        let mut forced = force.steps(graph);
        forced.extend(graph.steps().filter(|step| engine.forces(graph.function(*step))));
        let mut tainted = vec![false; graph.len()];
        // Deep keys ignore time and what values are, so the steps that depend on a result which is out of date by
        // these are not matched by deep key.
        let own_look: BTreeMap<StepId, Option<Nut>> = graph
            .steps()
            .filter(|step| may_be_outdated(&graph.step(*step).node))
            .map(|step| (step, followed(engine, graph.step(step))))
            .collect();
        for step in graph.steps() {
            tainted[step.index()] = forced.contains(&step)
                || own_look.get(&step).is_some_and(Option::is_none)
                || graph.inputs(step).any(|input| tainted[input.index()]);
        }
        let mut prospects: Vec<Prospect> = graph.steps().map(|_| Prospect::Unneeded).collect();
        let mut needed = vec![false; graph.len()];
        for step in graph.wanted() {
            needed[step.index()] = true;
        }
        // A step's users come after it, so all of them have been seen when its turn comes.
        for step in graph.steps().rev() {
            if !needed[step.index()] {
                continue;
            }
            let look = || match own_look.get(&step) {
                Some(found) => found.clone(),
                None => followed(engine, graph.step(step)),
            };
            let found = (!tainted[step.index()]).then(look).flatten();
            match found {
                Some(nut) => prospects[step.index()] = Prospect::Fresh { nut, routed: true },
                None => {
                    prospects[step.index()] = Prospect::Pending;
                    for input in graph.inputs(step) {
                        needed[input.index()] = true;
                    }
                }
            }
        }
        let mut explainer = Explainer::new(graph);
        for step in graph.steps() {
            if matches!(prospects[step.index()], Prospect::Pending) {
                let value = |input: StepId| match &prospects[input.index()] {
                    Prospect::Fresh { nut, .. } => Some(nut.digest),
                    _ => None,
                };
                prospects[step.index()] = decide(engine, &mut explainer, graph, step, value, forced.contains(&step));
            }
        }
        let functions: BTreeSet<_> = graph.steps().map(|step| graph.function(step).name()).collect();
        let expected =
            functions.into_iter().filter_map(|name| Some((name, engine.stash()?.typical(name).ok()??))).collect();
        Self { prospects, expected }
    }

    /// Whether a step has to run.
    pub fn status(&self, step: StepId) -> Status {
        match self.prospects[step.index()] {
            Prospect::Unneeded | Prospect::Fresh { .. } => Status::Fresh,
            Prospect::Stale { .. } => Status::Stale,
            Prospect::Pending => Status::Pending,
        }
    }

    /// Why a step is not fresh.
    pub fn reason(&self, step: StepId) -> Option<&Reason> {
        match &self.prospects[step.index()] {
            Prospect::Stale { reason, .. } => Some(reason),
            Prospect::Pending => Some(&Reason::Upstream),
            _ => None,
        }
    }

    /// How many steps have this status.
    pub fn count(&self, status: Status) -> usize {
        (0..self.prospects.len()).filter(|&index| self.status(StepId::at(index)) == status).count()
    }

    /// How long a step's function takes, in nanoseconds, by its recent runs.
    pub fn expected_nanos(&self, graph: &Graph, step: StepId) -> Option<i64> {
        self.expected.get(graph.function(step).name()).map(|(nanos, _)| *nanos)
    }

    /// How large a value of a step's function is, in bytes, by its recent runs.
    pub fn expected_bytes(&self, graph: &Graph, step: StepId) -> Option<u64> {
        self.expected.get(graph.function(step).name()).map(|(_, bytes)| *bytes)
    }

    /// What each step's reason is about, with what it inherits from the steps before it that are not fresh.
    pub fn origins(&self, graph: &Graph) -> Vec<Origin> {
        let mut origins: Vec<Origin> = Vec::with_capacity(graph.len());
        for step in graph.steps() {
            let own = self.reason(step).map(Reason::origin).unwrap_or_default();
            let inherited = match self.status(step) {
                Status::Fresh => Origin::default(),
                _ => {
                    graph.inputs(step).fold(Origin::default(), |all, input| all.and(origins[input.index()].inherited()))
                }
            };
            origins.push(own.and(inherited));
        }
        origins
    }

    /// Everything about the nut of a fresh step.
    pub fn nut(&self, engine: &Engine, graph: &Graph, step: StepId) -> Option<NutInfo> {
        let key = match &self.prospects[step.index()] {
            Prospect::Fresh { nut, .. } => nut.key,
            // What nothing asked for was not looked up.
            Prospect::Unneeded => followed(engine, graph.step(step))?.key,
            _ => return None,
        };
        engine.stash()?.info(&key).ok()?
    }

    /// The size of a fresh step's value in bytes, and how long it took in nanoseconds.
    pub fn stored_in(&self, engine: &Engine, graph: &Graph, step: StepId) -> Option<(u64, i64)> {
        match &self.prospects[step.index()] {
            Prospect::Unneeded => followed(engine, graph.step(step)).map(|nut| (nut.size, nut.nanos)),
            _ => self.stored(step),
        }
    }

    /// The same, if the step was looked up.
    pub(crate) fn stored(&self, step: StepId) -> Option<(u64, i64)> {
        match &self.prospects[step.index()] {
            Prospect::Fresh { nut, .. } => Some((nut.size, nut.nanos)),
            _ => None,
        }
    }
}

/// Whether a step's result may be out of date though it was made by this code of these arguments.
fn may_be_outdated(node: &Node) -> bool {
    node.function.options().ttl_seconds.is_some() || node.valid.is_some()
}

fn followed(engine: &Engine, step: &GraphStep) -> Option<Nut> {
    squirrel_of(engine, &step.node)?.follow(step.deep.as_ref()?)
}

/// A squirrel for a step, unless nothing is to be stored.
pub(crate) fn squirrel_of<'e>(engine: &'e Engine, node: &Node) -> Option<Squirrel<'e>> {
    Some(Squirrel::new(engine, node.function)?.checking(node.kind_of()))
}

fn decide(
    engine: &Engine,
    explainer: &mut Explainer<'_>,
    graph: &Graph,
    id: StepId,
    value: impl Fn(StepId) -> Option<Digest>,
    forced: bool,
) -> Prospect {
    let step = graph.step(id);
    let stale = |reason| Prospect::Stale { reason, keyed: true };
    if step.problem.is_some() {
        return stale(Reason::NotStored);
    }
    if forced {
        return stale(Reason::Forced);
    }
    let squirrel = squirrel_of(engine, &step.node);
    let Some((key, details)) = keyed(step, value) else {
        let reason = squirrel.and_then(|squirrel| explainer.new_code(squirrel, id));
        return reason.map_or(Prospect::Pending, |reason| Prospect::Stale { reason, keyed: false });
    };
    let Some(squirrel) = squirrel else {
        let never = engine.stash().is_none() && !engine.disables(step.node.function);
        return stale(if never { Reason::NeverRun } else { Reason::NotStored });
    };
    match squirrel.nut_of(&key, &details.older) {
        Some(nut) => Prospect::Fresh { nut, routed: false },
        None => stale(explainer.explain(squirrel, id, &key, &details)),
    }
}

/// The key of a step whose inputs' digests are known, with what its nut will remember.
pub(crate) fn keyed(step: &GraphStep, value: impl Fn(StepId) -> Option<Digest>) -> Option<(Digest, Details)> {
    let mut details = Details::new(step.node.function);
    let mut in_key = Vec::with_capacity(step.inputs.len());
    for (input, declared) in step.inputs.iter().zip(&step.node.inputs) {
        let nodes = declared.source.nodes();
        let from_step =
            |digest: Digest, text: String| Argument { name: input.name.to_owned(), digest, text, bytes: None };
        let argument = match &input.from {
            GraphSource::Literal { argument, files, in_key: digest } => {
                details.files.extend(files.iter().cloned());
                in_key.push((input.name, *digest));
                argument.clone()
            }
            GraphSource::Opaque => return None,
            GraphSource::Step(from) => {
                let digest = value(*from)?;
                in_key.push((input.name, nodes.first().map_or(digest, |node| node.kind.in_key(digest))));
                from_step(digest, format!("‹{}›", digest.short()))
            }
            GraphSource::Steps(from) => {
                let members: Vec<_> = from.iter().map(|step| value(*step)).collect::<Option<_>>()?;
                let mut fields = Fields::new("scrat list v1");
                fields.number(members.len() as u64);
                for (member, node) in members.iter().zip(nodes) {
                    fields.digest(&node.kind.in_key(*member));
                }
                let digest = fields.finish();
                in_key.push((input.name, digest));
                let short = format!("{} × ‹{}›", from.len(), digest.short());
                Argument { bytes: remembered(&members), ..from_step(digest, short) }
            }
        };
        details.arguments.push(argument);
    }
    let digests = details.arguments.iter().map(|argument| (argument.name.as_str(), argument.digest));
    details.arguments_hash = arguments_digest(&step.node.types.names, digests).prefix();
    let callee = Callee::new(&step.node.types, step.node.kind);
    let defaults = step.node.inputs.iter().zip(&in_key).enumerate();
    let defaults: Vec<_> =
        defaults.filter(|(_, (input, (_, digest)))| input.default == Some(*digest)).map(|(at, _)| at).collect();
    details.older = older_keys(callee, &in_key, &defaults);
    let key = key(callee, in_key.into_iter());
    details.fingerprint = step.node.types.fingerprint;
    Some((key, details))
}

#[cfg(test)]
#[expect(clippy::allow_attributes, reason = "what the macros share has them")]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::call::{Arguments, Begun, begin, is_stashed};
    use crate::function::returns::{NoResult as _, Returned};
    use crate::function::{CompiledCode, Function, Options, Parameter};
    use crate::pipeline::builder::StepBuilder;
    use crate::pipeline::node::Declared;
    use crate::pipeline::running::Ran;
    use crate::stash::Stash;
    use crate::value::probe::Probe;
    use crate::value::{Accepted, Known, accepted, known};

    const fn grown(parameters: &'static [Parameter]) -> Function {
        let options = Options { ignore_code: true, ..Options::NONE };
        let code = CompiledCode::Compiler { key: "", has_types: false };
        Function::new("demo::grown", ("demo", "src/lib.rs", 1), parameters, options, code)
    }

    /// A function as it was, and with a parameter more.
    static OLD: Function = grown(&[Parameter { name: "x", ignored: false }]);
    static NEW: Function =
        grown(&[Parameter { name: "x", ignored: false }, Parameter { name: "depth", ignored: false }]);

    fn number() -> Accepted<u64> {
        crate::__accepted_of!(accepted(&crate::__form!(Probe::<u64>::NEW)))
    }

    fn value() -> Known<u64> {
        let shape = Returned::<u64>::shape();
        crate::__known_of!(known(&crate::__form!(shape.probe())), shape)
    }

    fn tell_old(x: u64) -> impl Fn(&mut Arguments) {
        move |arguments| arguments.add("x", number(), &x)
    }

    fn tell_new(x: u64, depth: u64) -> impl Fn(&mut Arguments) {
        move |arguments| {
            arguments.add("x", number(), &x);
            arguments.add_with_default("depth", number(), &depth, &3);
        }
    }

    fn call(function: &'static Function, tell: &dyn Fn(&mut Arguments), computed: u64) -> u64 {
        match begin(function, Returned::<u64>::shape(), value(), tell) {
            Begun::Hit(value) => value,
            Begun::Miss(pending) => pending.finish(computed),
        }
    }

    #[test]
    fn a_result_stays_valid_for_the_default_of_a_parameter_that_is_added() {
        let folder = tempfile::tempdir().unwrap();
        let stash = Stash::create(&folder.path().join(".scrat")).unwrap();
        let engine = Arc::new(Engine::new(Some(stash), |_| ()));
        let status = |x: u64, depth: u64| {
            let mut builder = StepBuilder::new(&NEW);
            builder.add("x", &number(), x);
            builder.add("depth", &number(), depth);
            builder.set_default(&number(), &3);
            let run = |_: &mut crate::pipeline::running::Inputs| Ok(Ran(Arc::new(0_u64)));
            let step = builder.build(Returned::<u64>::shape(), value(), Box::new(run));
            let graph = Graph::new("demo", Declared { wanted: vec![step.node], ..Declared::default() });
            Plan::new(&engine, &graph, &Force::Nothing).status(StepId::at(0))
        };
        engine.enter(|| {
            assert_eq!(call(&OLD, &tell_old(1), 10), 10);
            assert_eq!((status(1, 3), status(1, 4), status(2, 3)), (Status::Fresh, Status::Stale, Status::Stale));
            assert_eq!(call(&NEW, &tell_new(1, 3), 20), 10, "found");
            assert_eq!(call(&NEW, &tell_new(1, 4), 20), 20, "another depth is another call");
            assert_eq!(call(&NEW, &tell_new(2, 3), 20), 20);
            assert_eq!(call(&OLD, &tell_old(2), 30), 30, "what is new is not the result of the old function");
            let kind = value().kind_of();
            assert!(crate::call::forget(&NEW, kind, &tell_new(1, 3)).unwrap());
            assert!(!is_stashed(&NEW, kind, &tell_new(1, 3)) && is_stashed(&NEW, kind, &tell_new(1, 4)));
        });
    }
}
