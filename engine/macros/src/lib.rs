//! The attributes `#[stash]` and `#[pipeline]`: they parse, ask scrat-fingerprint, and delegate to
//! scrat-engine. An error points at what the user wrote.

mod borrowed;
mod checks;
mod code;
mod companion;
mod form;
mod limit;
mod options;
mod pass;
mod pipeline;
mod root;
mod signature;
mod stash;
mod step;

use proc_macro::TokenStream;

/// Keeps a function's results in the stash, and reuses them until something that they depend on changes.
///
/// The function is called as before. The macro adds a type of the same name, which has `step(…)` to declare a call as a
/// step of a pipeline, and also `is_stashed(…)`, `call_fresh(…)` (runs, and stores nothing), `shelve(…)` (a handle of the
/// result, which is loaded later), `forget(…)`, `clear()`, `stats()` and `totals()`.
///
/// Parameters and the result must be values: they implement serde's `Serialize` and `Deserialize`, and own what they
/// refer to. A parameter may also borrow from a value (`&T`, `&[T]`, `&str`, `&Path`). If the function returns a
/// `Result`, errors are not stored. A method is memoized with `self` as an argument, and gets no such type;
/// `step = name` gives it a step.
///
/// The function may be `async`, on any executor: calls with equal arguments then wait for one of them without blocking a
/// thread. It has no `step(…)` and no `shelve(…)`.
///
/// Options, in `#[stash(…)]`:
///
/// | option | meaning |
/// | --- | --- |
/// | `name = "…"` | the name in the stash, instead of the path of the function |
/// | `version = "…"` | part of the key; change it by hand when something outside the code has changed |
/// | `code = "ignore"` | edits of the code don't count, only the name of the type that it returns does |
/// | `watch(function, file = "…", env = "…")` | the result depends on these, too: an item and all that it reaches, a file of the package, a variable, as they are when the program is built |
/// | `unimportant(Type::field, …)` | fields that serde leaves out, and that no result depends on |
/// | `serializer = Codec` | the codec that stores the result, for a type that serde does not know |
/// | `ttl = "…"` | results older than this don't count: `30s`, `15m`, `12h`, `7d` |
/// | `max_size = "2 GB"`, `max_count = N` | how much is kept of its results; others go as one is stored |
/// | `policy = "…"` | which of them go first: `cost`, `lru`, `lfu` or `fifo` |
/// | `compress = false` | large results are stored as they are, even where compressing them would be worth it |
/// | `validate = path` | a stored result counts only if this function, `fn(&T) -> bool`, lets it pass |
/// | `each` | `fn f(items: &[T], …) -> Vec<U>` is remembered element by element, and called with those that are missing; a step of one with a `ttl` computes all |
/// | `memory` | repeated hits in a process clone a value that stays in memory; of an `Arc`, all get the same |
/// | `step = name` | on a method: its step stands beside it under this name |
/// | `retries = N` | how often a step that failed is tried again in a run |
/// | `disable` | the function always runs, and nothing is stored |
/// | `crate = path` | where to find scrat if another crate re-exports it: `crate = my::scrat`; quotes are allowed |
///
/// On a parameter, `#[stash(ignore)]` leaves it out of the key, `#[stash(serializer = Codec)]` names the codec of the
/// argument, as the option does that of the result, `#[stash(hasher = Hasher)]` names what stands for it in the key, and
/// `#[stash(default = 3)]` says what calls meant before the parameter was added. With `code = "ignore"`, the results of
/// those calls are then used where the argument equals the default. (Without it they are out of date in any case, since
/// the function has been edited.) If several parameters were added, the newest stands last.
///
/// A dependency that is renamed in the manifest (`memo = { package = "scrat", … }`) needs no `crate = memo`.
///
/// # Examples
///
/// ```
/// use scrat::{File, stash};
///
/// #[stash]
/// fn lines(text: File) -> std::io::Result<usize> {
///     Ok(text.read_to_string()?.lines().count())
/// }
///
/// #[stash(version = "2", ttl = "7d")]
/// fn squares(of: &[u64], #[stash(ignore)] mut tell: impl FnMut(u64)) -> Vec<u64> {
///     of.iter().map(|x| x * x).inspect(|square| tell(*square)).collect()
/// }
///
/// # let folder = tempfile::tempdir()?;
/// # let stash = scrat::Stash::create(&folder.path().join(".scrat"))?;
/// # let engine = std::sync::Arc::new(scrat::Engine::new(Some(stash), |_| {}));
/// # engine.enter(|| {
/// assert_eq!(squares(&[2, 3], |_| ()), [4, 9]);
/// assert_eq!(squares(&[2, 3], |_| panic!("it does not run again")), [4, 9]);
/// assert!(squares::is_stashed(&[2, 3], |_| ()));
/// assert_eq!((squares::stats().misses, squares::stats().hits), (1, 1));
///
/// assert!(squares::forget(&[2, 3], |_| ())?);
/// assert!(!squares::is_stashed(&[2, 3], |_| ()));
///
/// assert!(lines("no/such/file.txt".into()).is_err(), "an error is not stored");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Options that change how results are looked up:
///
/// ```
/// use std::sync::Arc;
///
/// use scrat::{Step, stash};
///
/// /// Is called once, with the words that are not stored yet.
/// #[stash(each)]
/// fn lengths(words: &[String], #[stash(default = 1)] factor: usize) -> Vec<usize> {
///     words.iter().map(|word| word.len() * factor).collect()
/// }
///
/// fn is_complete(text: &str) -> bool {
///     text.ends_with('.')
/// }
///
/// #[stash(validate = is_complete)]
/// fn sentence(words: &[String]) -> String {
///     words.join(" ") + "."
/// }
///
/// #[stash(memory)]
/// fn table(size: u64) -> Arc<Vec<u64>> {
///     Arc::new((0..size).collect())
/// }
///
/// #[derive(serde::Serialize, serde::Deserialize)]
/// struct Scale(u64);
///
/// impl Scale {
///     #[stash(step = weigh_step)]
///     fn weigh(&self, nuts: u64) -> u64 {
///         self.0 * nuts
///     }
/// }
///
/// #[stash]
/// async fn fetch(page: String) -> String {
///     page.to_uppercase()
/// }
///
/// # let folder = tempfile::tempdir()?;
/// # let stash = scrat::Stash::create(&folder.path().join(".scrat"))?;
/// # let engine = std::sync::Arc::new(scrat::Engine::new(Some(stash), |_| {}));
/// # engine.enter(|| {
/// let words = ["oak", "elm", "oak"].map(String::from);
/// assert_eq!(lengths(&words[..1], 1), [3]);
/// assert_eq!(lengths(&words, 1), [3, 3, 3]);
/// assert_eq!(lengths::stats().misses, 2);
/// assert_eq!(sentence(&words), "oak elm oak.");
///
/// let (_, first, second) = (table(9), table(9), table(9));
/// assert!(Arc::ptr_eq(&first, &second));
///
/// let _declared: Step<u64> = Scale::weigh_step(Scale(2), 3);
/// # });
/// # drop(fetch("oak".to_owned()));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[proc_macro_attribute]
pub fn stash(options: TokenStream, item: TokenStream) -> TokenStream {
    stash::expand(options.into(), item.into()).unwrap_or_else(|error| error.into_compile_error()).into()
}

