//! Folders that values name, laid out for whoever reads them. They are made of content, and can be made again.
//!
//! A folder is made beside its place and renamed to it when it is whole. It is compared with its manifest each time that
//! it is asked for. One that somebody has changed stays, since somebody may be using it, and another one is made beside
//! it. So nothing here is ever removed or replaced before the manifest itself is removed.
//!
//! Whoever may not write to the stash has them among the system's temporary files, until the program ends.

use std::collections::BTreeSet;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use tempfile::TempDir;

use super::content::{Content, Form};
use super::{StashError, access, io_error};
use crate::digest::Digest;
use crate::sync::lock;
use crate::value::{Access, Manifest};

/// The folder's name in a stash.
pub(super) const FOLDERS: &str = "folders";

/// Where folders are for who may not write to the stash.
#[derive(Clone, Debug, Default)]
pub(super) struct Apart(Arc<Mutex<Option<TempDir>>>);

impl Apart {
    /// Leaves them to the process that made them.
    pub(super) fn leave_inherited(&self) {
        if let Ok(mut folder) = self.0.try_lock() {
            folder.take().into_iter().for_each(std::mem::forget);
        }
    }

    /// Removes them.
    pub(super) fn end(&self) {
        drop(lock(&self.0).take());
    }
}

impl Content {
    /// A folder with what the manifest of this digest says.
    pub(super) fn folder(&self, digest: &Digest) -> Option<PathBuf> {
        let mut bytes = Vec::new();
        self.open(digest, Form::Plain).ok()?.read_to_end(&mut bytes).ok()?;
        let manifest = Manifest::parse(&bytes).ok().filter(|it| it.digest() == *digest)?;
        let is_whole = |place: &Path| {
            place.symlink_metadata().is_ok_and(|found| found.is_dir())
                && Manifest::of(place).is_ok_and(|found| found == manifest)
        };
        // Each turn but the last finds a folder that somebody has changed.
        (0..).map(|number| self.place_of_folder(digest, number)).find_map(|place| {
            if is_whole(&place) {
                return Some(Some(place));
            }
            if place.symlink_metadata().is_ok() {
                return None;
            }
            match self.lay_out(&manifest, &place) {
                Ok(()) => Some(Some(place)),
                // Another process may have been first.
                Err(_) if is_whole(&place) => Some(Some(place)),
                Err(_) if place.symlink_metadata().is_ok() => None,
                Err(refused) if is_refused(&refused) => Some(self.folder_apart(&manifest, &is_whole)),
                Err(_) => Some(None),
            }
        })?
    }

    /// The same among the system's temporary files.
    fn folder_apart(&self, manifest: &Manifest, is_whole: &dyn Fn(&Path) -> bool) -> Option<PathBuf> {
        let mut apart = lock(&self.apart.0);
        let folder = match &mut *apart {
            Some(folder) => folder,
            none => none.insert(tempfile::Builder::new().prefix("scrat-").tempdir().ok()?),
        };
        let places = (0_u32..).map(|number| folder.path().join(format!("{}-{number}", manifest.digest())));
        let place = places.into_iter().find(|place| is_whole(place) || place.symlink_metadata().is_err())?;
        if !is_whole(&place) {
            let scratch = tempfile::tempdir_in(folder.path()).ok()?;
            self.write_folder(manifest, scratch.path(), &place).ok()?;
        }
        Some(place)
    }

    fn lay_out(&self, manifest: &Manifest, place: &Path) -> io::Result<()> {
        access::make_folder(&self.root.join(FOLDERS), self.shared)?;
        self.write_folder(manifest, self.scratch_folder()?.path(), place)
    }

    /// Makes a folder beside its place.
    fn write_folder(&self, manifest: &Manifest, scratch: &Path, place: &Path) -> io::Result<()> {
        for (_, file) in manifest.files() {
            // It is opened by its path below.
            self.open(&file, Form::Plain)?;
        }
        let whole = scratch.join("folder");
        manifest.write(&whole, Access::ReadOnly, &|_, digest| self.path(digest))?;
        access::let_group_have_all(&whole, self.shared);
        std::fs::rename(&whole, place)
    }

    /// Removes what was made of a manifest.
    pub(super) fn remove_folders(&self, manifest: &Digest) -> Result<(), StashError> {
        for place in (0..).map(|number| self.place_of_folder(manifest, number)) {
            match std::fs::remove_dir_all(&place) {
                Err(source) if source.kind() == io::ErrorKind::NotFound => return Ok(()),
                Err(source) => return Err(io_error("remove", &place, source)),
                Ok(()) => {}
            }
        }
        Ok(())
    }

    fn place_of_folder(&self, manifest: &Digest, number: u32) -> PathBuf {
        let more = if number == 0 { String::new() } else { format!("-{number}") };
        self.root.join(FOLDERS).join(format!("{manifest}{more}"))
    }
}

/// Whether nothing can be written there, by this user or at this time.
fn is_refused(error: &io::Error) -> bool {
    use io::ErrorKind::{PermissionDenied, QuotaExceeded, ReadOnlyFilesystem, StorageFull};
    matches!(error.kind(), PermissionDenied | QuotaExceeded | ReadOnlyFilesystem | StorageFull)
}

/// The manifests of which there are folders.
pub(super) fn laid_out(root: &Path) -> io::Result<BTreeSet<Digest>> {
    let entries = match std::fs::read_dir(root.join(FOLDERS)) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(BTreeSet::new()),
        entries => entries?,
    };
    let names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    Ok(names.filter(|name| is_name(name)).filter_map(|name| name.split('-').next()?.parse().ok()).collect())
}

/// Whether a name is one that a folder of a manifest has.
pub(super) fn is_name(name: &str) -> bool {
    let (digest, number) = name.split_once('-').unwrap_or((name, "0"));
    digest.parse::<Digest>().is_ok() && number.parse::<u32>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::Kept;

    #[test]
    fn who_may_not_write_has_a_folder_elsewhere_until_the_end() {
        let folder = tempfile::tempdir().unwrap();
        let [named, root] = ["named", "root"].map(|name| folder.path().join(name));
        std::fs::create_dir_all(named.join("deep")).unwrap();
        std::fs::write(named.join("deep/nut"), "acorn").unwrap();
        std::fs::create_dir(&root).unwrap();
        let manifest = Manifest::of(&named).unwrap();
        let content = Content::new(&root, false);
        content.put(&Digest::of(b"acorn"), Kept::Memory(b"acorn".to_vec()), false).unwrap();
        let is_whole = |place: &Path| Manifest::of(place).is_ok_and(|found| found == manifest);

        let apart = || content.clone().folder_apart(&manifest, &is_whole).unwrap();
        let place = apart();
        assert!(is_whole(&place) && !place.starts_with(folder.path()));
        assert_eq!(apart(), place);
        std::fs::write(place.join("new"), "changed").unwrap();
        let again = apart();
        assert!(is_whole(&again) && again != place, "somebody changed the first one");
        content.end();
        assert!(!place.exists() && !again.exists());
    }
}
