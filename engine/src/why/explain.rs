//! The reason why a step is not fresh: a nut that is not there is compared with one that is.
//!
//! | the step | is compared with |
//! | --- | --- |
//! | was in the last run of its pipeline | what it was there |
//! | was not, but nuts of the same arguments are there | the nearest of them |
//! | was not, though others of its function were that are gone from the pipeline | the nearest of those |
//! | was not, and none is gone: a fan-out that grew | nothing: it never ran |
//! | is of a pipeline without a record | the nearest nut that no other step of the graph has |
//!
//! The newest nut says nothing by itself: it may be of another branch, or of a trial last week.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use crate::call::squirrel::{Details, Squirrel};
use crate::command::Command;
use crate::digest::Digest;
use crate::function::Function;
use crate::function::behind::Fingerprint;
use crate::id::StepId;
use crate::pipeline::graph::{Graph, GraphSource, GraphStep};
use crate::pipeline::node::SourceKind;
use crate::reason::{ArgumentChange, CodeChange, Reason, Source, code_changes};
use crate::stash::{Argument, Latest, Neighbour, Stash, StashError, short_digest};
use crate::why::argument_diff::{Changed, Comparison};

/// Finds reasons. A difference of code is worked out once, however many steps it makes stale.
pub(crate) struct Explainer<'e> {
    graph: &'e Graph,
    changes: BTreeMap<(&'static str, Digest, Digest), Vec<CodeChange>>,
    in_use: Option<InUse>,
    families: BTreeMap<&'static str, Family>,
    comparison: Comparison<'e>,
    new_code: BTreeMap<Digest, Option<Reason>>,
    past: Option<Past>,
}

/// What the steps of the pipeline were in its last run.
struct Past {
    by_label: HashMap<u64, Latest>,
    /// Those whose labels the graph does not have any more, by function.
    gone: HashMap<u64, Vec<Latest>>,
    /// The nuts of some of those, once they were asked for: every new step of a fan-out asks.
    gone_nuts: HashMap<u64, Vec<Neighbour>>,
}

impl Past {
    fn of(graph: &Graph, stash: &Stash) -> Self {
        let latest = stash.latest(graph.pipeline()).unwrap_or_default();
        let mut past = Self { by_label: HashMap::new(), gone: HashMap::new(), gone_nuts: HashMap::new() };
        if latest.is_empty() {
            return past;
        }
        let there: HashSet<u64> = graph.steps().map(|step| short_digest(graph.label(step))).collect();
        for step in latest {
            if !there.contains(&step.label) {
                past.gone.entry(step.function).or_default().push(step.clone());
            }
            past.by_label.insert(step.label, step);
        }
        past
    }

    /// What any of a function's steps was.
    fn any(&self, stash: &Stash, function: &Function) -> Option<Neighbour> {
        let function = short_digest(function.name());
        let first = self.by_label.values().filter(|latest| latest.function == function).min()?;
        stash.neighbour(&first.deep()).ok().flatten()
    }

    /// What some of a function's steps were that are gone.
    fn gone(&mut self, stash: &Stash, function: &Function) -> &[Neighbour] {
        let function = short_digest(function.name());
        let gone = self.gone.get(&function).into_iter().flatten().take(Family::CLOSEST);
        self.gone_nuts
            .entry(function)
            .or_insert_with(|| gone.filter_map(|latest| stash.neighbour(&latest.deep()).ok().flatten()).collect())
    }

    fn is_known(&self) -> bool {
        !self.by_label.is_empty()
    }
}

/// The nuts of one function as they were when the first of its steps had to be explained, by their arguments.
struct Family {
    nuts: Vec<Neighbour>,
    by_argument: HashMap<(String, Digest), Vec<usize>>,
}

impl Family {
    /// How many nuts are remembered: the newest.
    const KNOWN: usize = 4096;
    /// How many are compared with one that is missing.
    const CLOSEST: usize = 64;

    fn of(squirrel: Squirrel<'_>) -> Self {
        let nuts = squirrel.stash.neighbours(squirrel.function.name(), None, Self::KNOWN).unwrap_or_default();
        let mut by_argument: HashMap<_, Vec<usize>> = HashMap::new();
        for (at, nut) in nuts.iter().enumerate() {
            for argument in &nut.arguments {
                by_argument.entry((argument.name.clone(), argument.digest)).or_default().push(at);
            }
        }
        Self { nuts, by_argument }
    }

