//! What is behind a stashed function: the digest of its code, and who vouches for it.
//!
//! | kind | of a function | its fingerprint |
//! | --- | --- | --- |
//! | compiler | whose program the command built | what the compiler says that it reaches, from the table behind the program |
//! | source | of any other program | the analyser's, compiled in |
//! | program | whose table is missing or damaged | the program's file: right, and good for one build |
//!
//! The kind is part of every identity that a fingerprint is part of, so no two of them meet. Of a function with types, the
//! compiler has a fingerprint for each instance, which is found by the types' names. A name that two instances have, or
//! none, leads to the program's file again.

use std::collections::BTreeMap;

use scrat_fingerprint::{Answers, Code, Entry, Instance, Part, PartKind, fingerprint};

use super::declaration::{CompiledCode, Declaration};
use super::program::image_of;
use crate::digest::{Digest, Fields};

/// Who vouches for a fingerprint.
///
/// # Examples
///
/// ```
/// use scrat::FingerprintKind;
///
/// assert_eq!(FingerprintKind::Compiler.word(), "compiler");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum FingerprintKind {
    /// The compiler: it is the digest of all compiled code that the function reaches.
    Compiler,
    /// The analyser of sources, which takes whatever a name may mean.
    Source,
    /// Nobody: it is the digest of the program, and changes with each build.
    Program,
}

impl FingerprintKind {
    /// The word for it: `compiler`, `source` or `program`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Compiler => "compiler",
            Self::Source => "source",
            Self::Program => "program",
        }
    }
}

/// Code that runs: that of a function, or of one instance of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Fingerprint {
    pub kind: FingerprintKind,
    pub digest: Digest,
    /// Whether it stands for one piece of code: what has the same one does the same.
    pub is_one: bool,
}

#[derive(Debug)]
pub(crate) struct Behind {
    pub code: Code,
    /// With the answers to its predicates and variables.
    pub parts: Vec<Part>,
    pub fingerprint: Fingerprint,
    /// What the compiler says of each instance, by its types' names, for a function with types.
    instances: Option<BTreeMap<String, Option<Fingerprint>>>,
    /// Why the program has no fingerprints.
    pub missing: Option<String>,
    /// Whether the sources were looked at, so that it is known what serde leaves out.
    pub has_sources: bool,
}

impl Behind {
    pub(crate) fn of(function: &'static Declaration) -> Self {
        match function.compiled {
            CompiledCode::Source { bytes, cfgs, envs, .. } => {
                let code = Code::from_bytes(bytes).expect("the macro compiled in what to_bytes wrote");
                let envs = envs.iter().map(|value| value.map(str::to_owned)).collect();
                let parts = code.parts(&Answers { cfgs: cfgs.to_vec(), envs });
                let digest = Digest(fingerprint(&parts));
                let fingerprint = Fingerprint { kind: FingerprintKind::Source, digest, is_one: false };
                Self { code, parts, fingerprint, instances: None, missing: None, has_sources: true }
            }
            CompiledCode::Compiler { key, has_types } => {
                let told = image_of(function).map_err(|error| error.to_string());
                let told = told.and_then(|image| {
                    let table = image.table()?;
                    Self::told(function, table.entries.get(key), has_types)
                });
                told.unwrap_or_else(|missing| {
                    let mut behind = Self::unknown(function, has_types);
                    behind.missing = Some(missing);
                    behind
                })
            }
        }
    }

    /// What the table says, or why it says nothing.
    fn told(function: &Declaration, entry: Option<&Entry>, has_types: bool) -> Result<Self, String> {
        // A function with types that is called with none has nothing to be told of.
        let instances: &[_] = match entry {
            Some(entry) => &entry.instances,
            None if has_types => &[],
            None => return Err(format!("they have none of {}", function.name)),
        };
        let code = entry.map(|entry| entry.code().map_err(|error| error.to_string())).transpose()?.unwrap_or_default();
        let has_sources = entry.is_some();
        let mut by_types: BTreeMap<String, Option<Fingerprint>> = BTreeMap::new();
        for Instance { types, fingerprint, is_one } in instances {
            let kind = FingerprintKind::Compiler;
            let of_this = fingerprint.map(|hash| Fingerprint { kind, digest: Digest(hash), is_one: *is_one });
            // What two have the name of is neither.
            by_types.entry(body_name(types).to_owned()).and_modify(|known| *known = None).or_insert(of_this);
        }
        let instances = by_types;
        let mut parts = code.parts.clone();
        if !has_types {
            let fingerprint = instances.get("").copied().flatten();
            let fingerprint = fingerprint.ok_or_else(|| format!("there are several of {}", function.name))?;
            parts.push(compiled(function.name.to_owned(), fingerprint.digest));
            return Ok(Self { code, parts, fingerprint, instances: None, missing: None, has_sources });
        }
        let mut all = Fields::new("scrat instances v1");
        all.list(&instances, |fields, (types, fingerprint)| {
            fields.text(types).option(*fingerprint, |fields, fingerprint| {
                fields.digest(&fingerprint.digest);
            });
        });
        let named = instances.iter().filter_map(|(types, fingerprint)| Some((types, (*fingerprint)?.digest)));
        parts.extend(named.map(|(types, digest)| compiled(shown(function, types), digest)));
        let is_one = instances.values().flatten().all(|fingerprint| fingerprint.is_one);
        let fingerprint = Fingerprint { kind: FingerprintKind::Compiler, digest: all.finish(), is_one };
        Ok(Self { code, parts, fingerprint, instances: Some(instances), missing: None, has_sources })
    }

