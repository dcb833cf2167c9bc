//! What a compiled program knows about the code behind one stashed function.
//!
//! The attribute macro analyses the sources once, at compile time, and compiles the outcome in as
//! bytes: a [`Code`]. Three kinds of facts are missing from it, because only rustc has them: the
//! answers to `cfg!(…)` and the values of `option_env!(…)`. The macro emits those beside the bytes, as
//! [`Answers`]. [`Code::parts`] joins the two, and [`fingerprint`] digests the parts.
//!
//! The command line analyses the same sources and takes the same two steps, so the two agree by
//! construction. An explanation is a [`difference`] of two lists of parts, the very lists that were
//! digested, so it can't drift from the fingerprint.

use std::collections::BTreeMap;

use crate::digest::{Digest, Fields};
use crate::forgotten::Forgotten;
use crate::wire::{Reader, Truncated, Writer};

/// A BLAKE3-256 digest.
pub type Hash = [u8; 32];

/// Counted up on purpose, only when equal sources must yield other fingerprints.
pub const FINGERPRINT_VERSION: u32 = 2;

/// The sort of thing that a part is. The discriminants are stored: only append.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum PartKind {
    /// A function or method.
    Function = 0,
    /// A struct, enum, union or type alias.
    Type = 1,
    /// A trait.
    Trait = 2,
    /// An `impl` block's header, with its associated types and constants.
    Impl = 3,
    /// A constant.
    Constant = 4,
    /// A static.
    Static = 5,
    /// A `macro_rules!` definition.
    Macro = 6,
    /// A macro call in item position.
    MacroCall = 7,
    /// A module that could only be taken whole, as bytes.
    Module = 8,
    /// A package from outside the workspace, by its lock-file identity.
    Package = 9,
    /// A file read at build time.
    File = 10,
    /// The edition of the crate.
    Edition = 11,
    /// The compiler's version.
    Toolchain = 12,
    /// The answer to a `cfg` predicate.
    Cfg = 13,
    /// The value of an environment variable at build time.
    Env = 14,
    /// A build script, with the files that it declares.
    BuildScript = 15,
    /// A `use` declaration, where it decides something by itself.
    Import = 16,
    /// A whole crate, where its items could not be told apart (a procedural macro).
    Crate = 17,
    /// All compiled code that a function reaches, as the compiler wrote it.
    Compiled = 18,
}

impl PartKind {
    const ALL: [Self; 19] = [
        Self::Function,
        Self::Type,
        Self::Trait,
        Self::Impl,
        Self::Constant,
        Self::Static,
        Self::Macro,
        Self::MacroCall,
        Self::Module,
        Self::Package,
        Self::File,
        Self::Edition,
        Self::Toolchain,
        Self::Cfg,
        Self::Env,
        Self::BuildScript,
        Self::Import,
        Self::Crate,
        Self::Compiled,
    ];

    fn from_byte(byte: u8) -> Option<Self> {
        Self::ALL.get(usize::from(byte)).copied()
    }

    /// The word for it in messages: `function`, `type`, `package`, …
    pub fn word(self) -> &'static str {
        match self {
            Self::Function => "function",
            Self::Type => "type",
            Self::Trait => "trait",
            Self::Impl => "impl",
            Self::Constant => "constant",
            Self::Static => "static",
            Self::Macro => "macro",
            Self::MacroCall => "macro call",
            Self::Module => "module",
            Self::Package => "package",
            Self::File => "file",
            Self::Edition => "edition",
            Self::Toolchain => "toolchain",
            Self::Cfg => "cfg",
            Self::Env => "environment variable",
            Self::BuildScript => "build script",
            Self::Import => "import",
            Self::Crate => "crate",
            Self::Compiled => "compiled code",
        }
    }
}

/// One thing that a function's result depends on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// What sort of thing.
    pub kind: PartKind,
    /// Its name, unique among the parts of its kind: `crate::module::item`, a package's name, a path.
    pub name: String,
    /// Digest of everything about it that counts: its normalised tokens and what its names resolve to.
    pub hash: Hash,
    /// The file that it stands in, relative to the workspace; empty if it has none.
    pub file: String,
    /// The line that it starts at, from 1; 0 if it has none.
    pub line: u32,
    /// Index of the part through which a shortest path from the function reaches this one.
    pub via: Option<u32>,
    /// Its source text, for showing what changed; empty where there is none to show.
    pub text: String,
}

