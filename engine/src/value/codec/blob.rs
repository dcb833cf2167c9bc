//! The bytes of a value while they are written: digested as they come, kept in memory while they are few, and moved to
//! a file once they are many.
//!
//! So a large value is in memory only once, as itself, and no more than a few hundred kilobytes of its bytes are at any
//! time.

use std::borrow::Cow;
use std::fmt;
use std::io::{self, Seek, SeekFrom, Write};

use tempfile::NamedTempFile;

use crate::digest::{Digest, Digester};

/// How many bytes are passed on at once.
const PIECE: usize = 256 * 1024;

/// Makes the file for a value of many bytes.
pub(crate) type MakeFile = Box<dyn Fn() -> io::Result<NamedTempFile> + Send>;

/// Where bytes go that are more than a piece.
pub(crate) enum Room {
    /// They stay in memory.
    Memory,
    /// Only their digest is wanted.
    Digest,
    /// Into a file.
    File(MakeFile),
}

/// Where a [`Codec`](super::Codec) writes a value's bytes.
///
/// # Examples
///
/// A `Blob` is an [`io::Write`], so anything that writes to one can write to a `Blob`.
///
/// ```
/// use std::io::Write;
///
/// use scrat::Blob;
///
/// fn encode(words: &[String], to: &mut Blob) -> std::io::Result<()> {
///     words.iter().try_for_each(|word| writeln!(to, "{word}"))
/// }
/// # assert_eq!(encode as usize != 0, true);
/// ```
pub struct Blob {
    /// All of them, or those since the last piece.
    bytes: Vec<u8>,
    room: Room,
    /// Whether what is in memory is going to be put into another order.
    held: usize,
    /// What was passed on.
    passed: Option<Passed>,
}

struct Passed {
    digester: Digester,
    length: u64,
    file: Option<io::Result<NamedTempFile>>,
}

impl fmt::Debug for Blob {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Blob").finish_non_exhaustive()
    }
}

impl Blob {
    pub(crate) fn new(room: Room) -> Self {
        Self { bytes: Vec::new(), room, held: 0, passed: None }
    }

    #[inline]
    pub(super) fn put(&mut self, bytes: &[u8]) {
        if bytes.len() > self.bytes.capacity() - self.bytes.len() {
            self.put_more(bytes);
        } else {
            self.bytes.extend_from_slice(bytes);
        }
    }

    #[cold]
    fn put_more(&mut self, bytes: &[u8]) {
        if self.held == 0 && !matches!(self.room, Room::Memory) {
            if self.bytes.len() >= PIECE || (!self.bytes.is_empty() && bytes.len() >= PIECE) {
                let mut piece = std::mem::take(&mut self.bytes);
                self.pass_on(&piece);
                piece.clear();
                self.bytes = piece;
            }
            if bytes.len() >= PIECE {
                return self.pass_on(bytes);
            }
        }
        self.bytes.extend_from_slice(bytes);
    }

    fn pass_on(&mut self, piece: &[u8]) {
        let passed = self.passed.get_or_insert_with(|| Passed { digester: Digester::default(), length: 0, file: None });
        passed.digester.update(piece);
        passed.length += piece.len() as u64;
        if let Room::File(make) = &self.room {
            let file = passed.file.get_or_insert_with(make);
            if let Ok(open) = file
                && let Err(error) = open.write_all(piece)
            {
                *file = Err(error);
            }
        }
    }

    /// How many bytes were written.
    pub(super) fn written(&self) -> u64 {
        self.passed.as_ref().map_or(0, |passed| passed.length) + self.bytes.len() as u64
    }

    /// From here on bytes stay where they are in memory, until [`Blob::let_go`].
    pub(super) fn hold(&mut self) -> usize {
        self.held += 1;
        self.bytes.len()
    }

    pub(super) fn let_go(&mut self) {
        self.held -= 1;
    }

    /// Where the next byte comes to lie in memory.
    pub(super) fn position(&self) -> usize {
        self.bytes.len()
    }

    /// The bytes in memory.
    pub(super) fn held_bytes(&mut self) -> &mut [u8] {
        &mut self.bytes
    }

    /// All that was written.
    pub(crate) fn finish(mut self) -> Written {
        if self.passed.is_some() {
            let rest = std::mem::take(&mut self.bytes);
            self.pass_on(&rest);
        }
        match self.passed {
            None => Written::of(self.bytes),
            Some(Passed { digester, length, file }) => Written {
                digest: digester.finish(),
                length,
                kept: match file {
                    Some(Ok(file)) => Kept::File(file),
                    Some(Err(error)) => Kept::Failed(error),
                    None => Kept::Nowhere,
                },
            },
        }
    }
}

