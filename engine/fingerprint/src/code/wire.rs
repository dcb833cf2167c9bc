//! The byte format of [`Code`](crate::Code): little-endian numbers, length-prefixed text, the whole
//! compressed. It is read back by the program it was compiled into and from the stash's index.

/// The bytes end too early, or say something impossible.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the record of the code behind a function is cut off or of another format")]
pub struct Truncated;

/// The bytes that were compressed after their length.
///
/// # Errors
/// If that many can't have been, or what is there is not all of them. No memory is taken for a length that is nonsense.
pub fn decompressed(bytes: &[u8]) -> Result<Vec<u8>, Truncated> {
    /// How many bytes one byte of LZ4 stands for at most.
    const MOST: usize = 255;
    let (length, packed) = bytes.split_first_chunk().ok_or(Truncated)?;
    let length = u32::from_le_bytes(*length) as usize;
    if length.div_ceil(MOST) > packed.len() {
        return Err(Truncated);
    }
    let bytes = lz4_flex::decompress(packed, length).map_err(|_| Truncated)?;
    if bytes.len() == length { Ok(bytes) } else { Err(Truncated) }
}

#[derive(Default)]
pub(crate) struct Writer {
    bytes: Vec<u8>,
}

impl Writer {
    pub(crate) fn byte(&mut self, byte: u8) {
        self.bytes.push(byte);
    }

    pub(crate) fn number(&mut self, number: u32) {
        self.bytes.extend(number.to_le_bytes());
    }

    pub(crate) fn hash(&mut self, hash: &[u8; 32]) {
        self.bytes.extend(hash);
    }

    pub(crate) fn bytes(&mut self, bytes: &[u8]) {
        self.number(length(bytes.len()));
        self.bytes.extend(bytes);
    }

    pub(crate) fn text(&mut self, text: &str) {
        self.bytes(text.as_bytes());
    }

    pub(crate) fn list<T>(&mut self, items: &[T], mut each: impl FnMut(&mut Self, &T)) {
        self.number(length(items.len()));
        for item in items {
            each(self, item);
        }
    }

    pub(crate) fn compressed(&self) -> Vec<u8> {
        lz4_flex::compress_prepend_size(&self.bytes)
    }
}

fn length(length: usize) -> u32 {
    u32::try_from(length).expect("the source text behind one function is under 4 GiB")
}

pub(crate) struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    pub(crate) fn decompress(bytes: &[u8]) -> Result<Vec<u8>, Truncated> {
        decompressed(bytes)
    }

    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    fn take(&mut self, count: usize) -> Result<&'a [u8], Truncated> {
        let (taken, rest) = self.rest.split_at_checked(count).ok_or(Truncated)?;
        self.rest = rest;
        Ok(taken)
    }

    pub(crate) fn byte(&mut self) -> Result<u8, Truncated> {
        Ok(self.take(1)?[0])
    }

    pub(crate) fn number(&mut self) -> Result<u32, Truncated> {
        Ok(u32::from_le_bytes(self.take(4)?.try_into().map_err(|_| Truncated)?))
    }

    pub(crate) fn hash(&mut self) -> Result<[u8; 32], Truncated> {
        self.take(32)?.try_into().map_err(|_| Truncated)
    }

    pub(crate) fn bytes(&mut self) -> Result<Vec<u8>, Truncated> {
        let length = self.number()? as usize;
        Ok(self.take(length)?.to_vec())
    }

    pub(crate) fn text(&mut self) -> Result<String, Truncated> {
        String::from_utf8(self.bytes()?).map_err(|_| Truncated)
    }

    pub(crate) fn list<T>(
        &mut self,
        mut each: impl FnMut(&mut Self) -> Result<T, Truncated>,
    ) -> Result<Vec<T>, Truncated> {
        let length = self.number()? as usize;
        // An item takes a byte at least, so a length beyond what is left is nonsense, not a reason to allocate.
        if length > self.rest.len() {
            return Err(Truncated);
        }
        (0..length).map(|_| each(self)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_length_that_is_nonsense_takes_no_memory() {
        let bytes = vec![7; 100_000];
        let packed = lz4_flex::compress_prepend_size(&bytes);
        assert_eq!(decompressed(&packed).unwrap(), bytes);
        for bit in 0..32 {
            let mut flipped = packed.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            assert!(decompressed(&flipped).is_err(), "{bit}");
        }
        assert_eq!(decompressed(&[0xff; 4]), Err(Truncated));
        assert_eq!(decompressed(&[1]), Err(Truncated));
    }
}