    /// Nuts that share arguments with these, first those that share what few have, and the newest of all.
    fn closest(&self, arguments: &[Argument]) -> Vec<Neighbour> {
        let shared = |argument: &Argument| self.by_argument.get(&(argument.name.clone(), argument.digest));
        let mut lists: Vec<_> = arguments.iter().filter_map(shared).collect();
        lists.sort_by_key(|list| list.len());
        let mut seen = BTreeSet::new();
        let all = lists.into_iter().flatten().copied().chain(0..self.nuts.len());
        let closest = all.filter(|&at| seen.insert(at)).take(Self::CLOSEST);
        closest.map(|at| self.nuts[at].clone()).collect()
    }
}

/// The literal arguments of all steps, by function.
struct InUse {
    names: BTreeMap<&'static str, BTreeSet<String>>,
    literals: BTreeSet<(&'static str, Literals)>,
}

impl InUse {
    fn of(graph: &Graph) -> Self {
        let mut in_use = Self { names: BTreeMap::new(), literals: BTreeSet::new() };
        for step in graph.steps() {
            let (name, literals) = (graph.function(step).name(), literals(graph.step(step)));
            in_use.names.entry(name).or_default().extend(literals.iter().map(|(name, _)| name.clone()));
            in_use.literals.insert((name, literals));
        }
        in_use
    }
}

/// The literal arguments of a step: names and digests.
type Literals = Vec<(String, Digest)>;

impl<'e> Explainer<'e> {
    pub(crate) fn new(graph: &'e Graph) -> Self {
        Self {
            graph,
            changes: BTreeMap::new(),
            in_use: None,
            families: BTreeMap::new(),
            comparison: Comparison::new(graph),
            new_code: BTreeMap::new(),
            past: None,
        }
    }

    /// The nuts to compare a step with. See the module.
    fn candidates(&mut self, squirrel: Squirrel<'_>, step: StepId, details: &Details) -> Vec<Neighbour> {
        let (graph, stash, function) = (self.graph, squirrel.stash, squirrel.function);
        let identity = graph.step(step).node.types.identity;
        let past = self.past.get_or_insert_with(|| Past::of(graph, stash));
        let nut = |latest: &Latest| stash.neighbour(&latest.deep()).ok().flatten();
        let of_function = |latest: &&Latest| latest.function == short_digest(function.name());
        let own = past.by_label.get(&short_digest(graph.label(step))).filter(of_function);
        let differs = |other: &Neighbour| {
            // Otherwise only its type parameters do, of which a nut does not tell.
            other.identity != identity || !argument_changes(&other.arguments, &details.arguments).is_empty()
        };
        if let Some(own) = own.and_then(nut).filter(differs) {
            return vec![own];
        }
        let twins = stash.neighbours(function.name(), Some(details.arguments_hash), Family::CLOSEST);
        let twins = twins.unwrap_or_default();
        if !twins.is_empty() {
            return twins;
        }
        if past.is_known() {
            return past.gone(stash, function).to_vec();
        }
        let family = self.families.entry(function.name()).or_insert_with(|| Family::of(squirrel));
        let mut closest = family.closest(&details.arguments);
        closest.retain(|other| !self.is_in_use(function, details, other));
        closest
    }

    /// Whether a step of the graph has the literal arguments of a nut: then the nut is that step's, and says
    /// nothing of another one.
    fn is_in_use(&mut self, function: &'static Function, details: &Details, other: &Neighbour) -> bool {
        let graph = self.graph;
        let in_use = self.in_use.get_or_insert_with(|| InUse::of(graph));
        let Some(names) = in_use.names.get(function.name()) else { return false };
        let of = |arguments: &[Argument]| -> Literals {
            let literal = arguments.iter().filter(|argument| names.contains(argument.name.as_str()));
            literal.map(|argument| (argument.name.clone(), argument.digest)).collect()
        };
        let theirs = of(&other.arguments);
        theirs != of(&details.arguments) && in_use.literals.contains(&(function.name(), theirs))
    }

    /// Why a step must run whatever the values of its inputs will be: its function has nuts, and none of this code.
    pub(crate) fn new_code(&mut self, squirrel: Squirrel<'_>, step: StepId) -> Option<Reason> {
        let identity = self.graph.step(step).node.types.identity;
        if let Some(known) = self.new_code.get(&identity) {
            return known.clone();
        }
        let reason = self.find_new_code(squirrel, step);
        self.new_code.insert(identity, reason.clone());
        reason
    }

