//! The engine: a stash, the record of who computes what, and an observer of events. Everything else works through an
//! engine.

pub(crate) mod body_calls;
pub(crate) mod claims;
pub(crate) mod config;
pub(crate) mod event;
pub(crate) mod limits;
pub(crate) mod panics;
pub(crate) mod tasks;
pub(crate) mod waits;
pub(crate) mod which;

mod exit;
mod forked;

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, Weak};
use std::time::Duration;

use crate::digest::Digest;
use crate::engine::body_calls::{BodyCall, Recorder};
use crate::engine::claims::Claims;
use crate::engine::config::Config;
use crate::engine::event::{Event, Warning};
use crate::engine::limits::Limits;
use crate::engine::waits::Waits;
use crate::engine::which::Which;
use crate::function::{self, Function};
use crate::stash::{FOLDER, Keeping, Stash, StashError};
use crate::sync::{OfProcess, lock};

type Observer = dyn Fn(&Event) + Send + Sync;

/// An open stash, together with everything that this process does with it.
///
/// Every program has a default engine. Its stash is the nearest one from the current folder upwards, or a new one. To
/// use another engine, for instance in a test, [enter](Engine::enter) it.
///
/// # Examples
///
/// ```
/// use std::sync::Arc;
///
/// use scrat::{Engine, Event, Filter, Stash, stash};
///
/// #[stash]
/// fn double(x: u64) -> u64 {
///     x * 2
/// }
///
/// # let folder = tempfile::tempdir()?;
/// # let root = folder.path().join(".scrat");
/// let stash = Stash::create(&root)?;
/// let engine = Arc::new(Engine::new(Some(stash), |event| {
///     if let Event::Warning(warning) = event {
///         eprintln!("{warning:?}");
///     }
/// }));
/// assert_eq!(engine.enter(|| double(1) + double(1) + double(2)), 8);
///
/// let stash = engine.stash().expect("it was created above");
/// assert_eq!(stash.list(&Filter::All)?.len(), 2);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Engine {
    stash: Option<Stash>,
    /// What processes use instead that were forked from the one that made it.
    heirs: OfProcess<Arc<Self>>,
    pub(crate) claims: Arc<Claims>,
    pub(crate) patience: Duration,
    pub(crate) waits: Waits,
    observer: Arc<Observer>,
    disable: Which,
    force: Which,
    verbose: Which,
    /// Keys of forced functions that this process has computed.
    renewed: Mutex<BTreeSet<Digest>>,
    /// Whether results may be compressed, where their functions do not say.
    packs: bool,
    limits: Limits,
    said: Mutex<BTreeSet<String>>,
    pub(crate) body: Arc<Recorder>,
}

impl std::fmt::Debug for Engine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Engine").field("stash", &self.stash).finish_non_exhaustive()
    }
}

static GLOBAL: OnceLock<OfProcess<Arc<Engine>>> = OnceLock::new();
static DEFAULT: OnceLock<Weak<Engine>> = OnceLock::new();
static DEFAULT_OBSERVER: OnceLock<fn(&Event)> = OnceLock::new();

thread_local! {
    static ENTERED: RefCell<Option<Arc<Engine>>> = const { RefCell::new(None) };
    /// A reference that keeps nothing alive, because threads of a pool outlive it for a moment and must not keep the
    /// stash open.
    static RUN: RefCell<Weak<Engine>> = const { RefCell::new(Weak::new()) };
}

/// Sees to it that this thread has what a call needs for as long as it has anything that is made later.
fn last_as_long() {
    RUN.with(|_| ());
    tasks::last_as_long();
    crate::stash::last_as_long();
    crate::value::last_as_long();
}

impl Engine {
    /// An engine over an open stash, or over none, that reports events to `observer`.
    pub fn new(stash: Option<Stash>, observer: impl Fn(&Event) + Send + Sync + 'static) -> Self {
        const PATIENCE: Duration = Duration::from_secs(60);
        let engine = Self {
            stash,
            heirs: OfProcess::default(),
            claims: Arc::default(),
            patience: PATIENCE,
            waits: Waits::default(),
            observer: Arc::new(observer),
            disable: Which::Nothing,
            force: Which::Nothing,
            verbose: Which::Nothing,
            renewed: Mutex::default(),
            packs: true,
            limits: Limits::default(),
            said: Mutex::default(),
            body: Arc::default(),
        };
        if let Some(stash) = &engine.stash {
            let (observer, path) = (engine.observer.clone(), stash.root().to_owned());
            stash.on_long_wait(move || observer(&Event::Warning(Warning::StashInUse { path: path.clone() })));
            if !stash.is_writable() {
                engine.warn(Warning::read_only(stash));
            }
        }
        engine
    }

