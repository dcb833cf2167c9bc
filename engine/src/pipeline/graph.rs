//! The graph of a pipeline's steps: everything that the wanted steps need, each step once, inputs before their users.
//!
//! Steps with equal deep keys become one step, since they would compute the same.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, OnceLock};

use crate::digest::Digest;
use crate::engine::body_calls::BodyCall;
use crate::engine::panics;
use crate::function::Function;
use crate::function::faithful;
use crate::id::StepId;
use crate::key::{Callee, DeepInput, deep_key};
use crate::pipeline::node::{Declared, ExportTo, Node, SourceKind};
use crate::pipeline::pattern::InputPattern;
use crate::place::Place;
use crate::stash::Argument;
use crate::sync::lock;
use crate::value::{Attachment, Hashed, Room, ValueError, keeping_files, only_folder, remembered};

/// The steps of a pipeline and how they depend on one another.
#[derive(Debug)]
pub struct Graph {
    steps: Vec<GraphStep>,
    /// For each step, the steps whose values it takes, in order, each once.
    inputs: Vec<Box<[StepId]>>,
    /// For each step, the steps that take its value, in order.
    users: Vec<Vec<StepId>>,
    wanted: Vec<StepId>,
    body: Vec<BodyCall>,
    /// Made when the first is asked for.
    pub(crate) labels: OnceLock<Vec<String>>,
    patterns: BTreeSet<InputPattern>,
    /// The pipeline that declared it.
    pipeline: &'static str,
}

/// A step in a graph.
#[derive(Debug)]
pub(crate) struct GraphStep {
    pub node: Arc<Node>,
    pub inputs: Vec<GraphInput>,
    /// None if some argument behind it has no digest.
    pub deep: Option<Digest>,
    /// Why an argument of it has no digest.
    pub problem: Option<ValueError>,
    pub exports: Vec<ExportTo>,
}

/// An argument of a step in a graph.
#[derive(Debug)]
pub(crate) struct GraphInput {
    pub name: &'static str,
    pub from: GraphSource,
}

#[derive(Debug)]
pub(crate) enum GraphSource {
    Literal {
        argument: Argument,
        /// Its digest as keys have it.
        in_key: Digest,
        files: Vec<Attachment>,
    },
    /// A literal without a digest.
    Opaque,
    Step(StepId),
    Steps(Vec<StepId>),
}

impl GraphSource {
    pub(crate) fn steps(&self) -> &[StepId] {
        match self {
            Self::Literal { .. } | Self::Opaque => &[],
            Self::Step(step) => std::slice::from_ref(step),
            Self::Steps(steps) => steps,
        }
    }
}

impl Graph {
    /// The graph behind wanted steps.
    pub(crate) fn new(pipeline: &'static str, declared: Declared) -> Self {
        let Declared { wanted, patterns } = declared;
        let nodes = reachable(&wanted);
        let mut graph = Self {
            steps: Vec::with_capacity(nodes.len()),
            inputs: Vec::with_capacity(nodes.len()),
            users: Vec::with_capacity(nodes.len()),
            wanted: Vec::new(),
            body: Vec::new(),
            labels: OnceLock::new(),
            patterns,
            pipeline,
        };
        let mut position: HashMap<u64, StepId> = HashMap::with_capacity(nodes.len());
        let mut by_deep: HashMap<Digest, StepId> = HashMap::with_capacity(nodes.len());
        for node in nodes.into_values() {
            let id = node.id;
            let step = graph.prepare(node, &position);
            let known = step.deep.and_then(|deep| by_deep.get(&deep).copied());
            let at = match known {
                Some(twin) => {
                    graph.steps[twin.index()].exports.extend(step.exports);
                    twin
                }
                None => graph.add(step, &mut by_deep),
            };
            position.insert(id, at);
        }
        graph.export_once();
        let mut seen = BTreeSet::new();
        graph.wanted = wanted.iter().map(|node| position[&node.id]).filter(|step| seen.insert(*step)).collect();
        graph
    }

    /// Makes sure that a step is written only once to each file, even if it was exported there twice, perhaps by two
    /// declarations that became one step.
    fn export_once(&mut self) {
        for step in self.steps.iter_mut().filter(|step| step.exports.len() > 1) {
            let mut seen = BTreeSet::new();
            step.exports.retain(|export| seen.insert(Place::of(&export.at)));
        }
    }

