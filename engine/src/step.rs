//! Steps: calls that are declared but not run.
//!
//! A step holds its inputs, so the steps that are wanted hold the whole graph behind them. Nothing is
//! registered anywhere; what nobody wants any more is dropped.

use std::any::Any;
use std::cell::RefCell;
use std::fmt;
use std::marker::PhantomData;
use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use crate::export::Export;
use crate::function::Function;
use crate::place::{absolute, start_folder};
use crate::returns::{Failure, Returns, Shape, Wrong};
use crate::sealed::Sealed;
use crate::stash::lock;
use crate::types::{Told, Types};
use crate::value::{Accepted, Cloner, Comparing, File, Kind, Known, Owned, Shared, Value, ValueError, kind, take};

/// One call of a stashed function in a pipeline, declared but not run.
///
/// # Examples
///
/// `f::step` takes for each parameter its value, or a step that gives it.
///
/// ```
/// use scrat::{Step, pipeline, stash};
///
/// #[stash]
/// fn load(path: String) -> Vec<u64> {
///     vec![path.len() as u64]
/// }
///
/// #[stash]
/// fn sum(numbers: &[u64], most: u64) -> String {
///     numbers.iter().sum::<u64>().min(most).to_string()
/// }
///
/// #[pipeline]
/// fn total() -> Step<String> {
///     let numbers = load::step("numbers.txt");
///     sum::step(numbers, 100).export("total.txt")
/// }
/// # let pipeline = scrat_engine::pipelines().into_iter().find(|pipeline| pipeline.name == "total").unwrap();
/// # assert_eq!(pipeline.graph(&scrat_engine::Given::default()).unwrap().len(), 2);
/// ```
#[must_use = "a step runs only if the pipeline returns it, or a step that takes it"]
pub struct Step<T> {
    pub(crate) node: Arc<Node>,
    value: PhantomData<fn() -> T>,
}

impl<T> Clone for Step<T> {
    fn clone(&self) -> Self {
        Self { node: self.node.clone(), value: PhantomData }
    }
}

impl<T> fmt::Debug for Step<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Step({})", self.node.function.name())
    }
}

impl<T> Step<T> {
    /// Writes the value to a path after the run: text and bytes as they are, a file as a copy.
    /// The folders above it are made; a relative path starts at the pipeline's package, whatever the current folder
    /// becomes later. A file that is there is replaced; a device or a FIFO is written into.
    #[must_use = "the step that is exported is still the one to return"]
    pub fn export(self, path: impl Into<PathBuf>) -> Self
    where
        // Here, and not on the block, so that the compiler tells what `Export` has to say.
        T: Export,
    {
        lock(&self.node.exports).push(ExportTo::new(path.into(), <T as Export>::ERASED));
        EXPORTED.with_borrow_mut(|exported| {
            if let Some(exported) = exported {
                exported.push(self.node.clone());
            }
        });
        self
    }
}

thread_local! {
    /// The steps that the pipeline being declared exports: they are wanted even if it does not return them.
    static EXPORTED: RefCell<Option<Vec<Arc<Node>>>> = const { RefCell::new(None) };
}

/// Runs `declare`, and returns the steps that it returned or exported.
pub(crate) fn declaring(declare: impl FnOnce() -> Vec<Arc<Node>>) -> Vec<Arc<Node>> {
    let outer = EXPORTED.replace(Some(Vec::new()));
    let mut wanted = declare();
    wanted.extend(EXPORTED.replace(outer).unwrap_or_default());
    wanted
}

/// A value to be written to a path.
#[derive(Clone, Debug)]
pub(crate) struct ExportTo {
    /// As it was declared.
    pub path: PathBuf,
    /// The same from the root on.
    pub at: PathBuf,
    pub bytes: crate::export::Erased,
}

impl ExportTo {
    fn new(path: PathBuf, bytes: crate::export::Erased) -> Self {
        Self { at: absolute(&start_folder().join(&path)), path, bytes }
    }
}

/// A step without its type.
pub(crate) struct Node {
    /// In the order of declaration, so an input's is always smaller.
    pub id: u64,
    pub function: &'static Function,
    pub types: Types,
    pub inputs: Vec<Input>,
    pub run: Runner,
    pub kind: &'static Kind,
    pub same: &'static dyn Comparing,
    /// The `Cloner` of its type.
    pub cloner: &'static (dyn Any + Send + Sync),
    pub exports: Mutex<Vec<ExportTo>>,
}