    /// Opens the stash that `config` names, or else the nearest one from `folder` upwards, and makes one if there is
    /// none. If that fails, the engine reports a warning and has no stash: functions run even without one.
    pub fn open(config: &Config, folder: &Path, observer: impl Fn(&Event) + Send + Sync + 'static) -> Self {
        if config.disable == Which::All {
            return Self::new(None, observer).with_settings(config);
        }
        let observer: Arc<Observer> = Arc::new(observer);
        let (root, told) = (place(config, folder), observer.clone());
        let waited_for = root.clone();
        let tell = move || told(&Event::Warning(Warning::StashInUse { path: waited_for.clone() }));
        let opened = Stash::telling_of_waits(tell, || open_or_create(&root));
        let observer = move |event: &Event| observer(event);
        match opened {
            Ok((stash, made)) => {
                let engine = Self::new(Some(stash), observer).with_settings(config);
                if let Some(path) = made {
                    engine.tell(&Event::StashMade { path });
                }
                engine
            }
            Err(error) => {
                let engine = Self::new(None, observer);
                engine.warn(Warning::NoStash { error: error.with_hint() });
                engine
            }
        }
    }

    /// Whether a function's results may be compressed.
    pub(crate) fn packs(&self, function: &Function) -> bool {
        function.options().compress.unwrap_or(self.packs)
    }

    /// How much of a function's results is kept.
    pub(crate) fn keeping(&self, function: &Function) -> Keeping {
        let options = function.options();
        let limit = self.limits.of(function.name()).or(options.limit);
        Keeping { limit, ttl_seconds: options.ttl_seconds }
    }

    /// The engine of direct calls: the innermost one that this thread has entered, or else the program's.
    pub fn current() -> Arc<Self> {
        let Ok(entered) = ENTERED.try_with(|entered| entered.borrow().clone()) else {
            return Self::of_ending_thread();
        };
        // Whatever a thread has that a destructor of the user's may need later is there before the user's own.
        last_as_long();
        let run = || RUN.with_borrow(Weak::upgrade);
        let found = entered.or_else(run).or_else(|| DEFAULT.get().and_then(Weak::upgrade));
        found.map_or_else(Self::of_program, Self::of_this_process)
    }

    /// The engine of a program that has made none.
    fn of_program() -> Arc<Self> {
        let places = GLOBAL.get_or_init(OfProcess::default);
        let open = || {
            exit::close_stashes();
            if places.is_own() {
                return Arc::new(Self::from_surroundings());
            }
            // A thread of the parent's may have been opening one.
            let inherited: Vec<_> = places.inherited().cloned().collect();
            match inherited.first() {
                Some(first) => first.clone().of_this_process(),
                None => Arc::new(forked::in_time(|| (), Self::from_surroundings).unwrap_or_else(|| {
                    let engine = Self::new(None, DEFAULT_OBSERVER.get().copied().unwrap_or(|_| {}));
                    engine.warn(Warning::NoStash {
                        error: "a thread was opening it as this process was forked".to_owned(),
                    });
                    engine
                })),
            }
        };
        places.here().get_or_init(open).clone()
    }

    /// A thread that ends may have nothing of its own any more, and what it calls then runs without a stash.
    fn of_ending_thread() -> Arc<Self> {
        static WITHOUT: OnceLock<Arc<Engine>> = OnceLock::new();
        WITHOUT.get_or_init(|| Arc::new(Self::new(None, |_| {}))).clone()
    }

    fn from_surroundings() -> Self {
        let observer = DEFAULT_OBSERVER.get().copied().unwrap_or(|_| {});
        let folder = std::env::current_dir().unwrap_or_else(|_| PathBuf::from("."));
        match Config::load(&folder) {
            Ok(config) => Self::open(&config, &folder, observer),
            Err(error) => {
                let engine = Self::new(None, observer);
                engine.warn(Warning::NoStash { error: error.to_string() });
                engine
            }
        }
    }

