//! What is kept of a crate beside what was built of it, for the crates that are built on it.

use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use crate::code::{Code, Reader, Truncated, Writer};

use super::bodies::Bodies;

/// A crate's bodies, and where to find those of the crates behind it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Record {
    /// Its compiled code.
    pub bodies: Bodies,
    /// What the analyser found out about its stashed functions.
    pub sources: Vec<SourceOf>,
    /// The records of the user's own crates that it was compiled with.
    pub before: Vec<PathBuf>,
    /// Libraries of other languages that became part of it.
    pub archives: Vec<PathBuf>,
    /// Digest of these as they were then: a library has in it what was there when it was made.
    pub bundled: String,
    /// The folders that cargo builds it and what it depends on in.
    pub folders: Vec<PathBuf>,
    /// What it was compiled with that packages are compiled with, too.
    pub flags: String,
    /// What counts for the code of packages that is made here.
    pub checks: String,
    /// What the linker is told.
    pub linking: String,
    /// Which compiler made it.
    pub toolchain: String,
    /// For which target.
    pub target: String,
    /// The library that was built in the same call; none if there is none.
    pub built: Option<Stamp>,
}

/// A stashed function in the sources.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceOf {
    /// Its own name.
    pub name: String,
    /// The file that it stands in, as an absolute path.
    pub file: PathBuf,
    /// The line of its name, from 1.
    pub line: u32,
    /// The code behind it, with the answers to its predicates among the parts.
    pub code: Code,
}

/// Length and time of a file, by which another one of its name is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stamp(u64, u128);

impl Stamp {
    /// That of a file, if it is there.
    pub fn of(path: &Path) -> Option<Self> {
        let metadata = std::fs::metadata(path).ok()?;
        let time = metadata.modified().ok()?.duration_since(UNIX_EPOCH).ok()?;
        Some(Self(metadata.len(), time.as_nanos()))
    }
}

const FORMAT: &str = "scrat record v6";

impl Record {
    /// As bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = Writer::default();
        out.text(FORMAT);
        out.bytes(&self.bodies.to_bytes());
        out.list(&self.sources, |out, source| {
            out.text(&source.name);
            out.text(&source.file.to_string_lossy());
            out.number(source.line);
            out.bytes(&source.code.to_bytes());
        });
        for paths in [&self.before, &self.archives, &self.folders] {
            out.list(paths, |out, path| out.text(&path.to_string_lossy()));
        }
        out.text(&self.bundled);
        out.text(&self.flags);
        out.text(&self.checks);
        out.text(&self.linking);
        out.text(&self.toolchain);
        out.text(&self.target);
        out.text(&self.built.map_or(String::new(), |Stamp(length, time)| format!("{length} {time}")));
        out.compressed()
    }

    /// Reads what [`Record::to_bytes`] wrote.
    ///
    /// # Errors
    /// If the bytes are cut off or of another format.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Truncated> {
        let bytes = Reader::decompress(bytes)?;
        let mut from = Reader::new(&bytes);
        if from.text()? != FORMAT {
            return Err(Truncated);
        }
        let bodies = Bodies::from_bytes(&from.bytes()?)?;
        let sources = from.list(|from| {
            Ok(SourceOf {
                name: from.text()?,
                file: from.text()?.into(),
                line: from.number()?,
                code: Code::from_bytes(&from.bytes()?)?,
            })
        })?;
        let paths = |from: &mut Reader<'_>| from.list(|from| from.text().map(PathBuf::from));
        let (before, archives, folders) = (paths(&mut from)?, paths(&mut from)?, paths(&mut from)?);
        let bundled = from.text()?;
        let (flags, checks, linking) = (from.text()?, from.text()?, from.text()?);
        let (toolchain, target) = (from.text()?, from.text()?);
        let built = from.text()?;
        let built =
            built.split_once(' ').and_then(|(length, time)| Some(Stamp(length.parse().ok()?, time.parse().ok()?)));
        Ok(Self {
            bodies,
            sources,
            before,
            archives,
            bundled,
            folders,
            flags,
            checks,
            linking,
            toolchain,
            target,
            built,
        })
    }
}
