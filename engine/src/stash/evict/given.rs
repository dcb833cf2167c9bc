//! Stashes and results for tests.

use std::path::PathBuf;
use std::sync::Arc;

use crate::digest::Digest;
use crate::limit::Limit;
use crate::stash::{Keeping, NewNut, Stash, StashError};
use crate::value::{Attachment, Manifest, Stat, Written};

pub(in crate::stash) struct Place {
    folder: tempfile::TempDir,
    pub root: PathBuf,
}

impl Place {
    pub(in crate::stash) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join(".scrat");
        Self { folder, root }
    }

    pub(in crate::stash) fn stash(&self) -> Stash {
        Stash::create(&self.root).unwrap()
    }

    /// A file outside of the stash.
    pub(in crate::stash) fn file(&self, content: &[u8]) -> Attachment {
        let digest = Digest::of(content);
        let path = self.folder.path().join(digest.short());
        std::fs::write(&path, content).unwrap();
        let stat = Stat::of(&path).unwrap();
        Attachment { digest, given: path.clone(), path, folder: None, stat }
    }

    /// A folder outside of the stash.
    pub(in crate::stash) fn folder(&self, files: &[&[u8]]) -> Attachment {
        let path = self.folder.path().join(Digest::of(&files.concat()).short() + "-folder");
        std::fs::create_dir_all(&path).unwrap();
        for (number, content) in files.iter().enumerate() {
            std::fs::write(path.join(number.to_string()), content).unwrap();
        }
        let manifest = Manifest::of(&path).unwrap();
        let stat = Stat::of(&path).unwrap();
        Attachment { digest: manifest.digest(), given: path.clone(), path, folder: Some(Arc::new(manifest)), stat }
    }
}

/// A result to store.
pub(in crate::stash) struct Given {
    pub name: String,
    pub function: &'static str,
    pub bytes: Vec<u8>,
    pub attachments: Vec<Attachment>,
    pub may_pack: bool,
    pub nanos: i64,
    pub parents: Vec<Digest>,
    pub limit: Limit,
}

impl Given {
    pub(in crate::stash) fn new(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            function: "demo::f",
            bytes: name.as_bytes().to_vec(),
            attachments: Vec::new(),
            may_pack: false,
            nanos: 1,
            parents: Vec::new(),
            limit: Limit::NONE,
        }
    }

    /// Makes it larger, and dearer.
    pub(in crate::stash) fn fill(&mut self, number: u8) {
        self.bytes = Dice(number.into()).noise(usize::from(number) * 100);
        self.nanos = i64::from(number) * 37 % 101;
    }

    pub(in crate::stash) fn key(&self) -> Digest {
        Digest::of(self.name.as_bytes())
    }

    pub(in crate::stash) fn put(&self, stash: &Stash) -> Digest {
        self.try_put(stash).unwrap()
    }

    pub(in crate::stash) fn try_put(&self, stash: &Stash) -> Result<Digest, StashError> {
        let new = NewNut {
            attachments: &self.attachments,
            may_pack: self.may_pack,
            nanos: self.nanos,
            parents: &self.parents,
            keeping: Keeping { limit: self.limit, ttl_seconds: None },
            ..bare(self.key(), self.function)
        };
        stash.store(&new, Written::of(self.bytes.clone()))?;
        Ok(new.key)
    }
}

/// A result of a function without arguments, and of the same code as all that are made here.
pub(in crate::stash) fn bare(key: Digest, function: &'static str) -> NewNut<'static> {
    NewNut {
        key,
        function,
        identity: Digest::of(b"identity"),
        fingerprint: Digest::of(b"fingerprint"),
        version: None,
        parts: &[],
        arguments: &[],
        arguments_hash: 0,
        codec: None,
        attachments: &[],
        may_pack: false,
        nanos: 1,
        parents: &[],
        keeping: Keeping::default(),
    }
}

/// Numbers without a pattern.
pub(in crate::stash) struct Dice(pub u64);

impl Dice {
    pub(in crate::stash) fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }

    pub(in crate::stash) fn noise(&mut self, length: usize) -> Vec<u8> {
        std::iter::repeat_with(|| self.roll(256) as u8).take(length).collect()
    }
}