    /// Sets the observer of the program's engine. This has no effect if one was set before, or if the engine is already
    /// in use.
    pub fn set_default_observer(observer: fn(&Event)) {
        DEFAULT_OBSERVER.get_or_init(|| observer);
    }

    /// Makes this the engine of all threads that have not entered one, for as long as it lives. The first engine that
    /// does so wins.
    pub fn make_default(self: &Arc<Self>) {
        exit::close_stashes();
        drop(DEFAULT.set(Arc::downgrade(self)));
    }

    /// Makes an engine that of the current thread, which belongs to a run, for as long as the engine lives.
    pub(crate) fn serve_run(engine: Weak<Self>) {
        drop(RUN.replace(engine));
    }

    /// Runs `work` with this engine as the one that direct calls on the current thread use.
    pub fn enter<R>(self: &Arc<Self>, work: impl FnOnce() -> R) -> R {
        struct Leave(Option<Arc<Engine>>);
        impl Drop for Leave {
            fn drop(&mut self) {
                drop(ENTERED.replace(self.0.take()));
            }
        }
        let _leave = Leave(ENTERED.replace(Some(self.clone())));
        work()
    }

    /// Polls `future` with this engine as the one that direct calls use, whatever thread it is polled on.
    ///
    /// # Examples
    ///
    /// ```
    /// use scrat::{Engine, Stash, stash};
    ///
    /// #[stash]
    /// async fn double(x: u64) -> u64 {
    ///     x * 2
    /// }
    ///
    /// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
    /// # let folder = tempfile::tempdir()?;
    /// let stash = Stash::create(&folder.path().join(".scrat"))?;
    /// let engine = std::sync::Arc::new(Engine::new(Some(stash), |_| {}));
    /// assert_eq!(engine.enter_async(double(2)).await, 4);
    /// # Ok(())
    /// # }
    /// ```
    pub async fn enter_async<F: Future>(self: &Arc<Self>, future: F) -> F::Output {
        let mut future = std::pin::pin!(future);
        std::future::poll_fn(|context| self.enter(|| future.as_mut().poll(context))).await
    }

    /// Runs the body of a pipeline with this engine, and returns the calls that it made.
    pub(crate) fn recording<R>(self: &Arc<Self>, body: impl FnOnce() -> R) -> (R, Vec<BodyCall>) {
        self.body.start();
        let result = self.enter(body);
        (result, self.body.stop())
    }

    /// The engine's stash, if one could be opened.
    pub fn stash(&self) -> Option<&Stash> {
        self.stash.as_ref()
    }

    /// The same engine, which disables, forces and reports the functions that `config` names.
    #[must_use]
    pub fn with_settings(mut self, config: &Config) -> Self {
        self.disable.clone_from(&config.disable);
        self.force.clone_from(&config.force);
        self.verbose.clone_from(&config.verbose);
        self.packs = config.compress.unwrap_or(true);
        if self.stash.as_ref().is_some_and(|stash| stash.durability() != config.durability) {
            self.stash = self.stash.map(|stash| stash.with_durability(config.durability));
        }
        self.limits.clone_from(&config.limits);
        if let Some(stash) = &self.stash {
            stash.set_limit(self.limits.stash);
            if let Some(budget) = config.memory.budget {
                stash.set_memory(budget);
            }
        }
        let functions: Vec<_> = function::functions().into_iter().map(Function::name).collect();
        for (setting, which) in [("disable", &self.disable), ("force", &self.force), ("verbose", &self.verbose)] {
            for name in which.missing(&functions) {
                self.warn(Warning::NoSuchFunction { setting, name: name.to_owned() });
            }
        }
        self.warn_of_limits(&functions);
        self
    }

    /// A limit of a function that nobody knows limits nothing. Other programs that use the stash have functions of their own.
    fn warn_of_limits(&self, functions: &[&str]) {
        let is_of_none = |name: &&String| !functions.iter().any(|function| self::which::means(name, function));
        let unknown: Vec<&String> = self.limits.functions.keys().filter(is_of_none).collect();
        if unknown.is_empty() {
            return;
        }
        let Some(Ok(stored)) = self.stash.as_ref().map(Stash::function_names) else { return };
        for name in unknown {
            if !stored.iter().any(|function| self::which::means(name, function)) {
                self.warn(Warning::NoSuchFunction { setting: "stash.functions", name: name.clone() });
            }
        }
    }