/// What the macro compiled in about one stashed function.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Code {
    /// `crate::module::name`, or `crate::module::<Type>::name` for a method.
    pub function: String,
    /// What the function reaches. The first one is the function itself.
    pub parts: Vec<Part>,
    /// The `cfg` predicates among the parts, as written between `cfg!(` and `)`.
    pub cfgs: Vec<String>,
    /// The environment variables that the parts read at build time.
    pub envs: Vec<String>,
    /// Stashed functions among the parts, by their names.
    pub calls: Vec<String>,
    /// Where the analysis could not see, and what it counted instead: a sentence each.
    pub notes: Vec<String>,
    /// Fields in the types of arguments and of the result that serde leaves out, or converts.
    pub forgotten: Vec<Forgotten>,
}

/// What only rustc knows, in the order of [`Code::cfgs`] and [`Code::envs`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answers {
    /// Whether each predicate holds.
    pub cfgs: Vec<bool>,
    /// The value of each variable, if it was set.
    pub envs: Vec<Option<String>>,
}

impl Code {
    /// All parts: those that the analysis found, and the answers as parts of their own.
    pub fn parts(&self, answers: &Answers) -> Vec<Part> {
        let cfgs = self
            .cfgs
            .iter()
            .zip(&answers.cfgs)
            .map(|(predicate, &holds)| answer(PartKind::Cfg, predicate, if holds { "on" } else { "off" }));
        let envs = self.envs.iter().zip(&answers.envs).map(|(name, value)| match value {
            Some(value) => answer(PartKind::Env, name, &format!("={value}")),
            None => answer(PartKind::Env, name, "unset"),
        });
        self.parts.iter().cloned().chain(cfgs).chain(envs).collect()
    }

    /// The bytes to compile in: text compressed, everything length-prefixed.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = Writer::default();
        out.text(&self.function);
        for list in [&self.cfgs, &self.envs, &self.calls, &self.notes] {
            out.list(list, |out, text| out.text(text));
        }
        out.list(&self.forgotten, |out, field| field.write(out));
        write_parts(&mut out, &self.parts);
        out.compressed()
    }

    /// Reads what [`Code::to_bytes`] wrote.
    ///
    /// # Errors
    /// If the bytes are cut off or of another format.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Truncated> {
        let bytes = Reader::decompress(bytes)?;
        let mut from = Reader::new(&bytes);
        let function = from.text()?;
        let [cfgs, envs, calls, notes] =
            [from.list(Reader::text)?, from.list(Reader::text)?, from.list(Reader::text)?, from.list(Reader::text)?];
        let forgotten = from.list(Forgotten::read)?;
        let parts = read_parts(&mut from)?;
        Ok(Self { function, parts, cfgs, envs, calls, notes, forgotten })
    }
}

fn answer(kind: PartKind, name: &str, value: &str) -> Part {
    Part {
        kind,
        name: name.to_owned(),
        hash: Digest::of(value.as_bytes()).0,
        file: String::new(),
        line: 0,
        via: None,
        text: value.strip_prefix('=').unwrap_or(value).to_owned(),
    }
}

/// The digest of a list of parts. Their order, places, paths and texts don't count.
pub fn fingerprint(parts: &[Part]) -> Hash {
    let mut sorted: Vec<_> = parts.iter().map(|part| (part.kind, part.name.as_str(), &part.hash)).collect();
    sorted.sort_unstable();
    sorted.dedup();
    fingerprint_of(sorted.into_iter())
}

/// The same of what is in order already, and without repetitions.
pub(crate) fn fingerprint_of<'a>(sorted: impl Iterator<Item = (PartKind, &'a str, &'a Hash)>) -> Hash {
    let mut fields = Fields::new("scrat fingerprint");
    fields.number(FINGERPRINT_VERSION.into());
    for (kind, name, hash) in sorted {
        fields.number(kind as u64).text(name).digest(&Digest(*hash));
    }
    fields.finish().0
}

/// Parts to bytes, compressed, for keeping them in an index.
pub fn parts_to_bytes(parts: &[Part]) -> Vec<u8> {
    let mut out = Writer::default();
    write_parts(&mut out, parts);
    out.compressed()
}

/// Reads what [`parts_to_bytes`] wrote.
///
/// # Errors
/// If the bytes are cut off or of another format.
pub fn parts_from_bytes(bytes: &[u8]) -> Result<Vec<Part>, Truncated> {
    let bytes = Reader::decompress(bytes)?;
    read_parts(&mut Reader::new(&bytes))
}

fn write_parts(out: &mut Writer, parts: &[Part]) {
    out.list(parts, |out, part| {
        out.byte(part.kind as u8);
        out.text(&part.name);
        out.hash(&part.hash);
        out.text(&part.file);
        out.number(part.line);
        out.number(part.via.map_or(0, |via| via + 1));
        out.text(&part.text);
    });
}

