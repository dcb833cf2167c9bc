//! Compressed bytes of values, with zstd. They stand beside the place of the plain ones, under the digest of the plain
//! ones, with an ending of their own. Files that values name are never compressed: they are handed out as they are.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use crate::digest::Digest;

/// The ending of a compressed file's name.
pub(super) const ENDING: &str = "zst";

/// Fast: what is compressed has been computed just now, and somebody waits.
const LEVEL: i32 = 1;

/// How many bytes tell whether the rest is worth it.
const TRIAL: usize = 128 * 1024;

/// Whether compressing saves at least an eighth, told by the first bytes.
pub(super) fn is_worth_it(bytes: &[u8]) -> bool {
    let trial = &bytes[..bytes.len().min(TRIAL)];
    zstd::bulk::compress(trial, LEVEL).is_ok_and(|packed| packed.len() <= trial.len() / 8 * 7)
}

/// The same of a file's bytes. It is read from its beginning next.
pub(super) fn is_file_worth_it(mut file: &File) -> io::Result<bool> {
    let mut trial = Vec::new();
    file.seek(SeekFrom::Start(0))?;
    file.take(TRIAL as u64).read_to_end(&mut trial)?;
    file.seek(SeekFrom::Start(0))?;
    Ok(is_worth_it(&trial))
}

/// Writes `length` bytes in compressed form.
pub(super) fn pack(mut from: impl Read, length: u64, to: impl Write) -> io::Result<()> {
    let mut encoder = zstd::Encoder::new(to, LEVEL)?;
    encoder.set_pledged_src_size(Some(length))?;
    encoder.include_contentsize(true)?;
    io::copy(&mut from, &mut encoder)?;
    encoder.finish().map(drop)
}

/// The plain bytes of a compressed file, of which there must be no more than `most`.
pub(super) fn unpack(file: File, most: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    // One more than there may be: what is too long has another digest, and so has what is cut.
    zstd::Decoder::new(file)?.take(most.saturating_add(1)).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// The digest of the plain bytes of a compressed file.
pub(super) fn digest(file: impl Read) -> io::Result<Digest> {
    Digest::of_reader(zstd::Decoder::new(file)?)
}

/// How many plain bytes a compressed file says that it has.
pub(super) fn length(file: File) -> io::Result<u64> {
    // More than the longest header.
    let mut header = Vec::new();
    file.take(32).read_to_end(&mut header)?;
    zstd::zstd_safe::get_frame_content_size(&header).ok().flatten().ok_or_else(|| io::ErrorKind::InvalidData.into())
}

/// The name of the plain bytes' file, whichever of the two this is.
pub(super) fn plain_name(name: &str) -> &str {
    name.strip_suffix(ENDING).and_then(|name| name.strip_suffix('.')).unwrap_or(name)
}

/// Where the compressed bytes are whose plain ones would be at `plain`.
pub(super) fn beside(plain: &Path) -> PathBuf {
    plain.with_extension(ENDING)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Numbers without a pattern.
    fn noise(length: usize) -> Vec<u8> {
        let mut state = 1_u64;
        let step = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 56) as u8
        };
        std::iter::repeat_with(step).take(length).collect()
    }

    #[test]
    fn what_is_worth_it_is_told_by_the_beginning() {
        assert!(is_worth_it(&[7; 100_000]));
        assert!(!is_worth_it(&noise(100_000)));
        assert!(!is_worth_it(&[]));
        let file = tempfile::tempfile().unwrap();
        (&file).write_all(&[7; 1_000_000]).unwrap();
        assert!(is_file_worth_it(&file).unwrap());
        assert_eq!((&file).stream_position().unwrap(), 0);
    }

    #[test]
    fn what_is_packed_comes_back_and_no_more_than_it_may() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.zst");
        let bytes = [vec![3; 500_000], noise(1_000)].concat();
        pack(&bytes[..], bytes.len() as u64, File::create(&path).unwrap()).unwrap();
        assert!(path.metadata().unwrap().len() < 2_000);
        assert_eq!(unpack(File::open(&path).unwrap(), bytes.len() as u64).unwrap(), bytes);
        assert_eq!(length(File::open(&path).unwrap()).unwrap(), bytes.len() as u64);
        assert_eq!(digest(File::open(&path).unwrap()).unwrap(), Digest::of(&bytes));
        assert_eq!(unpack(File::open(&path).unwrap(), 10).unwrap().len(), 11, "a bomb fills no memory");

        let packed = std::fs::read(&path).unwrap();
        std::fs::write(&path, &packed[..packed.len() / 2]).unwrap();
        assert!(unpack(File::open(&path).unwrap(), bytes.len() as u64).is_err());
        std::fs::write(&path, b"rotten").unwrap();
        assert!(
            unpack(File::open(&path).unwrap(), bytes.len() as u64).is_err()
                && length(File::open(&path).unwrap()).is_err()
        );
    }
}