/// Runs a step's function on its inputs. It holds the arguments that are left out of the key.
pub(crate) type Runner = Box<dyn Fn(&mut Inputs) -> Result<Ran, Failure> + Send + Sync>;

impl fmt::Debug for Node {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Node({} #{})", self.function.name(), self.id)
    }
}

impl Drop for Node {
    /// A long chain of steps is taken apart in a loop: dropping it by recursion would overflow the stack.
    fn drop(&mut self) {
        let mut rest: Vec<_> = self.inputs.drain(..).collect();
        while let Some(input) = rest.pop() {
            for node in input.source.into_nodes() {
                if let Some(mut node) = Arc::into_inner(node) {
                    rest.append(&mut node.inputs);
                }
            }
        }
    }
}

/// An argument of a step.
pub(crate) struct Input {
    pub name: &'static str,
    pub source: Source,
    /// How a literal is compared with what its bytes stand for.
    pub same: &'static dyn Comparing,
}

impl fmt::Debug for Input {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Input").field("name", &self.name).field("source", &self.source).finish_non_exhaustive()
    }
}

/// Where an argument of a step comes from.
#[derive(Debug)]
pub struct Source(pub(crate) From);

#[derive(Debug)]
pub(crate) enum From {
    Literal { value: Shared, kind: &'static Kind },
    Step(Arc<Node>),
    Steps { nodes: Vec<Arc<Node>>, assemble: Assemble },
}

/// Makes a list of the values of steps.
pub(crate) type Assemble = fn(Vec<Shared>, &[Arc<Node>]) -> Result<Shared, ValueError>;

impl Source {
    fn into_nodes(self) -> Vec<Arc<Node>> {
        match self.0 {
            From::Literal { .. } => Vec::new(),
            From::Step(node) => vec![node],
            From::Steps { nodes, .. } => nodes,
        }
    }

    pub(crate) fn nodes(&self) -> &[Arc<Node>] {
        match &self.0 {
            From::Literal { .. } => &[],
            From::Step(node) => std::slice::from_ref(node),
            From::Steps { nodes, .. } => nodes,
        }
    }
}

/// What a parameter of type `T` takes in `f::step(…)`: the value, a step of it, a reference to such a step,
/// or, for a `Vec`, a `Vec` of steps.
///
/// It is implemented for all that fits, and for nothing else.
///
/// # Examples
///
/// ```
/// use scrat::{IntoInput, Step, stash};
///
/// #[stash]
/// fn score(fold: u64) -> u64 {
///     fold * 10
/// }
///
/// #[stash]
/// fn best(scores: &[u64], of: String) -> String {
///     format!("{of}: {:?}", scores.iter().max())
/// }
///
/// /// Declares a step for whatever gives the folds.
/// fn scored(fold: impl IntoInput<u64>) -> Step<u64> {
///     score::step(fold)
/// }
///
/// let first = scored(1);
/// let again = scored(&first);
/// let _of_steps: Step<String> = best::step(vec![first, again], "steps");
/// let _of_values: Step<String> = best::step(vec![1, 2], String::from("values"));
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be given to a step where a `{T}` is wanted",
    label = "neither a `{T}` nor a `Step` of it",
    note = "a parameter takes a value, a `Step` of it, a `&Step` of it, or, for a `Vec`, a `Vec` of steps"
)]
pub trait IntoInput<T> {
    /// The argument, without its type.
    #[doc(hidden)]
    fn into_input(self, _: Sealed) -> Source;
}

fn literal<T: Value>(value: T) -> Source {
    Source(From::Literal { value: Arc::new(value), kind: kind::<T>() })
}

impl<T: Value> IntoInput<T> for T {
    fn into_input(self, _: Sealed) -> Source {
        literal(self)
    }
}

impl<T: Value> IntoInput<T> for Step<T> {
    fn into_input(self, _: Sealed) -> Source {
        Source(From::Step(self.node))
    }
}

impl<T: Value> IntoInput<T> for &Step<T> {
    fn into_input(self, _: Sealed) -> Source {
        Source(From::Step(self.node.clone()))
    }
}

impl<T: Value> IntoInput<Vec<T>> for Vec<Step<T>> {
    fn into_input(self, _: Sealed) -> Source {
        steps::<T>(self.into_iter().map(|step| step.node).collect())
    }
}

impl<T: Value> IntoInput<Vec<T>> for &[Step<T>] {
    fn into_input(self, _: Sealed) -> Source {
        steps::<T>(self.iter().map(|step| step.node.clone()).collect())
    }
}

