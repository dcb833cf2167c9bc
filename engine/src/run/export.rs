//! Writing values to paths outside the stash.
//!
//! A file that scrat did not write, or that was edited since, is moved aside and never overwritten.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::digest::Digest;
use crate::engine::Engine;
use crate::event::Event;
use crate::stash;
use crate::value::{Stat, digest_file};

/// Whether the file at `path` is what scrat wrote there for the value of this digest.
pub(super) fn is_current(engine: &Engine, path: &Path, value: &Digest) -> bool {
    let Some(path) = absolute(path) else { return false };
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

/// Writes the bytes to `path`.
pub(super) fn write(engine: &Engine, path: &Path, value: &Digest, bytes: &[u8]) -> io::Result<()> {
    let absolute = absolute(path).ok_or_else(|| io::Error::other("the current folder is gone"))?;
    let folder = absolute.parent().ok_or_else(|| io::Error::other("it is no path of a file"))?;
    std::fs::create_dir_all(folder)?;
    let content = Digest::of(bytes);
    let kept = keep_foreign(engine, &absolute, &content)?;
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(bytes)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        file.as_file().set_permissions(std::fs::Permissions::from_mode(0o644))?;
    }
    file.persist(&absolute)?;
    if let Some(stash) = engine.stash() {
        let export = stash::Export { value: *value, content, stat: Stat::of(&absolute)? };
        // Without the record the file is compared by content the next time.
        drop(stash.note_export(&absolute, &export));
    }
    engine.tell(&Event::Exported { path: path.to_owned(), unchanged: false, kept });
    Ok(())
}

/// Moves a file aside that scrat did not write, or that was edited since.
fn keep_foreign(engine: &Engine, path: &Path, new_content: &Digest) -> io::Result<Option<PathBuf>> {
    let Ok((there, _)) = digest_file(path) else {
        return match path.symlink_metadata() {
            Ok(metadata) if metadata.is_dir() => Err(io::Error::other("a folder is in its place")),
            _ => Ok(None),
        };
    };
    let known = engine.stash().and_then(|stash| stash.export(path).ok().flatten());
    if there == *new_content || known.is_some_and(|known| known.content == there) {
        return Ok(None);
    }
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let free = (1..).map(|number| path.with_file_name(format!("{name}.kept-{number}"))).find(|path| !path.exists());
    match free {
        Some(free) => std::fs::rename(path, &free).map(|()| Some(free)),
        None => Ok(None),
    }
}

fn absolute(path: &Path) -> Option<PathBuf> {
    std::path::absolute(path).ok()
}
