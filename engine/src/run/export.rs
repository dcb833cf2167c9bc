//! Writing values to paths outside the stash.
//!
//! Only regular files are replaced, whole and at once; one that scrat did not write, or that was edited since, is
//! moved aside and never overwritten. A link is followed and stays. A device or a FIFO is written into, as `cp`
//! does. Everything else is refused.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::outlet;
use super::state::Run;
use crate::digest::{Digest, Fields};
use crate::engine::Engine;
use crate::engine::event::Event;
use crate::id::StepId;
use crate::pipeline::node::ExportTo;
use crate::place::Place;
use crate::stash;
use crate::sync::lock;
use crate::value::{Shared, Stat, digest_file};

impl Run<'_> {
    /// Whether a file that a step exports is not what it should be.
    pub(super) fn must_export(&self, step: StepId) -> bool {
        let targets = &self.graph.step(step).exports;
        if targets.is_empty() {
            return false;
        }
        let Some(digest) = self.digest(step) else { return false };
        let digest = self.in_exports(step, digest);
        let mut missing = false;
        for target in targets {
            if is_current(self.engine, target, &digest) {
                self.engine.tell(&Event::Exported { path: target.path.clone(), unchanged: true, kept: None });
            } else {
                missing = true;
            }
        }
        missing
    }

    /// Writes the value of a step that was fresh before the run.
    pub(super) fn export_fresh(&self, step: StepId, worker: usize) {
        if let Err(message) = self.export_kept(step, worker) {
            lock(&self.export_failures).push(message);
        }
    }

    /// Writes the value of a step whose result is stored.
    pub(super) fn export_kept(&self, step: StepId, worker: usize) -> Result<(), String> {
        let taken = self.value(step, worker).map_err(|failure| failure.0)?;
        self.export(step, taken.digest, &taken.value)
    }

    /// Writes a step's value to the paths that do not have it yet.
    pub(super) fn export(&self, step: StepId, digest: Option<Digest>, value: &Shared) -> Result<(), String> {
        let digest = digest.map(|digest| self.in_exports(step, digest));
        for target in &self.graph.step(step).exports {
            if digest.is_some_and(|digest| is_current(self.engine, target, &digest)) {
                continue;
            }
            let written = (target.bytes)(&**value).and_then(|bytes| {
                // A value without a digest is written each time, since nothing tells it from another one.
                let digest = digest.unwrap_or_else(|| Fields::new("scrat export v1").bytes(&bytes).finish());
                write(self.engine, target, &digest, &bytes, &self.options.streams)
            });
            written.map_err(|error| format!("cannot write {}: {error}", target.path.display()))?;
        }
        Ok(())
    }

    /// A value's digest as it is remembered for exports. Two codecs may give equal bytes for values whose exports
    /// differ.
    fn in_exports(&self, step: StepId, digest: Digest) -> Digest {
        self.graph.step(step).node.kind.in_key(digest)
    }
}

/// Whether the file at a path is what scrat wrote there for the value of this digest.
fn is_current(engine: &Engine, target: &ExportTo, value: &Digest) -> bool {
    let Place::Path(path) = Place::of(&target.at) else { return false };
    let known = engine.stash().and_then(|stash| stash.export(&path).ok().flatten());
    known.is_some_and(|known| known.value == *value && is_as_left(&path, &known))
}

fn is_as_left(path: &Path, known: &stash::Export) -> bool {
    match Stat::of(path) {
        Ok(stat) if stat == known.stat => true,
        Ok(_) => digest_file(path).is_ok_and(|(digest, _)| digest == known.content),
        Err(_) => false,
    }
}

/// Writes the bytes to a path.
fn write(
    engine: &Engine,
    target: &ExportTo,
    value: &Digest,
    bytes: &[u8],
    streams: &outlet::Streams,
) -> io::Result<()> {
    let kept = match Place::of(&target.at) {
        Place::Descriptor(number) => streams.write(number, bytes).map(|()| None)?,
        Place::Path(path) => match path.symlink_metadata() {
            Ok(there) if there.is_dir() => return Err(io::Error::other("a folder is in its place")),
            Ok(there) if !there.is_file() => outlet::write(&path, &there, bytes).map(|()| None)?,
            _ => replace(engine, &path, value, bytes)?,
        },
    };
    engine.tell(&Event::Exported { path: target.path.clone(), unchanged: false, kept });
    Ok(())
}