    fn find_new_code(&mut self, squirrel: Squirrel<'_>, step: StepId) -> Option<Reason> {
        let function = squirrel.function;
        let types = &self.graph.step(step).node.types;
        if squirrel.stash.has_code(&types.identity).unwrap_or(true) {
            return None;
        }
        let code = types.fingerprint;
        let graph = self.graph;
        let past = self.past.get_or_insert_with(|| Past::of(graph, squirrel.stash));
        let family = self.families.entry(function.name()).or_insert_with(|| Family::of(squirrel));
        let mut known = match past.any(squirrel.stash, function) {
            Some(nut) => vec![nut],
            None => family.nuts.iter().take(Family::CLOSEST).cloned().collect(),
        };
        known.dedup_by_key(|nut| nut.identity);
        // The code from which the fewest things have changed, and of those the newest.
        let closest = known.into_iter().min_by_key(|nut| {
            (self.code_changes(squirrel, &nut.identity, code).len(), std::cmp::Reverse(nut.created))
        })?;
        let version = function.options().version.map(str::to_owned);
        if closest.version != version {
            return Some(Reason::Version { old: closest.version, new: version });
        }
        let changes = self.code_changes(squirrel, &closest.identity, code).to_vec();
        (!changes.is_empty()).then_some(Reason::Code { changes })
    }

    pub(crate) fn explain(&mut self, squirrel: Squirrel<'_>, id: StepId, key: &Digest, details: &Details) -> Reason {
        let function = squirrel.function;
        let step = self.graph.step(id);
        let identity = step.node.types.identity;
        match squirrel.stash.lookup(key) {
            Ok(Some(nut)) => {
                if let Some(age_seconds) = squirrel.expired(&nut) {
                    return Reason::Expired { age_seconds };
                }
                if squirrel.refuses(&nut) {
                    return Reason::Refused;
                }
            }
            Err(StashError::Damaged { .. }) => return Reason::Damaged,
            Ok(None) | Err(_) => {}
        }
        if let Ok(Some(message)) = squirrel.stash.last_failure(key) {
            return Reason::Failed { message };
        }
        if let Ok(Some((at, limit))) = squirrel.stash.removed(key) {
            return Reason::Evicted { at, limit };
        }
        let neighbours = self.candidates(squirrel, id, details);
        // The one from which the fewest things have changed, of the same call if there is one, and of those the
        // newest.
        let distance = |other: &&Neighbour| {
            let arguments = argument_changes(&other.arguments, &details.arguments).len();
            let code = match other.identity == identity {
                true => 0,
                false => self.code_changes(squirrel, &other.identity, details.fingerprint).len().max(1),
            };
            let texts = distance_of_texts(&other.arguments, &details.arguments);
            (arguments > 0, arguments + code, texts, std::cmp::Reverse(other.created))
        };
        let Some(other) = neighbours.iter().min_by_key(distance) else { return Reason::NeverRun };
        let same_arguments = argument_changes(&other.arguments, &details.arguments).is_empty();
        let mut arguments = argument_changes(&other.arguments, &details.arguments);
        for change in &mut arguments {
            change.source = source(self.graph, step, &change.name);
            let find = |arguments: &'_ [Argument]| arguments.iter().position(|argument| argument.name == change.name);
            if let (Some(old), Some(new)) = (find(&other.arguments), find(&details.arguments)) {
                let (old, new) = (&other.arguments[old], &details.arguments[new]);
                let changed = Changed { step, nut: other, old, new, files: &details.files };
                change.difference = self.comparison.compare(squirrel, &changed);
            }
        }
        if other.identity == identity {
            let codec = step.node.kind.codec();
            if same_arguments && other.codec.as_deref() != codec {
                return Reason::Codec { old: other.codec.clone(), new: codec.map(str::to_owned) };
            }
            return if same_arguments { Reason::Damaged } else { Reason::Arguments { changes: arguments } };
        }
        let new_version = function.options().version.map(str::to_owned);
        if same_arguments && other.version != new_version {
            return Reason::Version { old: other.version.clone(), new: new_version };
        }
        let code = self.code_changes(squirrel, &other.identity, details.fingerprint).to_vec();
        if same_arguments { Reason::Code { changes: code } } else { Reason::CodeAndArguments { code, arguments } }
    }

