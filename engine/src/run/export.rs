//! Writing values to paths outside the stash.
//!
//! Only regular files are replaced, whole and at once, and folders by folders; what scrat did not write, or what was
//! edited since, is moved aside and never overwritten. A copy shares nothing with the stash that an edit could reach. A link is followed and stays. A device or a FIFO is written into, as `cp`
//! does. Everything else is refused.

use std::borrow::Cow;
use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::outlet;
use super::state::Run;
use crate::digest::{Digest, Fields};
use crate::engine::Engine;
use crate::engine::event::Event;
use crate::engine::panics;
use crate::id::StepId;
use crate::pipeline::exportable::Exported;
use crate::pipeline::node::ExportTo;
use crate::place::Place;
use crate::stash;
use crate::sync::lock;
use crate::value::{Access, Dir, Manifest, Shared, Stat, copy, digest_file, stat_folder};

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
        let taken = panics::catch(step, || self.value(step, worker).map_err(|failure| failure.0)).flatten()?;
        self.export(step, taken.digest, &taken.value)
    }

    /// Writes a step's value to the paths that do not have it yet. A panic on the way, such as one of whoever is told
    /// of it, is a failure.
    pub(super) fn export(&self, step: StepId, digest: Option<Digest>, value: &Shared) -> Result<(), String> {
        panics::catch(step, || self.export_missing(step, digest, value)).flatten()
    }

    fn export_missing(&self, step: StepId, digest: Option<Digest>, value: &Shared) -> Result<(), String> {
        let digest = digest.map(|digest| self.in_exports(step, digest));
        for target in &self.graph.step(step).exports {
            let _alone = self.engine.stash().and_then(|stash| stash.export_lock(&target.path));
            if digest.is_some_and(|digest| is_current(self.engine, target, &digest)) {
                continue;
            }
            let written = (target.exported)(&**value)
                .and_then(|exported| write(self.engine, target, digest, &exported, &self.options.streams));
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
    match stat(path) {
        Ok(stat) if stat == known.stat => true,
        Ok(_) => content(path).is_ok_and(|digest| digest == known.content),
        Err(_) => false,
    }
}

fn stat(path: &Path) -> io::Result<Stat> {
    if path.is_dir() { stat_folder(path) } else { Stat::of(path) }
}

fn content(path: &Path) -> io::Result<Digest> {
    if path.is_dir() { Manifest::of(path).map(|manifest| manifest.digest()) } else { Ok(digest_file(path)?.0) }
}

/// Writes a value to a path. One without a digest is written each time, since nothing tells it from another one.
fn write(
    engine: &Engine,
    target: &ExportTo,
    value: Option<Digest>,
    exported: &Exported,
    streams: &outlet::Streams,
) -> io::Result<()> {
    let kept = put(engine, &target.at, value, exported, streams)?;
    engine.tell(&Event::Exported { path: target.path.clone(), unchanged: false, kept });
    Ok(())
}

/// Returns where the one went that was there, if it was somebody else's.
fn put(
    engine: &Engine,
    at: &Path,
    value: Option<Digest>,
    exported: &Exported,
    streams: &outlet::Streams,
) -> io::Result<Option<PathBuf>> {
    let bytes = || match exported {
        Exported::Bytes(bytes) => Ok(Cow::Borrowed(&**bytes)),
        Exported::File(file) => file.read().map(Cow::Owned),
        Exported::Folder(_) => Err(io::Error::other("a folder can't be written to what is not one")),
    };
    match Place::of(at) {
        Place::Descriptor(number) => streams.write(number, &bytes()?).map(|()| None),
        Place::Path(path) => match (path.symlink_metadata(), exported) {
            (Ok(there), Exported::Folder(_)) if !there.is_dir() && !there.is_file() => bytes().map(|_| None),
            (_, Exported::Folder(folder)) => replace_folder(engine, &path, value, folder),
            (Ok(there), _) if there.is_dir() => Err(io::Error::other("a folder is in its place")),
            (Ok(there), _) if !there.is_file() => outlet::write(&path, &there, &bytes()?).map(|()| None),
            _ => replace(engine, &path, value, exported),
        },
    }
}

/// Writes bytes to a path as an export does: a file that is there and that scrat did not write, or that was edited since,
/// is moved aside. Returns where to.
///
/// # Errors
/// If the path can't be written, or if something is there that is not a file.
pub fn export_bytes(
    engine: &Engine,
    path: &Path,
    bytes: Vec<u8>,
    streams: &outlet::Streams,
) -> io::Result<Option<PathBuf>> {
    put(engine, &crate::place::absolute(path), None, &Exported::Bytes(bytes), streams)
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
            _ => {
                filled(&path, |mut file| file.write_all(bytes))?.persist(&path).map(drop).map_err(|failed| failed.error)
            }
        },
    }
}

