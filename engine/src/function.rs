//! Stashed functions: what the macro says of each, and the list of those linked into the program.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use scrat_fingerprint::{Answers, Code, Forgotten, Part, fingerprint};

use crate::digest::{Digest, Fields};
use crate::value::{Kind, ValueError, Verdict};

/// A function marked `#[stash]`. The macro makes one static of it for each.
#[derive(Debug)]
pub struct Function {
    name: &'static str,
    module: &'static str,
    file: &'static str,
    line: u32,
    parameters: &'static [Parameter],
    options: Options,
    compiled: CompiledCode,
    result: Option<fn() -> KindOf>,
    resolved: OnceLock<Resolved>,
    tally: Tally,
}

/// What can be done with values of a type. For the macro.
#[derive(Clone, Copy, Debug)]
pub struct KindOf(pub(crate) &'static Kind);

/// A parameter of a stashed function.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parameter {
    /// As it is written.
    pub name: &'static str,
    /// Whether it is left out of the key.
    pub ignored: bool,
}

/// What `#[stash(…)]` sets for a whole function.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// `version = "…"`: part of the key, to be changed by hand.
    pub version: Option<&'static str>,
    /// `code = "ignore"`: edits of the code don't count.
    pub ignore_code: bool,
    /// `disable`: the function always runs, and nothing is stored.
    pub disable: bool,
    /// `ttl = "…"`: results older than this many seconds don't count.
    pub ttl_seconds: Option<u64>,
    /// `retries = …`: how often a step that returned an error is tried again in a run.
    pub retries: u32,
    /// `unimportant(…)`: fields that may be left out of what is stored.
    pub unimportant: &'static [&'static str],
}

impl Options {
    /// No option set.
    pub const NONE: Self =
        Self { version: None, ignore_code: false, disable: false, ttl_seconds: None, retries: 0, unimportant: &[] };
}

/// What the macro found out about the function's code, and what rustc answered.
#[derive(Clone, Copy, Debug)]
pub enum CompiledCode {
    /// The sources were analysed.
    Source {
        /// [`Code::to_bytes`].
        bytes: &'static [u8],
        /// Answers to the predicates of the code, in order.
        cfgs: &'static [bool],
        /// Values of the variables of the code, in order.
        envs: &'static [Option<&'static str>],
        /// For a function with types of its own: the modules of its crate whose items have names that nothing else has,
        /// without the crate's name.
        modules: &'static [&'static str],
    },
    /// The compiler was asked, and its answer stands in the table of the program.
    Compiler {
        /// The function's key there.
        key: &'static str,
        /// Whether there is an instance of it for each of its types, or of its impl's.
        has_types: bool,
        /// Whether it watches anything, which need not be code.
        watches: bool,
    },
}

#[derive(Debug)]
struct Resolved {
    code: Code,
    parts: Vec<Part>,
    fingerprint: Digest,
    identity: Digest,
}

/// Calls of a function in this process.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    pub hits: AtomicU64,
    pub misses: AtomicU64,
    pub saved_nanos: AtomicU64,
    /// Whether a result of it was seen to survive storing.
    pub checked: AtomicBool,
}

impl Tally {
    pub(crate) fn hit(&self, saved_nanos: u64) {
        self.hits.fetch_add(1, Ordering::Relaxed);
        self.saved_nanos.fetch_add(saved_nanos, Ordering::Relaxed);
    }

    pub(crate) fn miss(&self) {
        self.misses.fetch_add(1, Ordering::Relaxed);
    }
}

impl Function {
    /// For the macro.
    pub const fn new(
        name: &'static str,
        (module, file, line): (&'static str, &'static str, u32),
        parameters: &'static [Parameter],
        options: Options,
        compiled: CompiledCode,
    ) -> Self {
        let tally = Tally {
            hits: AtomicU64::new(0),
            misses: AtomicU64::new(0),
            saved_nanos: AtomicU64::new(0),
            checked: AtomicBool::new(false),
        };
        Self { name, module, file, line, parameters, options, compiled, result: None, resolved: OnceLock::new(), tally }
    }

    /// The same function with the type of its result, where that is one for all calls.
    #[must_use]
    pub const fn with_result(mut self, result: fn() -> KindOf) -> Self {
        self.result = Some(result);
        self
    }

