//! Stashed functions: what the macro declares about each, and the list of those that are linked into the program.

use std::borrow::Cow;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use scrat_fingerprint::{Forgotten, Part};

use behind::{Behind, Fingerprint, whole_program};
use declaration::Declaration;

use crate::digest::{Digest, Fields};
use crate::value::{Kind, KindOf, ValueError, Verdict};

pub(crate) mod behind;
pub(crate) mod code_view;
mod declaration;
pub(crate) mod faithful;
pub(crate) mod ignored;
mod program;
pub(crate) mod returns;

pub use behind::FingerprintKind;
pub use declaration::{CompiledCode, Options, Parameter};

/// A function marked `#[stash]`. The macro makes a static of this type for each one.
///
/// # Examples
///
/// ```
/// use scrat::{functions, stash};
///
/// #[stash(name = "app::double")]
/// fn twice(x: u64) -> u64 {
///     x * 2
/// }
///
/// let function = functions().into_iter().find(|function| function.name() == "app::double").unwrap();
/// assert_eq!(function.short_name(), "double");
/// println!("{} {}", function.fingerprint_kind().word(), function.fingerprint());
/// ```
#[derive(Debug)]
pub struct Function {
    declared: Declaration,
    result: Option<fn() -> KindOf>,
    resolved: OnceLock<Resolved>,
    namesake: OnceLock<Option<(&'static str, u64)>>,
    tally: Tally,
}

#[derive(Debug)]
struct Resolved {
    behind: Behind,
    identity: Digest,
}

/// Calls of a function in this process.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    pub hits: AtomicU64,
    pub misses: AtomicU64,
    pub saved_nanos: AtomicU64,
    /// Whether a result of this function has survived being stored and read back.
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
    #[doc(hidden)]
    pub const fn new(
        name: &'static str,
        place: (&'static str, &'static str, u32),
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
        Self {
            declared: Declaration::new(name, place, parameters, options, compiled),
            result: None,
            resolved: OnceLock::new(),
            namesake: OnceLock::new(),
            tally,
        }
    }

    /// The same function with the type of its result, if all calls have the same one.
    #[doc(hidden)]
    #[must_use]
    pub const fn with_result(mut self, result: fn() -> KindOf) -> Self {
        self.result = Some(result);
        self
    }