    fn add(&mut self, step: GraphStep, by_deep: &mut HashMap<Digest, StepId>) -> StepId {
        let deep = step.deep;
        let id = StepId::at(self.steps.len());
        let mut needs: Vec<_> = step.inputs.iter().flat_map(|input| input.from.steps()).copied().collect();
        needs.sort_unstable();
        needs.dedup();
        for need in &needs {
            // Steps are added in order, so users come in order.
            self.users[need.index()].push(id);
        }
        self.steps.push(step);
        self.inputs.push(needs.into_boxed_slice());
        self.users.push(Vec::new());
        if let Some(deep) = deep {
            by_deep.insert(deep, id);
        }
        id
    }

    fn prepare(&self, node: Arc<Node>, position: &HashMap<u64, StepId>) -> GraphStep {
        let mut problem = node.function.forgets();
        let mut keyed = problem.is_none();
        let inputs: Vec<_> = node
            .inputs
            .iter()
            .map(|input| {
                let from = match &input.source.0 {
                    SourceKind::Literal { value, kind } if let Some(hash) = &input.hash => {
                        let hashed = panics::catch_here(|| hash(&**value));
                        let hashed = hashed
                            .unwrap_or_else(|message| Err(ValueError::Encode { kind: kind.type_name(), message }));
                        let text = kind.line(&**value, Argument::TEXT);
                        match hashed {
                            Ok(Hashed { written, in_key }) => GraphSource::Literal {
                                argument: Argument { bytes: None, ..Argument::new(input.name, &written, text, 0) },
                                in_key,
                                files: Vec::new(),
                            },
                            Err(error) => {
                                problem = Some(error);
                                GraphSource::Opaque
                            }
                        }
                    }
                    SourceKind::Literal { value, kind } => {
                        let (written, files) = keeping_files(|| kind.write(&**value, Room::Memory));
                        let written = written.and_then(|written| {
                            let compare = || {
                                let checked = input.same.check_any(kind, &**value, &written, files.clone(), true);
                                checked.map(|(verdict, _)| verdict)
                            };
                            faithful::argument(node.function, kind, compare).map(|()| written)
                        });
                        let text = kind.line(&**value, Argument::TEXT);
                        match written {
                            Ok(written) => {
                                let mut argument = Argument::new(input.name, &written, text, Argument::OF_STEP);
                                if let Some(folder) = only_folder(&files) {
                                    argument.bytes = remembered(folder);
                                }
                                GraphSource::Literal { argument, in_key: kind.in_key(written.digest), files }
                            }
                            Err(error) => {
                                problem = Some(error);
                                GraphSource::Opaque
                            }
                        }
                    }
                    SourceKind::Step(node) => GraphSource::Step(position[&node.id]),
                    SourceKind::Steps { nodes, .. } => {
                        GraphSource::Steps(nodes.iter().map(|node| position[&node.id]).collect())
                    }
                };
                GraphInput { name: input.name, from }
            })
            .collect();
        let deep_inputs: Vec<_> = inputs
            .iter()
            .filter_map(|input| {
                let deep = self.deep_input(&input.from);
                keyed &= deep.is_some();
                Some((input.name, deep?))
            })
            .collect();
        let deep = keyed.then(|| deep_key(Callee::new(&node.types, node.kind), &deep_inputs));
        let exports = std::mem::take(&mut *lock(&node.exports));
        GraphStep { node, inputs, deep, problem, exports }
    }

    fn deep_input(&self, from: &GraphSource) -> Option<DeepInput> {
        match from {
            GraphSource::Literal { in_key, .. } => Some(DeepInput::Literal(*in_key)),
            GraphSource::Opaque => None,
            GraphSource::Step(step) => self.step(*step).deep.map(DeepInput::Step),
            GraphSource::Steps(steps) => {
                steps.iter().map(|step| self.step(*step).deep).collect::<Option<_>>().map(DeepInput::Steps)
            }
        }
    }

    pub(crate) fn step(&self, step: StepId) -> &GraphStep {
        &self.steps[step.index()]
    }