fn read_parts(from: &mut Reader<'_>) -> Result<Vec<Part>, Truncated> {
    from.list(|from| {
        Ok(Part {
            kind: PartKind::from_byte(from.byte()?).ok_or(Truncated)?,
            name: from.text()?,
            hash: from.hash()?,
            file: from.text()?,
            line: from.number()?,
            via: from.number()?.checked_sub(1),
            text: from.text()?,
        })
    })
}

/// How one part differs between two lists.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// Only the new list has it.
    Added(Part),
    /// Only the old list has it.
    Removed(Part),
    /// Both have it, with other content.
    Changed {
        /// As it was.
        old: Part,
        /// As it is.
        new: Part,
    },
}

impl Change {
    /// The part as it is now, or as it was if it is gone.
    pub fn part(&self) -> &Part {
        match self {
            Self::Added(part) | Self::Removed(part) | Self::Changed { new: part, .. } => part,
        }
    }
}

/// What was added, removed and changed between two lists of parts, in the order of kind and name.
pub fn difference(old: &[Part], new: &[Part]) -> Vec<Change> {
    let by_name = |parts: &[Part]| -> BTreeMap<(PartKind, String), Part> {
        parts.iter().map(|part| ((part.kind, part.name.clone()), part.clone())).collect()
    };
    let mut before = by_name(old);
    let mut changes = BTreeMap::new();
    for (key, new) in by_name(new) {
        match before.remove(&key) {
            None => drop(changes.insert(key, Change::Added(new))),
            Some(old) if old.hash != new.hash => drop(changes.insert(key, Change::Changed { old, new })),
            Some(_) => {}
        }
    }
    changes.extend(before.into_iter().map(|(key, old)| (key, Change::Removed(old))));
    changes.into_values().collect()
}

/// The names on a shortest path from the function to `parts[index]`, both included.
pub fn path_to(parts: &[Part], index: usize) -> Vec<String> {
    let mut path = Vec::new();
    let mut at = Some(index);
    while let Some(part) = at.and_then(|at| parts.get(at)) {
        path.push(part.name.clone());
        if path.len() > parts.len() {
            break;
        }
        at = part.via.map(|via| via as usize);
    }
    path.reverse();
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(kind: PartKind, name: &str, content: &str, via: Option<u32>) -> Part {
        Part {
            kind,
            name: name.to_owned(),
            hash: Digest::of(content.as_bytes()).0,
            file: "src/lib.rs".to_owned(),
            line: 3,
            via,
            text: content.to_owned(),
        }
    }

    fn code() -> Code {
        Code {
            function: "demo::clean".to_owned(),
            parts: vec![
                part(PartKind::Function, "demo::clean", "fn clean", None),
                part(PartKind::Function, "demo::normalise", "fn normalise", Some(0)),
                part(PartKind::Constant, "demo::SCALE", "const SCALE", Some(1)),
            ],
            cfgs: vec!["unix".to_owned()],
            envs: vec!["MODE".to_owned()],
            calls: vec!["demo::load".to_owned()],
            notes: vec![],
            forgotten: vec![Forgotten {
                field: "demo::Model::note".to_owned(),
                attribute: "`#[serde(skip)]`".to_owned(),
                certain: true,
                in_result: false,
                of: String::new(),
            }],
        }
    }

    #[test]
    fn code_survives_its_bytes_and_cut_bytes_are_refused() {
        let bytes = code().to_bytes();
        assert_eq!(Code::from_bytes(&bytes), Ok(code()));
        for length in 0..bytes.len() {
            assert!(Code::from_bytes(&bytes[..length]).is_err(), "{length} bytes were taken");
        }
    }

    #[test]
    fn a_fingerprint_ignores_order_and_places_but_not_content_or_answers() {
        let answers = Answers { cfgs: vec![true], envs: vec![None] };
        let parts = code().parts(&answers);
        let mut moved: Vec<_> = parts.iter().rev().cloned().collect();
        moved[0].line = 99;
        assert_eq!(fingerprint(&parts), fingerprint(&moved));
        for other in [
            Answers { cfgs: vec![false], envs: vec![None] },
            Answers { cfgs: vec![true], envs: vec![Some("unset".to_owned())] },
        ] {
            assert_ne!(fingerprint(&parts), fingerprint(&code().parts(&other)));
        }
    }

    #[test]
    fn a_difference_names_what_changed_and_the_path_to_it() {
        let old = code().parts;
        let mut new = old.clone();
        new[2] = part(PartKind::Constant, "demo::SCALE", "const SCALE = 2", Some(1));
        let changes = difference(&old, &new);
        assert_eq!(changes, [Change::Changed { old: old[2].clone(), new: new[2].clone() }]);
        assert_eq!(path_to(&new, 2), ["demo::clean", "demo::normalise", "demo::SCALE"]);
        assert_eq!(difference(&old, &old), []);
    }
}