impl<T: Value> IntoInput<Vec<T>> for &Vec<Step<T>> {
    fn into_input(self, _: Sealed) -> Source {
        self.as_slice().into_input(Sealed)
    }
}

impl IntoInput<String> for &str {
    fn into_input(self, _: Sealed) -> Source {
        literal(self.to_owned())
    }
}

impl IntoInput<PathBuf> for &Path {
    fn into_input(self, _: Sealed) -> Source {
        literal(self.to_owned())
    }
}

impl IntoInput<PathBuf> for &str {
    fn into_input(self, _: Sealed) -> Source {
        literal(PathBuf::from(self))
    }
}

impl IntoInput<File> for &str {
    fn into_input(self, _: Sealed) -> Source {
        literal(File::new(self))
    }
}

fn steps<T: Value>(nodes: Vec<Arc<Node>>) -> Source {
    let assemble = |values: Vec<Shared>, nodes: &[Arc<Node>]| {
        let pairs = values.into_iter().zip(nodes);
        let values: Vec<T> = pairs.map(|(value, node)| own(value, node)).collect::<Result<_, _>>()?;
        Ok(Arc::new(values) as Shared)
    };
    Source(From::Steps { nodes, assemble })
}

/// The value of a step itself if nobody else has it, or else a copy.
fn own<T: Value>(value: Shared, node: &Node) -> Result<T, ValueError> {
    let cloner = node.cloner.downcast_ref::<Cloner<T>>().unwrap_or(Cloner::none());
    take(value, cloner, node.same, node.function.compares_values())
}

/// Puts a step together. For the macro.
#[derive(Debug)]
pub struct StepBuilder {
    function: &'static Function,
    types: Vec<Told>,
    inputs: Vec<Input>,
}

impl StepBuilder {
    /// A step of a function, without inputs yet.
    pub fn new(function: &'static Function) -> Self {
        Self { function, types: Vec::new(), inputs: Vec::with_capacity(function.parameters().len()) }
    }

    /// A type that the function is called with.
    pub fn add_type<T: ?Sized>(&mut self) {
        self.types.push(Told::of::<T>());
    }

    /// An argument that is part of the key; those are added in the order of the parameters.
    pub fn add<T>(
        &mut self,
        name: &'static str,
        accepted: &Accepted<impl Owned<Owner = T> + ?Sized>,
        input: impl IntoInput<T>,
    ) {
        self.push(name, input.into_input(Sealed), accepted.owner.same);
    }

    fn push(&mut self, name: &'static str, source: Source, same: &'static dyn Comparing) {
        self.inputs.push(Input { name, source, same });
    }

    /// The step.
    pub fn build<O: Returns<IS_RESULT>, const IS_RESULT: bool>(
        self,
        _shape: Shape<O, IS_RESULT>,
        known: Known<O::Value>,
        run: Runner,
    ) -> Step<O::Value> {
        Step { node: self.node(known.kind(), known.same, known.cloner(), run), value: PhantomData }
    }

    fn node(
        self,
        kind: &'static Kind,
        same: &'static dyn Comparing,
        cloner: &'static (dyn Any + Send + Sync),
        run: Runner,
    ) -> Arc<Node> {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let Self { function, types, inputs } = self;
        let types = Types::new(function, &types);
        let id = NEXT.fetch_add(1, Ordering::Relaxed);
        Arc::new(Node { id, function, types, inputs, run, kind, same, cloner, exports: Mutex::default() })
    }
}

/// The arguments that a step's function runs on, taken in order. For the macro.
#[derive(Debug)]
pub struct Inputs {
    values: std::vec::IntoIter<Shared>,
    /// Whether a copy must be the value itself, with all that serde leaves out.
    compares: bool,
}

impl Inputs {
    pub(crate) fn new(values: Vec<Shared>, function: &Function) -> Self {
        Self { values: values.into_iter(), compares: function.compares_values() }
    }

    /// The next argument.
    pub fn take<T>(&mut self, accepted: &Accepted<impl Owned<Owner = T> + ?Sized>) -> Loaded<T> {
        Loaded { value: self.next(), known: accepted.owner, compares: self.compares }
    }

    fn next(&mut self) -> Shared {
        self.values.next().expect("a step has as many inputs as its function has parameters in the key")
    }
}

/// An argument, perhaps shared with other steps.
pub struct Loaded<T: 'static> {
    value: Shared,
    known: Known<T>,
    compares: bool,
}

impl<T> fmt::Debug for Loaded<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Loaded")
    }
}

impl<T> Deref for Loaded<T> {
    type Target = T;

    fn deref(&self) -> &T {
        self.known.borrow(&self.value)
    }
}