    /// The name of the pipeline that declared it.
    pub(crate) fn pipeline(&self) -> &'static str {
        self.pipeline
    }

    pub(crate) fn with_body(self, body: Vec<BodyCall>) -> Self {
        Self { body, ..self }
    }

    /// The calls of stashed functions that the pipeline's function made itself while it declared the steps.
    pub fn body(&self) -> &[BodyCall] {
        &self.body
    }

    /// How many steps there are.
    pub fn len(&self) -> usize {
        self.steps.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// All steps, inputs before their users.
    pub fn steps(&self) -> impl DoubleEndedIterator<Item = StepId> + ExactSizeIterator + use<> {
        (0..self.len()).map(StepId::at)
    }

    /// The steps that the pipeline returned or exported.
    pub fn wanted(&self) -> &[StepId] {
        &self.wanted
    }

    /// The steps whose values a step takes, in order, each once.
    pub fn inputs(&self, step: StepId) -> impl ExactSizeIterator<Item = StepId> + '_ {
        self.inputs[step.index()].iter().copied()
    }

    /// The steps that take a step's value, in order.
    pub fn users(&self, step: StepId) -> impl ExactSizeIterator<Item = StepId> + '_ {
        self.users[step.index()].iter().copied()
    }

    /// A step's function.
    pub fn function(&self, step: StepId) -> &'static Function {
        self.step(step).node.function
    }

    /// A step's literal arguments: names and readable forms, each on one line and cut to a length that people still
    /// read.
    pub fn literals(&self, step: StepId) -> Vec<(&'static str, &str)> {
        let inputs = self.step(step).inputs.iter();
        inputs
            .filter_map(|input| match &input.from {
                GraphSource::Literal { argument, .. } => Some((input.name, argument.text.as_str())),
                _ => None,
            })
            .collect()
    }

    /// A step's literal arguments: names and readable forms, each in full length.
    pub fn whole_literals(&self, step: StepId) -> Vec<(&'static str, String)> {
        let step = self.step(step);
        let inputs = step.inputs.iter().zip(&step.node.inputs);
        inputs
            .filter_map(|(from, input)| match (&from.from, &input.source.0) {
                (GraphSource::Literal { .. }, SourceKind::Literal { value, kind }) => {
                    Some((from.name, kind.line(&**value, usize::MAX)))
                }
                _ => None,
            })
            .collect()
    }

    /// The files and folders that literal arguments name, as they were given, each once.
    pub fn input_files(&self) -> BTreeSet<&std::path::Path> {
        let inputs = self.steps.iter().flat_map(|step| &step.inputs);
        let files = inputs.filter_map(|input| match &input.from {
            GraphSource::Literal { files, .. } => Some(files),
            _ => None,
        });
        files.flatten().map(|file| file.given.as_path()).collect()
    }

    /// The patterns that the pipeline's function looked for files with.
    pub fn input_patterns(&self) -> impl Iterator<Item = &InputPattern> {
        self.patterns.iter()
    }

    /// Whether a path, however it is spelled, leads to a file that a literal argument names, or into such a folder.
    pub fn reads(&self, path: &std::path::Path) -> bool {
        let place = Place::of(&crate::place::absolute(path));
        self.input_places().any(|input| place.is_in(&Place::of(input)))
    }

    /// Where the files and folders that literal arguments name lie.
    pub(crate) fn input_places(&self) -> impl Iterator<Item = &std::path::Path> {
        let inputs = self.steps.iter().flat_map(|step| &step.inputs);
        let files = inputs.filter_map(|input| match &input.from {
            GraphSource::Literal { files, .. } => Some(files),
            _ => None,
        });
        files.flatten().map(|file| file.path.as_path())
    }

    /// The paths that a step's value is written to.
    pub fn exports(&self, step: StepId) -> impl Iterator<Item = &std::path::Path> {
        self.step(step).exports.iter().map(|export| export.path.as_path())
    }
}

/// The wanted nodes and all nodes behind them, in the order of declaration.
fn reachable(wanted: &[Arc<Node>]) -> BTreeMap<u64, Arc<Node>> {
    let mut found = BTreeMap::new();
    let mut open: Vec<_> = wanted.to_vec();
    while let Some(node) = open.pop() {
        if found.contains_key(&node.id) {
            continue;
        }
        open.extend(node.inputs.iter().flat_map(|input| input.source.nodes()).cloned());
        found.insert(node.id, node);
    }
    found
}