    /// What can be done with its results, where that is known.
    pub(crate) fn result(&self) -> Option<&'static Kind> {
        self.result.map(|result| result().kind)
    }

    /// Its path: `crate::module::name`.
    pub fn name(&self) -> &'static str {
        self.declared.name
    }

    /// The path of the module in which it is written.
    pub(crate) fn module(&self) -> &'static str {
        self.declared.module
    }

    /// The modules of its crate in which a path names exactly one item.
    pub(crate) fn clear_modules(&self) -> &'static [&'static str] {
        match self.declared.compiled {
            CompiledCode::Source { modules, .. } => modules,
            CompiledCode::Compiler { .. } => &[],
        }
    }

    /// The last segment of its path.
    pub fn short_name(&self) -> &'static str {
        self.declared.name.rsplit("::").next().unwrap_or(self.declared.name)
    }

    /// Where it is written: the file's path as the compiler was given it, and the line, from 1.
    pub fn place(&self) -> (&'static str, u32) {
        (self.declared.file, self.declared.line)
    }

    /// Its parameters, in order.
    pub fn parameters(&self) -> &'static [Parameter] {
        self.declared.parameters
    }

    /// Its options.
    pub fn options(&self) -> &Options {
        &self.declared.options
    }

    /// Digest of all code that its result depends on. If the compiler made the fingerprint of a generic function, this
    /// is a digest over all of its compiled instances.
    pub fn fingerprint(&'static self) -> Digest {
        self.behind().fingerprint.digest
    }

    /// Where the fingerprint comes from.
    pub fn fingerprint_kind(&'static self) -> FingerprintKind {
        self.behind().fingerprint.kind
    }

    /// Everything that its result depends on, by name.
    pub fn parts(&'static self) -> &'static [Part] {
        &self.behind().parts
    }

    /// The same for the instance with this fingerprint, if there are several.
    pub(crate) fn parts_of(&'static self, fingerprint: Fingerprint) -> Cow<'static, [Part]> {
        let behind = self.behind();
        if behind.has_instances() {
            behind.parts_of(self.declared.name, fingerprint).into()
        } else {
            (&*behind.parts).into()
        }
    }

    /// The stashed functions that its code reaches, by name.
    pub fn calls(&'static self) -> &'static [String] {
        &self.behind().code.calls
    }

    /// Where the analysis of its code had to be coarse: one sentence for each case.
    pub fn notes(&'static self) -> &'static [String] {
        &self.behind().code.notes
    }

    pub(crate) fn behind(&'static self) -> &'static Behind {
        &self.resolved().behind
    }

    /// What distinguishes the build that contains it from any other.
    pub(crate) fn program(&'static self) -> &'static str {
        self.declared.program()
    }

    /// The fingerprint of a call about which only the program is known.
    pub(crate) fn whole_program(&'static self) -> Fingerprint {
        whole_program(&self.declared)
    }

    /// The field that serde leaves out of an argument or of the result, if there is one that counts. With such a field,
    /// equal keys would not mean equal arguments, or a stored result would not be the one that was returned.
    pub(crate) fn forgets(&'static self) -> Option<ValueError> {
        if self.declared.options.disable {
            return None;
        }
        self.forgotten().find(|field| field.certain).map(error)
    }

    /// The same for the result alone.
    pub(crate) fn forgets_of_result(&'static self) -> Option<ValueError> {
        self.forgotten().find(|field| field.certain && field.in_result).map(error)
    }

    /// Whether values may be compared with what their bytes stand for. Values that may differ on purpose can't be.
    pub(crate) fn compares_values(&self) -> bool {
        self.declared.options.unimportant.is_empty()
    }

    /// What to make of a comparison. If the type can't be compared, a conversion in it counts as lossy, and so does any
    /// type if the sources were not searched for conversions.
    pub(crate) fn judge(&'static self, verdict: Verdict, type_name: &str) -> Result<(), ValueError> {
        match self.forgotten().find(|field| field.is_in(type_name)) {
            Some(field) if verdict == Verdict::Unknown => Err(error(field)),
            None if verdict == Verdict::Unknown && self.compares_values() && !self.behind().has_sources => {
                Err(ValueError::Incomparable { field: type_name.to_owned(), attribute: "serde".to_owned() })
            }
            _ => Ok(()),
        }
    }

    fn forgotten(&'static self) -> impl Iterator<Item = &'static Forgotten> {
        let unimportant = self.declared.options.unimportant;
        self.behind().code.forgotten.iter().filter(|field| !unimportant.iter().any(|name| field.is_named(name)))
    }

    /// The function's part of a key: the fingerprint, unless the code is ignored, and the version.
    ///
    /// If the compiler made several instances of a generic function, each has an identity of its own, and a key
    /// contains one of those: see [`Function::identities`].
    pub fn identity(&'static self) -> Digest {
        self.resolved().identity
    }

    /// Every identity that a key may contain in the current program.
    pub fn identities(&'static self) -> Vec<Digest> {
        if !self.behind().has_instances() {
            return vec![self.identity()];
        }
        let instances = self.behind().instances().chain([self.whole_program()]);
        let mut identities: Vec<_> = instances.map(|fingerprint| self.identity_with(fingerprint)).collect();
        identities.sort_unstable();
        identities.dedup();
        identities
    }

    /// The identity of what runs this code.
    pub(crate) fn identity_with(&'static self, fingerprint: Fingerprint) -> Digest {
        // Where what the compiler says is part of it, two that do not do the same are told apart by that.
        let is_told = fingerprint.is_one && !self.declared.options.ignore_code;
        let namesake = if is_told { None } else { self.namesake() };
        identity(self.declared.name, namesake, &self.declared.options, fingerprint)
    }

    pub(crate) fn tally(&self) -> &Tally {
        &self.tally
    }

    fn resolved(&'static self) -> &'static Resolved {
        self.resolved.get_or_init(|| {
            let behind = Behind::of(&self.declared);
            let identity = self.identity_with(behind.fingerprint);
            Resolved { behind, identity }
        })
    }
}

impl Function {
    /// What distinguishes it from other functions of its name, if the program has any: a macro that is called in two
    /// blocks makes two, and two versions of a package have one each. Which one is which is known only within one
    /// program.
    fn namesake(&'static self) -> Option<(&'static str, u64)> {
        *self.namesake.get_or_init(|| {
            let namesakes =
                inventory::iter::<Registered>.into_iter().filter(|other| other.0.declared.name == self.declared.name);
            let places = namesakes.map(|other| std::ptr::from_ref(other.0).addr());
            let own = std::ptr::from_ref(self).addr();
            let (count, before) =
                places.fold((0_u64, 0), |(count, before), place| (count + 1, before + u64::from(place < own)));
            (count > 1).then(|| (self.program(), before))
        })
    }
}

fn identity(name: &str, namesake: Option<(&'static str, u64)>, options: &Options, fingerprint: Fingerprint) -> Digest {
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
        fields.number(1).text(fingerprint.kind.word()).digest(&fingerprint.digest)
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
///
/// # Examples
///
/// ```
/// use scrat::{functions, stash};
///
/// #[stash(name = "double")]
/// fn twice(x: u64, #[stash(ignore)] _loud: bool) -> u64 {
///     x * 2
/// }
///
/// let function = functions().into_iter().find(|function| function.name() == "double").expect("it is linked");
/// let parameters: Vec<_> = function.parameters().iter().filter(|one| !one.ignored).map(|one| one.name).collect();
/// assert_eq!(parameters, ["x"]);
/// ```
pub fn functions() -> Vec<&'static Function> {
    let mut functions: Vec<_> = inventory::iter::<Registered>.into_iter().map(|registered| registered.0).collect();
    functions.sort_unstable_by_key(|function| (function.name(), function.place()));
    functions
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_fingerprints_of_two_kinds_never_meet() {
        let of = |kind, options: &Options| {
            identity("demo::f", None, options, Fingerprint { kind, digest: Digest([7; 32]), is_one: true })
        };
        let kinds = [FingerprintKind::Compiler, FingerprintKind::Source, FingerprintKind::Program];
        let mut identities = kinds.map(|kind| of(kind, &Options::NONE)).to_vec();
        identities.sort_unstable();
        identities.dedup();
        assert_eq!(identities.len(), 3);
        let ignoring = Options { ignore_code: true, ..Options::NONE };
        assert_eq!(kinds.map(|kind| of(kind, &ignoring)), [of(FingerprintKind::Source, &ignoring); 3]);
    }
}