impl<T: 'static> Loaded<T> {
    /// The value itself if no other step has it, or else a copy.
    ///
    /// # Errors
    /// If it has to be copied and can't be.
    pub fn into_owned(self) -> Result<T, Failure> {
        self.known.take(self.value, self.compares).map_err(|error| Failure(error.to_string()))
    }
}

/// What a step's function returned.
#[derive(Debug)]
pub struct Ran(pub(crate) Shared);

/// What a step's function returned, or its error in words. For the macro.
///
/// # Errors
/// If the function returned one.
pub fn ran<O: Returns<IS_RESULT>, const IS_RESULT: bool>(
    _shape: Shape<O, IS_RESULT>,
    known: Known<O::Value>,
    output: O,
    words: fn(Wrong<O::Error>) -> Failure,
) -> Result<Ran, Failure> {
    output.into_value().map(|value| Ran(known.share(value))).map_err(|error| words(Wrong(error)))
}

/// A step's function as one that captures nothing: all of them have one type. For the macro.
pub fn run(run: fn(&mut Inputs) -> Result<Ran, Failure>) -> fn(&mut Inputs) -> Result<Ran, Failure> {
    run
}

/// What a pipeline can return: a step, several, or nothing if all that it wants is exported; or a `Result` of that.
///
/// It is implemented for all that fits, and for nothing else.
///
/// # Examples
///
/// ```
/// use scrat::{Step, Wanted, pipeline, stash};
///
/// #[stash]
/// fn double(x: u64) -> u64 {
///     x * 2
/// }
///
/// #[pipeline]
/// fn several() -> Result<(Step<u64>, Vec<Step<u64>>), std::fmt::Error> {
///     Ok((double::step(1), vec![double::step(2), double::step(3)]))
/// }
///
/// fn is_wanted(_: impl Wanted) {}
/// is_wanted(several());
/// # let pipeline = scrat_engine::pipelines().into_iter().find(|pipeline| pipeline.name == "several").unwrap();
/// # assert_eq!(pipeline.graph(&scrat_engine::Given::default()).unwrap().len(), 3);
/// ```
#[diagnostic::on_unimplemented(
    message = "a pipeline cannot return `{Self}`",
    note = "return a `Step`, a `Vec` of steps, a tuple of these, or a `Result` of one"
)]
pub trait Wanted {
    /// The steps, in order.
    #[doc(hidden)]
    fn into_steps(self, _: Sealed) -> WantedSteps;
}

/// The steps that a pipeline wants.
#[derive(Debug, Default)]
pub struct WantedSteps {
    pub(crate) nodes: Vec<Arc<Node>>,
    /// Why it has none: its function returned an error.
    pub(crate) failure: Option<Failure>,
}

impl WantedSteps {
    fn and(mut self, mut more: Self) -> Self {
        self.nodes.append(&mut more.nodes);
        Self { nodes: self.nodes, failure: self.failure.or(more.failure) }
    }
}

impl<T> Wanted for Step<T> {
    fn into_steps(self, _: Sealed) -> WantedSteps {
        WantedSteps { nodes: vec![self.node], failure: None }
    }
}

impl<W: Wanted> Wanted for Vec<W> {
    fn into_steps(self, _: Sealed) -> WantedSteps {
        self.into_iter().fold(WantedSteps::default(), |all, wanted| all.and(wanted.into_steps(Sealed)))
    }
}

impl<W: Wanted, E: fmt::Display> Wanted for Result<W, E> {
    fn into_steps(self, _: Sealed) -> WantedSteps {
        match self {
            Ok(wanted) => wanted.into_steps(Sealed),
            Err(error) => WantedSteps { nodes: Vec::new(), failure: Some(Failure(format!("{error:#}"))) },
        }
    }
}

impl Wanted for () {
    fn into_steps(self, _: Sealed) -> WantedSteps {
        WantedSteps::default()
    }
}

macro_rules! wanted_tuples {
    ($($($name:ident)+;)+) => {$(
        impl<$($name: Wanted),+> Wanted for ($($name,)+) {
            fn into_steps(self, _: Sealed) -> WantedSteps {
                #[expect(non_snake_case, reason = "the variables are named like the types")]
                let ($($name,)+) = self;
                let steps = WantedSteps::default();
                $(let steps = steps.and($name.into_steps(Sealed));)+
                steps
            }
        }
    )+};
}

wanted_tuples! {
    A; A B; A B C; A B C D; A B C D E; A B C D E F; A B C D E F G; A B C D E F G H;
}
