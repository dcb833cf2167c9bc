//! Records: all that is known of a result, in a form that needs nothing beside it but the bytes of large values.
//!
//! The index is made of them, and can be made of them again. A record is never changed: whatever comes later of the same
//! key counts instead. `docs/format.md` has the form, byte by byte; it has a version of its own.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::Argument;
use crate::digest::{Digest, Fields};
use crate::value::{ValueError, decode_unverified, encode};

/// The first bytes of each: by them the next one is found where something is damaged.
pub(super) const MAGIC: [u8; 8] = *b"\x93scrat\r\n";

/// The version that this program writes.
pub(super) const VERSION: u32 = 1;

/// What is before the fields: magic, version, two lengths, digest.
pub(super) const HEADER: usize = 8 + 3 * 4 + 32;

/// What happened in the stash.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Record<'a> {
    /// A result was stored. The bytes are behind it if they are small, and a file of their own if they are not.
    Nut(NutRecord<'a>),
    /// Code that results are made with, as it is compared: the parts are behind it.
    Code(CodeRecord<'a>),
    /// Results were deleted: those of these keys that had been stored by then.
    Removed { keys: Vec<Digest>, at: i64 },
    /// Results were pinned, or unpinned.
    Pinned { keys: Vec<Digest>, pinned: bool },
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct NutRecord<'a> {
    pub key: Digest,
    pub function: Cow<'a, str>,
    pub identity: Digest,
    pub fingerprint: Digest,
    pub version: Option<Cow<'a, str>>,
    pub arguments_hash: i64,
    pub arguments: Cow<'a, [Argument]>,
    /// Of the value's bytes.
    pub digest: Digest,
    pub size: u64,
    /// The name of the codec of the bytes: None is serde's.
    pub codec: Option<Cow<'a, str>>,
    pub is_inline: bool,
    /// Digests of the files that the value names.
    pub attachments: Vec<Digest>,
    pub nanos: i64,
    pub created: i64,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct CodeRecord<'a> {
    pub identity: Digest,
    pub fingerprint: Digest,
    pub version: Option<Cow<'a, str>>,
}

/// A result as programs of format 4 of the index wrote it, which knew no codecs. Its version is that of today's all the
/// same, but read as one of those it lacks a byte, so that fails.
#[derive(Deserialize)]
enum BeforeCodecs {
    Nut {
        key: Digest,
        function: Cow<'static, str>,
        identity: Digest,
        fingerprint: Digest,
        version: Option<Cow<'static, str>>,
        arguments_hash: i64,
        arguments: Cow<'static, [Argument]>,
        digest: Digest,
        size: u64,
        is_inline: bool,
        attachments: Vec<Digest>,
        nanos: i64,
        created: i64,
    },
}

impl Record<'_> {
    /// As it is written, with the bytes that are behind it.
    pub(super) fn to_bytes(&self, behind: &[u8]) -> Result<Vec<u8>, ValueError> {
        let fields = encode(self)?;
        let mut out = Vec::with_capacity(HEADER + fields.len() + behind.len());
        let length = |bytes: &[u8]| (bytes.len() as u32).to_le_bytes();
        out.extend(MAGIC);
        out.extend(VERSION.to_le_bytes());
        out.extend(length(&fields));
        out.extend(length(behind));
        out.extend(digest(VERSION, &fields, behind).as_bytes());
        out.extend(fields);
        out.extend(behind);
        Ok(out)
    }
}

/// The numbers at the start of a record.
pub(super) struct Header {
    pub version: u32,
    pub fields: usize,
    pub behind: usize,
    digest: Digest,
}

impl Header {
    /// None if no record begins so.
    pub(super) fn read(bytes: &[u8; HEADER]) -> Option<Self> {
        let number = |at: usize| bytes[at..at + 4].try_into().map(u32::from_le_bytes).ok();
        (bytes[..8] == MAGIC).then_some(())?;
        let digest = Digest(bytes[20..].try_into().ok()?);
        Some(Self { version: number(8)?, fields: number(12)? as usize, behind: number(16)? as usize, digest })
    }

    /// Whether these are the bytes that were written.
    pub(super) fn fits(&self, fields: &[u8], behind: &[u8]) -> bool {
        digest(self.version, fields, behind) == self.digest
    }
}

impl Record<'static> {
    /// Reads the fields.
    pub(super) fn from_fields(bytes: &[u8]) -> Result<Self, ValueError> {
        decode_unverified(bytes)
            .or_else(|error| decode_unverified(bytes).map(BeforeCodecs::up_to_date).map_err(|_| error))
    }
}

impl BeforeCodecs {
    fn up_to_date(self) -> Record<'static> {
        let Self::Nut {
            key,
            function,
            identity,
            fingerprint,
            version,
            arguments_hash,
            arguments,
            digest,
            size,
            is_inline,
            attachments,
            nanos,
            created,
        } = self;
        Record::Nut(NutRecord {
            key,
            function,
            identity,
            fingerprint,
            version,
            arguments_hash,
            arguments,
            digest,
            size,
            codec: None,
            is_inline,
            attachments,
            nanos,
            created,
        })
    }
}

fn digest(version: u32, fields: &[u8], behind: &[u8]) -> Digest {
    Fields::new("scrat record v1").number(version.into()).bytes(fields).bytes(behind).finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nut() -> Record<'static> {
        Record::Nut(NutRecord {
            key: Digest([1; 32]),
            function: "demo::f".into(),
            identity: Digest([2; 32]),
            fingerprint: Digest([3; 32]),
            version: Some("2".into()),
            arguments_hash: -4,
            arguments: vec![Argument {
                name: "n".to_owned(),
                digest: Digest([5; 32]),
                text: "7".to_owned(),
                bytes: Some(vec![7, 0, 0, 0]),
            }]
            .into(),
            digest: Digest([6; 32]),
            size: 3,
            codec: Some("numbers 1".into()),
            is_inline: true,
            attachments: vec![Digest([7; 32])],
            nanos: 8,
            created: 9,
        })
    }

    #[test]
    fn records_are_written_as_they_always_were() {
        let written = [
            nut().to_bytes(b"abc").unwrap(),
            Record::Code(CodeRecord { identity: Digest([2; 32]), fingerprint: Digest([3; 32]), version: None })
                .to_bytes(b"xy")
                .unwrap(),
            Record::Removed { keys: vec![Digest([1; 32])], at: 10 }.to_bytes(b"").unwrap(),
            Record::Pinned { keys: vec![Digest([1; 32])], pinned: true }.to_bytes(b"").unwrap(),
        ];
        let hex = |bytes: &[u8]| {
            let lines = bytes.chunks(32).map(|line| line.iter().map(|byte| format!("{byte:02x}")).collect::<String>());
            lines.collect::<Vec<_>>().join("\n")
        };
        let written = written.map(|bytes| hex(&bytes)).join("\n\n");
        assert_eq!(written.trim(), include_str!("record.golden").trim(), "\n{written}\n");
    }

    #[test]
    fn what_was_written_is_read_and_a_bit_of_it_is_missed() {
        let bytes = nut().to_bytes(b"abc").unwrap();
        let header = Header::read(bytes[..HEADER].try_into().unwrap()).unwrap();
        let (fields, behind) = bytes[HEADER..].split_at(header.fields);
        assert!(header.fits(fields, behind) && behind == b"abc");
        assert_eq!(Record::from_fields(fields).unwrap(), nut());
        let mut other = fields.to_vec();
        other[40] ^= 1;
        assert!(!header.fits(&other, behind) && !header.fits(fields, b"abd"));
    }
}