    /// What is new in some code since that of a nut.
    fn code_changes(&mut self, squirrel: Squirrel<'_>, old: &Digest, new: Fingerprint) -> &[CodeChange] {
        self.changes.entry((squirrel.function.name(), *old, new.digest)).or_insert_with(|| {
            let old = squirrel.stash.parts_of(old).unwrap_or_default();
            code_changes(&old, &squirrel.function.parts_of(new))
        })
    }
}

/// Where the argument of this name comes from.
fn source(graph: &Graph, step: &GraphStep, name: &str) -> Source {
    match step.inputs.iter().find(|input| input.name == name).map(|input| &input.from) {
        Some(GraphSource::Step(from)) => Source::Step { label: graph.label(*from).to_owned() },
        Some(GraphSource::Steps(from)) => Source::Steps { count: from.len() },
        Some(GraphSource::Literal { files, .. }) => match &files[..] {
            [] => Source::Literal,
            // It says more of itself than which files it reads.
            _ if is_command(step, name) => Source::Literal,
            [only] if only.folder.is_some() => Source::Folder,
            _ => Source::File,
        },
        None | Some(GraphSource::Opaque) => Source::Literal,
    }
}

/// Whether the argument of this name is the call of a program.
fn is_command(step: &GraphStep, name: &str) -> bool {
    let input = step.node.inputs.iter().find(|input| input.name == name);
    input.is_some_and(|input| match &input.source.0 {
        SourceKind::Literal { value, .. } => value.is::<Command>(),
        _ => false,
    })
}

fn literals(step: &GraphStep) -> Literals {
    let literal = |input: &crate::pipeline::graph::GraphInput| match &input.from {
        GraphSource::Literal { argument, .. } => Some((argument.name.clone(), argument.digest)),
        _ => None,
    };
    step.inputs.iter().filter_map(literal).collect()
}

/// How much of the arguments' texts is other text: `depth: 2` is nearer to `depth: 3` than to `depth: 2, leaf: 5`.
fn distance_of_texts(old: &[Argument], new: &[Argument]) -> usize {
    let pairs = new.iter().filter_map(|argument| {
        let before = old.iter().find(|before| before.name == argument.name && before.digest != argument.digest)?;
        Some((before.text.as_bytes(), argument.text.as_bytes()))
    });
    pairs
        .map(|(old, new)| {
            let begin = old.iter().zip(new).take_while(|(a, b)| a == b).count();
            let (old, new) = (&old[begin..], &new[begin..]);
            let end = old.iter().rev().zip(new.iter().rev()).take_while(|(a, b)| a == b).count();
            old.len().max(new.len()) - end
        })
        .sum()
}

fn argument_changes(old: &[Argument], new: &[Argument]) -> Vec<ArgumentChange> {
    let find = |arguments: &[Argument], name: &str| {
        arguments.iter().find(|argument| argument.name == name).map(|argument| (argument.digest, argument.text.clone()))
    };
    let names: BTreeSet<&str> = old.iter().chain(new).map(|argument| argument.name.as_str()).collect();
    names
        .into_iter()
        .filter_map(|name| {
            let (before, after) = (find(old, name), find(new, name));
            let differs = before.as_ref().map(|(digest, _)| digest) != after.as_ref().map(|(digest, _)| digest);
            differs.then(|| ArgumentChange {
                name: name.to_owned(),
                old: before.map(|(_, text)| text),
                new: after.map(|(_, text)| text),
                source: Source::default(),
                difference: None,
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn argument(name: &str, value: u8) -> Argument {
        Argument { name: name.to_owned(), digest: Digest([value; 32]), text: value.to_string(), bytes: None }
    }

    #[test]
    fn the_closest_nut_shares_what_few_have_however_many_are_newer() {
        let nut = |number: u8| Neighbour {
            identity: Digest([0; 32]),
            version: None,
            arguments: vec![argument("number", number), argument("seed", 1)],
            created: i64::from(number),
            codec: None,
        };
        let nuts: Vec<_> = (0..200).rev().map(nut).collect();
        let mut by_argument: HashMap<_, Vec<usize>> = HashMap::new();
        for (at, nut) in nuts.iter().enumerate() {
            for argument in &nut.arguments {
                by_argument.entry((argument.name.clone(), argument.digest)).or_default().push(at);
            }
        }
        let family = Family { nuts, by_argument };
        let closest = family.closest(&[argument("number", 3), argument("seed", 2)]);
        assert_eq!(closest[0].arguments[0], argument("number", 3));
        assert_eq!(closest.len(), Family::CLOSEST);
    }
}