/// Writes bytes to a path like an export, except that nothing is remembered about it: a file that is there is replaced,
/// whoever wrote it.
///
/// # Errors
/// If the path can't be written, or if something is there that is not a file.
pub fn write_out(path: &Path, bytes: &[u8], streams: &outlet::Streams) -> io::Result<()> {
    match Place::of(&crate::place::absolute(path)) {
        Place::Descriptor(number) => streams.write(number, bytes),
        Place::Path(path) => match path.symlink_metadata() {
            Ok(there) if there.is_dir() => Err(io::Error::other("a folder is in its place")),
            Ok(there) if !there.is_file() => outlet::write(&path, &there, bytes),
            _ => filled(&path, bytes)?.persist(&path).map(drop).map_err(|failed| failed.error),
        },
    }
}

/// A file beside its place, with all that is to be in it.
fn filled(path: &Path, bytes: &[u8]) -> io::Result<tempfile::NamedTempFile> {
    let folder = path.parent().ok_or_else(|| io::Error::other("it is not the path of a file"))?;
    std::fs::create_dir_all(folder)?;
    let mut file = scratch(folder)?;
    file.write_all(bytes)?;
    take_mode(&file, path)?;
    Ok(file)
}

/// Puts a file into its place. Returns where the one went that was there, if it was somebody else's.
fn replace(engine: &Engine, path: &Path, value: &Digest, bytes: &[u8]) -> io::Result<Option<PathBuf>> {
    if engine.stash().is_some_and(|stash| path.starts_with(stash.root())) {
        return Err(io::Error::other("it is in the stash"));
    }
    let file = filled(path, bytes)?;
    let content = Digest::of(bytes);
    let kept = keep_foreign(engine, path, &content)?;
    file.persist(path)?;
    if let Some(stash) = engine.stash() {
        let export = stash::Export { value: *value, content, stat: Stat::of(path)? };
        // Without the record the file is compared by content the next time.
        drop(stash.note_export(path, &export));
    }
    Ok(kept)
}

/// A file beside its place, private to nobody: its mode is that of any new file here.
fn scratch(folder: &Path) -> io::Result<tempfile::NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        // The umask takes from it.
        builder.permissions(std::fs::Permissions::from_mode(0o666));
    }
    builder.tempfile_in(folder)
}

/// Gives a new file the mode, and as far as possible the owner, of the one that it replaces.
#[cfg(unix)]
fn take_mode(file: &tempfile::NamedTempFile, path: &Path) -> io::Result<()> {
    use std::os::unix::fs::{MetadataExt, PermissionsExt, fchown};
    let Ok(there) = path.metadata() else { return Ok(()) };
    let own = file.as_file().metadata()?;
    if (own.uid(), own.gid()) != (there.uid(), there.gid()) {
        // Only some may give files away; for the others the new one is theirs.
        drop(fchown(file.as_file(), Some(there.uid()), Some(there.gid())));
    }
    file.as_file().set_permissions(std::fs::Permissions::from_mode(there.mode() & 0o7777))
}

#[cfg(not(unix))]
fn take_mode(_: &tempfile::NamedTempFile, _: &Path) -> io::Result<()> {
    Ok(())
}

/// Moves a file aside that scrat did not write, or that was edited since.
fn keep_foreign(engine: &Engine, path: &Path, new_content: &Digest) -> io::Result<Option<PathBuf>> {
    let there = match digest_file(path) {
        Ok((there, _)) => there,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(io::Error::other(format!("the file that is there cannot be read: {error}"))),
    };
    let known = engine.stash().and_then(|stash| stash.export(path).ok().flatten());
    if there == *new_content || known.is_some_and(|known| known.content == there) {
        return Ok(None);
    }
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let free = (1..)
        .map(|number| path.with_file_name(format!("{name}.kept-{number}")))
        .find(|path| path.symlink_metadata().is_err());
    match free {
        Some(free) => std::fs::rename(path, &free).map(|()| Some(free)),
        None => Ok(None),
    }
}