    /// Whether the user wants nothing of a function to be stored.
    pub(crate) fn disables(&self, function: &Function) -> bool {
        function.options().disable || self.disable.includes(function.name())
    }

    /// Whether the user wants to hear of each call of a function.
    pub(crate) fn reports(&self, function: &Function) -> bool {
        self.verbose.includes(function.name())
    }

    /// Whether the user wants all results of a function to be computed once more.
    pub(crate) fn forces(&self, function: &Function) -> bool {
        self.force.includes(function.name())
    }

    /// Whether a result has to be computed, though it may be stored: it is forced, and this process has not done so.
    pub(crate) fn must_renew(&self, function: &Function, key: &Digest) -> bool {
        self.forces(function) && !lock(&self.renewed).contains(key)
    }

    /// Notes that a result was computed and stored.
    pub(crate) fn note_renewed(&self, function: &Function, key: &Digest) {
        if self.forces(function) {
            lock(&self.renewed).insert(*key);
        }
    }

    pub(crate) fn tell(&self, event: &Event) {
        (self.observer)(event);
    }

    /// Reports a warning about what the stash could not do, once for each cause.
    pub(crate) fn warn_of(&self, error: &StashError, warning: Warning) {
        let what = if matches!(warning, Warning::NotStored { .. }) { "store" } else { "read" };
        self.say(format!("{what}: {}", error.cause()), warning);
    }

    /// Reports a warning, once for each function and kind.
    pub(crate) fn warn(&self, warning: Warning) {
        self.say(about(&warning), warning);
    }

    fn say(&self, about: String, warning: Warning) {
        if lock(&self.said).insert(about) {
            self.tell(&Event::Warning(warning));
        }
    }
}

/// What a warning is about: it is reported once for each.
fn about(warning: &Warning) -> String {
    match warning {
        Warning::NoSuchFunction { setting, name } => format!("{setting} {name}"),
        Warning::NoStash { .. } | Warning::ReadOnlyStash { .. } => "stash".to_owned(),
        Warning::LostIndex { .. } => "index".to_owned(),
        Warning::NoFingerprints { .. } => "fingerprints".to_owned(),
        Warning::NoKey { function, .. } => format!("key {function}"),
        Warning::Unstorable { function, .. } => format!("type {function}"),
        Warning::NotStored { function, error } => format!("store {function} {error}"),
        Warning::Damaged { function } => format!("damage {function}"),
        Warning::Unreadable { function, .. } => format!("read {function}"),
        Warning::Waiting { function, .. } => format!("wait {function}"),
        Warning::StashInUse { .. } => "wait".to_owned(),
        Warning::InputChanged { function, path } => format!("input {function} {}", path.display()),
    }
}

/// Where the stash is, or is made.
fn place(config: &Config, folder: &Path) -> PathBuf {
    let named = config.stash.clone().or_else(|| Stash::find(folder));
    named.unwrap_or_else(|| place_for_new(folder))
}

fn open_or_create(root: &Path) -> Result<(Stash, Option<PathBuf>), StashError> {
    match Stash::open(root) {
        Err(StashError::Missing { .. }) => Stash::create(root).map(|stash| (stash, Some(root.to_owned()))),
        other => other.map(|stash| (stash, None)),
    }
}

/// Where a new stash goes: beside the `Cargo.toml` of the workspace that `folder` is in, or else into `folder` itself.
pub fn place_for_new(folder: &Path) -> PathBuf {
    let manifests: Vec<_> = folder.ancestors().filter(|folder| folder.join("Cargo.toml").exists()).collect();
    let is_workspace = |folder: &&&Path| {
        let text = std::fs::read_to_string(folder.join("Cargo.toml")).unwrap_or_default();
        text.lines().any(|line| line.trim().starts_with("[workspace]"))
    };
    let beside = manifests.iter().find(is_workspace).or(manifests.first());
    beside.map_or(folder, |folder| *folder).join(FOLDER)
}
