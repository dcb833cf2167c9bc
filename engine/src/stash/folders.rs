//! Folders that values name, laid out for whoever reads them. They are made of content, and can be made again.
//!
//! A folder is made beside its place and renamed to it when it is whole. It is compared with its manifest each time that
//! it is asked for. One that somebody has changed stays, since somebody may be using it, and another one is made beside
//! it. So nothing here is ever removed or replaced before the manifest itself is removed.

use std::collections::BTreeSet;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use super::content::{Content, Form};
use super::{StashError, access, io_error};
use crate::digest::Digest;
use crate::value::{Access, Manifest};

/// The folder's name in a stash.
pub(super) const FOLDERS: &str = "folders";

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
                Err(_) => Some(None),
            }
        })?
    }

    fn lay_out(&self, manifest: &Manifest, place: &Path) -> io::Result<()> {
        access::make_folder(&self.root.join(FOLDERS), self.shared)?;
        for (_, file) in manifest.files() {
            // It is opened by its path below.
            self.open(&file, Form::Plain)?;
        }
        let scratch = self.scratch_folder()?;
        let whole = scratch.path().join("folder");
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