    /// What can be done with its results, where that is known.
    pub(crate) fn result(&self) -> Option<&'static Kind> {
        self.result.map(|result| result().0)
    }

    /// Its path: `crate::module::name`.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// The path of the module that it is written in.
    pub(crate) fn module(&self) -> &'static str {
        self.module
    }

    /// The modules of its crate in which a name says which item it is.
    pub(crate) fn clear_modules(&self) -> &'static [&'static str] {
        match self.compiled {
            CompiledCode::Source { modules, .. } => modules,
            CompiledCode::Compiler { .. } => &[],
        }
    }

    /// The last segment of its path.
    pub fn short_name(&self) -> &'static str {
        self.name.rsplit("::").next().unwrap_or(self.name)
    }

    /// Where it is written: the file as the compiler was given it, and the line from 1.
    pub fn place(&self) -> (&'static str, u32) {
        (self.file, self.line)
    }

    /// Its parameters, in order.
    pub fn parameters(&self) -> &'static [Parameter] {
        self.parameters
    }

    /// Its options.
    pub fn options(&self) -> &Options {
        &self.options
    }

    /// Digest of all code that its result depends on.
    pub fn fingerprint(&self) -> Digest {
        self.resolved().fingerprint
    }

    /// Everything that its result depends on, by name.
    pub fn parts(&self) -> &[Part] {
        &self.resolved().parts
    }

    /// The stashed functions that its code reaches, by name.
    pub fn calls(&self) -> &[String] {
        &self.resolved().code.calls
    }

    /// Where the analysis of its code had to be coarse: a sentence each.
    pub fn notes(&self) -> &[String] {
        &self.resolved().code.notes
    }

    /// The field that serde leaves out of an argument or of the result, if there is one that counts: equal keys
    /// would not mean equal arguments, or a stored result not be the one that was returned.
    pub(crate) fn forgets(&self) -> Option<ValueError> {
        if self.options.disable {
            return None;
        }
        self.forgotten().find(|field| field.certain).map(error)
    }

    /// The same for the result alone.
    pub(crate) fn forgets_of_result(&self) -> Option<ValueError> {
        self.forgotten().find(|field| field.certain && field.in_result).map(error)
    }

    /// Whether values may be compared with what their bytes stand for: those that may differ on purpose can't be.
    pub(crate) fn compares_values(&self) -> bool {
        self.options.unimportant.is_empty()
    }

    /// What to make of a comparison. Where the type does not say, a conversion on the way counts as one that loses
    /// something.
    pub(crate) fn judge(&self, verdict: Verdict, type_name: &str) -> Result<(), ValueError> {
        match self.forgotten().find(|field| field.is_in(type_name)) {
            Some(field) if verdict == Verdict::Unknown => Err(error(field)),
            _ => Ok(()),
        }
    }

    fn forgotten(&self) -> impl Iterator<Item = &Forgotten> {
        let unimportant = self.options.unimportant;
        self.resolved().code.forgotten.iter().filter(|field| !unimportant.iter().any(|name| field.is_named(name)))
    }

    /// What of the function goes into a key: the fingerprint, unless the code is ignored, and the version.
    pub fn identity(&self) -> Digest {
        self.resolved().identity
    }

    pub(crate) fn tally(&self) -> &Tally {
        &self.tally
    }

    fn resolved(&self) -> &Resolved {
        self.resolved.get_or_init(|| {
            let (code, parts, fingerprint) = match self.compiled {
                CompiledCode::Source { bytes, cfgs, envs, .. } => {
                    let code = Code::from_bytes(bytes).expect("the macro compiled in what to_bytes wrote");
                    let envs = envs.iter().map(|value| value.map(str::to_owned)).collect();
                    let parts = code.parts(&Answers { cfgs: cfgs.to_vec(), envs });
                    let fingerprint = Digest(fingerprint(&parts));
                    (code, parts, fingerprint)
                }
                // All that is in the program: right, and good for this build alone.
                CompiledCode::Compiler { .. } => {
                    (Code::default(), Vec::new(), Digest::of(crate::types::program().as_bytes()))
                }
            };
            let identity = identity(self.name, self.namesake(), &self.options, &fingerprint);
            Resolved { code, parts, fingerprint, identity }
        })
    }
}

impl Function {
    /// What tells it from other functions of its name, if the program has any: a macro that is called in two blocks makes
    /// two, and two versions of a package have one each. Which is which is known within one program.
    fn namesake(&self) -> Option<(&'static str, u64)> {
        let namesakes = inventory::iter::<Registered>.into_iter().filter(|other| other.0.name == self.name);
        let places = namesakes.map(|other| std::ptr::from_ref(other.0).addr());
        let own = std::ptr::from_ref(self).addr();
        let (count, before) =
            places.fold((0_u64, 0), |(count, before), place| (count + 1, before + u64::from(place < own)));
        (count > 1).then(|| (crate::types::program(), before))
    }
}

fn identity(name: &str, namesake: Option<(&'static str, u64)>, options: &Options, fingerprint: &Digest) -> Digest {
    let mut fields = Fields::new("scrat code v1");
    fields.text(name);
    if let Some((program, rank)) = namesake {
        fields.text("one of several in").text(program).number(rank);
    }
    match options.version {
        Some(version) => fields.number(1).text(version),
        None => fields.number(0),
    };
    if options.ignore_code {
        fields.number(0)
    } else {
        fields.number(1).digest(fingerprint)
    };
    fields.number(options.unimportant.len() as u64);
    for field in options.unimportant {
        fields.text(field);
    }
    fields.finish()
}

fn error(field: &Forgotten) -> ValueError {
    let Forgotten { field, attribute, certain, .. } = field.clone();
    if certain { ValueError::Forgetful { field, attribute } } else { ValueError::Incomparable { field, attribute } }
}

/// A function in the program's list. For the macro.
#[derive(Debug)]
pub struct Registered(pub &'static Function);

inventory::collect!(Registered);

/// All stashed functions linked into this program, by name.
pub fn functions() -> Vec<&'static Function> {
    let mut functions: Vec<_> = inventory::iter::<Registered>.into_iter().map(|registered| registered.0).collect();
    functions.sort_unstable_by_key(|function| (function.name, function.file, function.line));
    functions
}
