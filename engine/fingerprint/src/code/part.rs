//! One thing that a result depends on, and the digest of a list of them: the fingerprint.

use crate::digest::{Digest, Fields};

use super::wire::{Reader, Truncated, Writer};

/// A BLAKE3-256 digest.
pub type Hash = [u8; 32];

/// Counted up on purpose, only when equal sources must yield other fingerprints.
pub const FINGERPRINT_VERSION: u32 = 2;

/// The sort of thing that a part is. The discriminants are stored: only append.
///
/// # Examples
///
/// ```
/// # use scrat_fingerprint::PartKind;
/// assert_eq!(PartKind::Function.word(), "function");
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum PartKind {
    /// A function or method.
    #[default]
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

    /// The kind with this [word](Self::word).
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
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
///
/// # Examples
///
/// ```
/// # use scrat_fingerprint::{Part, PartKind};
/// /// The packages that a function reaches.
/// fn packages(parts: &[Part]) -> Vec<&str> {
///     parts.iter().filter(|part| part.kind == PartKind::Package).map(|part| part.name.as_str()).collect()
/// }
///
/// assert!(packages(&[]).is_empty());
/// ```
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

pub(super) fn write_parts(out: &mut Writer, parts: &[Part]) {
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

pub(super) fn read_parts(from: &mut Reader<'_>) -> Result<Vec<Part>, Truncated> {
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
