//! Contents as they lie on disk, in one form or the other, for taking them elsewhere.

use std::fs::File;
use std::io::{self, Read};

use super::content::{Content, Form};
use super::{StashError, io_error, packed};
use crate::digest::Digest;

impl Form {
    /// The byte that stands for it in an archive.
    pub(super) fn byte(self) -> u8 {
        match self {
            Self::Plain => 0,
            Self::Packed => 1,
        }
    }

    pub(super) fn of(byte: u8) -> Option<Self> {
        [Self::Plain, Self::Packed].into_iter().find(|form| form.byte() == byte)
    }

    /// The digest of the plain bytes of what is read.
    pub(super) fn digest(self, from: &mut dyn Read) -> io::Result<Digest> {
        match self {
            Self::Plain => Digest::of_reader(from),
            Self::Packed => packed::digest(from),
        }
    }
}

impl Content {
    /// The form in which the bytes of a digest are on disk and right.
    pub(super) fn sound_form(&self, digest: &Digest) -> Result<Option<Form>, StashError> {
        for form in [Form::Packed, Form::Plain] {
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

    /// Puts bytes that come from elsewhere in their place, unless they are there. They must have their digest.
    pub(super) fn take_in(&self, digest: &Digest, form: Form, from: &mut dyn Read) -> Result<(), StashError> {
        if self.sound_form(digest)?.is_some() {
            return io::copy(from, &mut io::sink())
                .map(drop)
                .map_err(|source| io_error("read", &self.path(digest), source));
        }
        let error = |source| io_error("write", &self.path(digest), source);
        let mut file = self.new_content().map_err(error)?;
        io::copy(from, &mut file).map_err(error)?;
        if form.digest(&mut File::open(file.path()).map_err(error)?).map_err(error)? != *digest {
            return Err(error(io::Error::other("the archive changed while it was read")));
        }
        let plain = self.path(digest);
        let place = match form {
            Form::Plain => plain,
            Form::Packed => packed::beside(&plain),
        };
        self.persist(&place, file).map(drop).map_err(error)
    }
}