/// A file beside its place, with all that is to be in it.
fn filled(path: &Path, fill: impl FnOnce(&File) -> io::Result<()>) -> io::Result<tempfile::NamedTempFile> {
    let file = scratch(folder_of(path)?)?;
    fill(file.as_file())?;
    take_mode(&file, path)?;
    Ok(file)
}

/// The folder that a path is in, which is made if it is not there.
fn folder_of(path: &Path) -> io::Result<&Path> {
    let folder = path.parent().ok_or_else(|| io::Error::other("it is not the path of a file"))?;
    std::fs::create_dir_all(folder).map(|()| folder)
}

/// Puts a file into its place. Returns where the one went that was there, if it was somebody else's.
fn replace(engine: &Engine, path: &Path, value: Option<Digest>, exported: &Exported) -> io::Result<Option<PathBuf>> {
    refuse_in_stash(engine, path)?;
    let file = filled(path, |mut to| match exported {
        Exported::Bytes(bytes) => to.write_all(bytes),
        Exported::File(file) => copy(&file.open()?, to),
        Exported::Folder(_) => Err(io::ErrorKind::IsADirectory.into()),
    })?;
    // What was written, whatever has become of the file that it was copied from.
    let content = Digest::of_reader(File::open(file.path())?)?;
    let kept = keep_foreign(engine, path, &content)?;
    file.persist(path)?;
    note(engine, path, value, content)?;
    Ok(kept)
}

/// The same with a folder.
fn replace_folder(engine: &Engine, path: &Path, value: Option<Digest>, folder: &Dir) -> io::Result<Option<PathBuf>> {
    refuse_in_stash(engine, path)?;
    let manifest = folder.manifest()?;
    let scratch = tempfile::tempdir_in(folder_of(path)?)?;
    let [new, old] = ["new", "old"].map(|name| scratch.path().join(name));
    manifest.write(&new, Access::Full, &|path, _| folder.path().join(path))?;
    let content = manifest.digest();
    let mut kept = None;
    if path.symlink_metadata().is_ok() {
        let there = self::content(path);
        if there.is_ok_and(|there| is_ours(engine, path, &there, &content)) {
            std::fs::rename(path, &old)?;
        } else if std::fs::remove_dir(path).is_err() {
            // It is not even empty.
            kept = move_aside(path)?;
        }
    }
    std::fs::rename(&new, path).inspect_err(|_| drop(std::fs::rename(&old, path)))?;
    note(engine, path, value, content)?;
    Ok(kept)
}

fn refuse_in_stash(engine: &Engine, path: &Path) -> io::Result<()> {
    match engine.stash().is_some_and(|stash| path.starts_with(stash.root())) {
        true => Err(io::Error::other("it is in the stash")),
        false => Ok(()),
    }
}

/// Notes what was written to a path. Without this it is compared by content the next time.
fn note(engine: &Engine, path: &Path, value: Option<Digest>, content: Digest) -> io::Result<()> {
    let Some(stash) = engine.stash() else { return Ok(()) };
    let value = value.unwrap_or_else(|| Fields::new("scrat export v1").digest(&content).finish());
    drop(stash.note_export(path, &stash::Export { value, content, stat: stat(path)? }));
    Ok(())
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
    let there = match self::content(path) {
        Ok(there) => there,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(io::Error::other(format!("the file that is there cannot be read: {error}"))),
    };
    if is_ours(engine, path, &there, new_content) { Ok(None) } else { move_aside(path) }
}

/// Whether nothing is lost if what is at a path is replaced: it is the same, or scrat wrote it.
fn is_ours(engine: &Engine, path: &Path, there: &Digest, new: &Digest) -> bool {
    let known = engine.stash().and_then(|stash| stash.export(path).ok().flatten());
    there == new || known.is_some_and(|known| known.content == *there)
}

/// Gives what is at a path another name.
fn move_aside(path: &Path) -> io::Result<Option<PathBuf>> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let free = (1..)
        .map(|number| path.with_file_name(format!("{name}.kept-{number}")))
        .find(|path| path.symlink_metadata().is_err());
    match free {
        Some(free) => std::fs::rename(path, &free).map(|()| Some(free)),
        None => Ok(None),
    }
}