impl Write for Blob {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.put(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A value's bytes, and their digest.
#[derive(Debug)]
pub(crate) struct Written {
    pub digest: Digest,
    pub length: u64,
    pub kept: Kept,
}

#[derive(Debug)]
pub(crate) enum Kept {
    Memory(Vec<u8>),
    File(NamedTempFile),
    /// Only the digest was wanted.
    Nowhere,
    /// The file could not be written.
    Failed(io::Error),
}

impl Written {
    /// Bytes in memory.
    pub(crate) fn of(bytes: Vec<u8>) -> Self {
        Self { digest: Digest::of(&bytes), length: bytes.len() as u64, kept: Kept::Memory(bytes) }
    }

    /// The bytes, if there are no more than so many.
    pub(crate) fn small(&self, most: usize) -> Option<&[u8]> {
        match &self.kept {
            Kept::Memory(bytes) if bytes.len() <= most => Some(bytes),
            _ => None,
        }
    }

    /// The bytes, if they are in memory.
    pub(crate) fn into_memory(self) -> Option<Vec<u8>> {
        match self.kept {
            Kept::Memory(bytes) => Some(bytes),
            _ => None,
        }
    }

    /// The bytes, wherever they are.
    ///
    /// # Errors
    /// If they are in a file that cannot be read, or nowhere.
    pub(crate) fn bytes(&self) -> io::Result<Cow<'_, [u8]>> {
        match &self.kept {
            Kept::Memory(bytes) => Ok(bytes.into()),
            Kept::File(file) => {
                let mut bytes = Vec::with_capacity(usize::try_from(self.length).unwrap_or_default());
                let mut file = file.reopen()?;
                file.seek(SeekFrom::Start(0))?;
                io::Read::read_to_end(&mut file, &mut bytes)?;
                Ok(bytes.into())
            }
            Kept::Nowhere => Err(io::Error::other("only its digest was kept")),
            Kept::Failed(error) => Err(io::Error::new(error.kind(), error.to_string())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files() -> Room {
        Room::File(Box::new(NamedTempFile::new))
    }

    fn written(room: Room, pieces: &[&[u8]]) -> Written {
        let mut blob = Blob::new(room);
        for piece in pieces {
            blob.write_all(piece).unwrap();
        }
        blob.finish()
    }

    #[test]
    fn few_bytes_stay_in_memory_whatever_room_there_is() {
        for room in [Room::Memory, Room::Digest, files()] {
            let encoded = written(room, &[b"a", b"", b"corn"]);
            assert_eq!((encoded.digest, encoded.length), (Digest::of(b"acorn"), 5));
            assert_eq!(encoded.small(5), Some(&b"acorn"[..]));
            assert_eq!(encoded.small(4), None);
        }
    }

    #[test]
    fn many_bytes_have_the_digest_of_all_of_them_and_go_where_they_shall() {
        let pieces: Vec<Vec<u8>> = (0..2_000_usize).map(|at| vec![at as u8; at % 1_700]).collect();
        let pieces: Vec<&[u8]> = pieces.iter().map(Vec::as_slice).chain([&[3_u8; 3 * PIECE][..], b"end"]).collect();
        let whole = pieces.concat();
        for room in [Room::Memory, Room::Digest, files()] {
            let keeps = !matches!(room, Room::Digest);
            let encoded = written(room, &pieces);
            assert_eq!((encoded.digest, encoded.length), (Digest::of(&whole), whole.len() as u64));
            assert_eq!(encoded.bytes().ok().map(|bytes| bytes == whole), keeps.then_some(true));
        }
        assert!(matches!(written(files(), &pieces).kept, Kept::File(_)));
    }

    #[test]
    fn no_more_than_a_piece_or_two_is_ever_in_memory() {
        let mut blob = Blob::new(files());
        for _ in 0..100 {
            blob.write_all(&[1; PIECE / 3]).unwrap();
            assert!(blob.bytes.capacity() <= 4 * PIECE, "{}", blob.bytes.capacity());
        }
        assert_eq!(blob.finish().length, 100 * (PIECE as u64 / 3));
    }

    #[test]
    fn what_is_held_stays_in_place() {
        let mut blob = Blob::new(Room::Digest);
        blob.put(&[1; PIECE + 1]);
        let from = blob.hold();
        blob.put(&[2; 2 * PIECE]);
        blob.put(&[3; 2 * PIECE]);
        blob.held_bytes()[from..].reverse();
        blob.let_go();
        let whole = [vec![1; PIECE + 1], vec![3; 2 * PIECE], vec![2; 2 * PIECE]].concat();
        assert_eq!(blob.finish().digest, Digest::of(&whole));
    }

    #[test]
    fn a_file_that_cannot_be_written_leaves_the_digest() {
        let no_file = Room::File(Box::new(|| Err(io::Error::other("no room"))));
        let encoded = written(no_file, &[&[0; PIECE], &[0; PIECE], &[0; PIECE]]);
        assert_eq!(encoded.digest, Digest::of(&vec![0; 3 * PIECE]));
        assert_eq!(encoded.bytes().unwrap_err().to_string(), "no room");
    }
}
