//! Contents as they lie on disk, in one form or the other, for taking them elsewhere.

use std::fs::File;
use std::io::{self, Read};

use super::content::Content;
use super::{StashError, io_error, packed};
use crate::digest::Digest;

/// How bytes lie on disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// As they are.
    Plain = 0,
    /// As one zstd frame.
    Zstd = 1,
}

impl Form {
    pub(super) fn of(byte: u8) -> Option<Self> {
        [Self::Plain, Self::Zstd].into_iter().find(|form| *form as u8 == byte)
    }

    /// The digest of the plain bytes of what is read.
    pub(super) fn digest(self, from: &mut dyn Read) -> io::Result<Digest> {
        match self {
            Self::Plain => Digest::of_reader(from),
            Self::Zstd => Digest::of_reader(zstd::Decoder::new(from)?),
        }
    }
}

impl Content {
    /// The form in which the bytes of a digest are on disk and right.
    pub(super) fn sound_form(&self, digest: &Digest) -> Result<Option<Form>, StashError> {
        for form in [Form::Zstd, Form::Plain] {
            let found = self.open(digest, form).and_then(|mut file| form.digest(&mut file));
            match found {
                Ok(found) if found == *digest => return Ok(Some(form)),
                Err(source) if source.raw_os_error().is_some() && source.kind() != io::ErrorKind::NotFound => {
                    return Err(io_error("read", &self.path(digest), source));
                }
                _ => {}
            }
        }
        Ok(None)
    }

    pub(super) fn open(&self, digest: &Digest, form: Form) -> io::Result<File> {
        let plain = self.path(digest);
        File::open(match form {
            Form::Plain => plain,
            Form::Zstd => packed::beside(&plain),
        })
    }

    /// Puts bytes that come from elsewhere in their place, unless they are there. They must have their digest.
    pub(super) fn take_in(&self, digest: &Digest, form: Form, from: &mut dyn Read) -> Result<(), StashError> {
        if self.sound_form(digest)?.is_some() {
            return io::copy(from, &mut io::sink())
                .map(drop)
                .map_err(|source| io_error("read", &self.path(digest), source));
        }
        let error = |source| io_error("write", &self.path(digest), source);
        let mut file = self.scratch().map_err(error)?;
        io::copy(from, &mut file).map_err(error)?;
        if form.digest(&mut File::open(file.path()).map_err(error)?).map_err(error)? != *digest {
            return Err(error(io::Error::other("the archive changed while it was read")));
        }
        let plain = self.path(digest);
        let place = match form {
            Form::Plain => plain,
            Form::Zstd => packed::beside(&plain),
        };
        self.persist(&place, file).map_err(error)
    }
}