    /// A function of which nothing is known but the program that it is in.
    fn unknown(function: &'static Declaration, has_types: bool) -> Self {
        let fingerprint = whole_program(function);
        Self {
            code: Code::default(),
            parts: vec![compiled(function.name.to_owned(), fingerprint.digest)],
            fingerprint,
            instances: has_types.then(BTreeMap::new),
            missing: None,
            has_sources: false,
        }
    }
}

impl Behind {
    /// The code that runs in calls with types of these names: of one instance, if the compiler told of such a one.
    pub(crate) fn instance(&self, names: &str) -> Option<Fingerprint> {
        self.instances.as_ref()?.get(body_name(names)).copied().flatten()
    }

    /// Whether calls with different types run different code.
    pub(crate) fn has_instances(&self) -> bool {
        self.instances.is_some()
    }

    /// The fingerprints of all instances.
    pub(crate) fn instances(&self) -> impl Iterator<Item = Fingerprint> {
        self.instances.iter().flat_map(BTreeMap::values).flatten().copied()
    }

    /// The parts behind one instance.
    pub(crate) fn parts_of(&self, name: &str, fingerprint: Fingerprint) -> Vec<Part> {
        let others = self.parts.iter().filter(|part| part.kind != PartKind::Compiled).cloned();
        others.chain([compiled(name.to_owned(), fingerprint.digest)]).collect()
    }
}

/// A program as a whole, where nothing else is known of the code.
pub(crate) fn whole_program(function: &'static Declaration) -> Fingerprint {
    Fingerprint { kind: FingerprintKind::Program, digest: Digest::of(function.program().as_bytes()), is_one: false }
}

/// The names of types, as the code view has them for a function that is none of an impl.
pub(crate) fn names_of<'n>(types: impl IntoIterator<Item = &'n str>) -> String {
    let types: Vec<_> = types.into_iter().map(|name| format!("{PHANTOM}{name}>")).collect();
    format!("({}{})", types.join(", "), if types.len() == 1 { "," } else { "" })
}

const PHANTOM: &str = "core::marker::PhantomData<";

/// What the name of a closure in a body says of that.
fn body_name(name: &str) -> &str {
    name.trim_end_matches("::{{closure}}")
}

/// An instance for people.
fn shown(function: &Declaration, types: &str) -> String {
    let inside = types.strip_prefix('(').and_then(|types| types.strip_prefix(PHANTOM));
    let inside = inside.and_then(|types| types.strip_suffix(">)").or_else(|| types.strip_suffix(">,)")));
    match inside {
        Some(types) => format!("{}::<{}>", function.name, types.replace(&format!(">, {PHANTOM}"), ", ")),
        None => types.to_owned(),
    }
}

/// The one part that the compiler knows.
fn compiled(name: String, digest: Digest) -> Part {
    Part {
        kind: PartKind::Compiled,
        name,
        hash: digest.0,
        file: String::new(),
        line: 0,
        via: None,
        text: String::new(),
    }
}

#[cfg(test)]
mod tests {
    use std::any::type_name;
    use std::marker::PhantomData;

    use super::*;

    #[test]
    fn types_are_named_as_rust_names_a_tuple_of_them() {
        assert_eq!(names_of([type_name::<u8>()]), type_name::<(PhantomData<u8>,)>());
        let two = type_name::<(PhantomData<str>, PhantomData<Vec<Option<u8>>>)>();
        assert_eq!(names_of([type_name::<str>(), type_name::<Vec<Option<u8>>>()]), two);
    }

    #[test]
    fn a_method_is_named_by_any_closure_in_it() {
        assert_eq!(
            body_name("<demo::Tool as demo::Conv>::conv::{{closure}}::{{closure}}"),
            "<demo::Tool as demo::Conv>::conv"
        );
        assert_eq!(body_name("demo::f<demo::main::{{closure}}>::{{closure}}"), "demo::f<demo::main::{{closure}}>");
    }
}