/// Turns a function that declares steps, and returns the wanted ones, into a pipeline of the program.
///
/// The function's parameters become flags, with their doc comments as help; `#[pipeline(name = default, …)]` gives them
/// defaults. A parameter's type must implement `FromStr`, or be a `Vec` of such a type. `crate = path` among the
/// defaults says where to find scrat, as in [`stash`](macro@stash).
///
/// # Examples
///
/// ```
/// use scrat::prelude::*;
///
/// #[stash]
/// fn score(fold: u64) -> u64 {
///     fold * 10
/// }
///
/// #[stash]
/// fn report(scores: &[u64]) -> String {
///     format!("best: {:?}", scores.iter().max())
/// }
///
/// /// Scores each fold, and reports the best.
/// #[pipeline(folds = 3)]
/// fn study(
///     /// How many folds there are.
///     folds: u64,
/// ) -> Step<String> {
///     let scores: Vec<Step<u64>> = (0..folds).map(score::step).collect();
///     report::step(scores).export("report.txt")
/// }
/// # let pipeline = scrat_engine::pipelines().into_iter().find(|pipeline| pipeline.name == "study").unwrap();
/// # assert_eq!(pipeline.graph(&scrat_engine::Given::default()).unwrap().len(), 4);
/// ```
///
/// `scrat run study --folds 5` runs it.
#[proc_macro_attribute]
pub fn pipeline(defaults: TokenStream, item: TokenStream) -> TokenStream {
    pipeline::expand(defaults.into(), item.into()).unwrap_or_else(|error| error.into_compile_error()).into()
}
