//! What one crate's compiled code consists of: its bodies, and which of them refer to which.
//!
//! The compiler splits a crate into several modules and may move a function from one to another at any edit, or have it
//! in two. So nothing here depends on modules: symbols of Rust mean one thing in all of them, and constants without a
//! name of their own are called by their content.

use std::collections::BTreeSet;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::code::{Hash, Reader, Truncated, Writer};
use crate::digest::{Digest, Fields};

use super::assembler;
use super::canonical::Canonical;
use super::module::{LlvmItem, LlvmKind, LlvmModule};
use super::symbol;

/// What a [`Body`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum BodyKind {
    Function = 0,
    Constant = 1,
    /// Memory that may be written to.
    Static = 2,
    /// A line of source, for messages of panics.
    Place = 3,
    /// The mark of a stashed function: it stands for the function's code.
    Root = 4,
}

impl BodyKind {
    const ALL: [Self; 5] = [Self::Function, Self::Constant, Self::Static, Self::Place, Self::Root];
}

/// A function with a body, or memory with a content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Body {
    /// Index among the names.
    pub(super) name: u32,
    pub(super) kind: BodyKind,
    /// Of the text without names.
    pub(super) digest: Hash,
    /// The names in it, in order.
    pub(super) refers: Vec<u32>,
    /// What is called with a place.
    pub(super) given_places: Vec<u32>,
    /// What is called with the last parameter, which is the caller's place if the function gets one.
    pub(super) passes_on: Vec<u32>,
    /// Whether anything else is done with the last parameter.
    pub(super) keeps: bool,
}

/// A stashed function, or one instance of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Root {
    /// What the macro called it.
    pub(super) key: String,
    /// Rust's names of the types that it is made for; empty if it has none.
    pub(super) types: String,
    /// The function that tells them, which is another one for other types of the same names.
    pub(super) telling: Option<u32>,
    /// The function that all its code is reached from.
    pub(super) code: u32,
}

/// The compiled code of a crate.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bodies {
    /// The crate's name.
    pub(super) krate: String,
    pub(super) names: Vec<String>,
    pub(super) bodies: Vec<Body>,
    pub(super) roots: Vec<Root>,
    /// What is kept although nothing refers to it: it may run before `main`, or be found by its section.
    pub(super) kept: Vec<u32>,
    /// Memory of other crates.
    pub(super) foreign: Vec<u32>,
    /// Which section memory is in, if not the usual one.
    pub(super) sections: Vec<(u32, String)>,
    /// Assembler outside of functions.
    pub(super) assembler: String,
}

/// The first bytes of a root's constant, as LLVM writes them.
const ROOT: &str = "<{ [16 x i8] c\"scrat root v1\\00\\00\\00\", ptr @";

/// The type of a constant that says where a line of source is.
const PLACE: &str = "constant <{ ptr, [16 x i8] }> <{ ptr @";

/// What a function refers to whose own assembler includes a file: it is no symbol, and all assembler counts for it.
const INCLUDING: &str = "a file in assembler";

impl Bodies {
    /// Reads the texts of all modules of a crate, one after the other.
    pub fn read<T: AsRef<str>>(krate: &str, texts: impl IntoIterator<Item = T>) -> Self {
        let mut reading = Reading::default();
        krate.clone_into(&mut reading.out.krate);
        for text in texts {
            reading.module(&LlvmModule::split(text.as_ref()));
        }
        reading.finish()
    }

    /// Adds the files that assembler includes, whose bytes `read` tells, to it: text as if it stood there.
    pub fn add_included(&mut self, read: impl Fn(&str) -> Option<Vec<u8>>) {
        let mut seen = FxHashSet::default();
        let mut todo: Vec<String> = assembler::included(&self.assembler).into_iter().collect();
        while let Some(file) = todo.pop() {
            if !seen.insert(file.clone()) {
                continue;
            }
            let Some(content) = read(&file) else { continue };
            self.assembler.push_str(&format!("# {file} {}\n", Digest::of(&content)));
            if let Ok(text) = String::from_utf8(content) {
                let text = text.replace('"', "\\22").replace('\t', "\\09");
                todo.extend(assembler::included(&text));
                self.assembler.push_str(&text);
                self.assembler.push('\n');
            }
        }
    }

    /// The crate's name.
    pub fn krate(&self) -> &str {
        &self.krate
    }

    /// The keys of the stashed functions, as the macro wrote them.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.roots.iter().map(|root| root.key.as_str())
    }

    /// Digest of everything, for where it can't be told what of the crate is used.
    pub fn whole(&self) -> Hash {
        let places = self.bodies.iter().filter(|body| body.kind == BodyKind::Place).map(|body| body.name);
        let places: FxHashSet<u32> = places.collect();
        let mut bodies: Vec<_> = self.bodies.iter().filter(|body| body.kind != BodyKind::Place).collect();
        bodies.sort_unstable_by_key(|body| &self.names[body.name as usize]);
        let mut fields = Fields::new("scrat compiled crate");
        fields.list(bodies, |fields, body| {
            fields.text(&self.names[body.name as usize]).digest(&Digest(body.digest));
            fields.list(&body.refers, |fields, name| {
                fields.text(if places.contains(name) { "place" } else { &self.names[*name as usize] });
            });
        });
        fields.text(&self.assembler).finish().0
    }

    /// As bytes, compressed.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = Writer::default();
        let numbers = |out: &mut Writer, numbers: &[u32]| out.list(numbers, |out, number| out.number(*number));
        out.text(&self.krate);
        out.list(&self.names, |out, name| out.text(name));
        out.list(&self.bodies, |out, body| {
            out.number(body.name);
            out.byte(body.kind as u8);
            out.hash(&body.digest);
            numbers(out, &body.refers);
            numbers(out, &body.given_places);
            numbers(out, &body.passes_on);
            out.byte(u8::from(body.keeps));
        });
        out.list(&self.roots, |out, root| {
            out.text(&root.key);
            out.text(&root.types);
            out.number(root.telling.map_or(0, |telling| telling + 1));
            out.number(root.code);
        });
        numbers(&mut out, &self.kept);
        numbers(&mut out, &self.foreign);
        out.list(&self.sections, |out, (name, section)| {
            out.number(*name);
            out.text(section);
        });
        out.text(&self.assembler);
        out.compressed()
    }

    /// Reads what [`Bodies::to_bytes`] wrote.
    ///
    /// # Errors
    /// If the bytes are cut off or of another format.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Truncated> {
        let bytes = Reader::decompress(bytes)?;
        let mut from = Reader::new(&bytes);
        let krate = from.text()?;
        let names = from.list(Reader::text)?;
        let name = |from: &mut Reader<'_>| {
            from.number().and_then(|at| if (at as usize) < names.len() { Ok(at) } else { Err(Truncated) })
        };
        let bodies = from.list(|from| {
            Ok(Body {
                name: name(from)?,
                kind: BodyKind::ALL.get(usize::from(from.byte()?)).copied().ok_or(Truncated)?,
                digest: from.hash()?,
                refers: from.list(name)?,
                given_places: from.list(name)?,
                passes_on: from.list(name)?,
                keeps: from.byte()? != 0,
            })
        })?;
        let roots = from.list(|from| {
            let (key, types) = (from.text()?, from.text()?);
            let telling = from.number()?.checked_sub(1).filter(|telling| (*telling as usize) < names.len());
            Ok(Root { key, types, telling, code: name(from)? })
        })?;
        let kept = from.list(name)?;
        let foreign = from.list(name)?;
        let sections = from.list(|from| Ok((name(from)?, from.text()?)))?;
        let assembler = from.text()?;
        Ok(Self { krate, names, bodies, roots, kept, foreign, sections, assembler })
    }
}

/// Bodies as they are put together, module by module.
#[derive(Default)]
struct Reading {
    out: Bodies,
    names: FxHashMap<String, u32>,
    defined: FxHashSet<u32>,
    /// Functions that give a text which is written in them.
    texts: FxHashMap<u32, String>,
    modules: usize,
}

impl Reading {
    fn name(&mut self, name: &str) -> u32 {
        if let Some(&known) = self.names.get(name) {
            return known;
        }
        let next = u32::try_from(self.out.names.len()).expect("a program has fewer than 2^32 symbols");
        self.out.names.push(name.to_owned());
        self.names.insert(name.to_owned(), next);
        next
    }

    fn module(&mut self, module: &LlvmModule<'_>) {
        self.modules += 1;
        let mut settled = Settled::of(module, self.modules);
        for at in 0..module.items.len() {
            let item = &module.items[at];
            let name = settled.name(at);
            let refers: Vec<String> = settled.canonical[at].refers.iter().map(|name| settled.name_of(name)).collect();
            let name = self.name(&name);
            if !self.defined.insert(name) {
                continue;
            }
            let mut refers: Vec<u32> = refers.iter().map(|name| self.name(name)).collect();
            let kind = settled.kind(at);
            if kind == BodyKind::Root {
                self.root(&settled, at, &refers);
                refers = refers.get(1..2).unwrap_or_default().to_vec();
            }
            for line in item.text.lines().filter(|line| line.contains(" asm ") && assembler::includes(line)) {
                // What follows the last quote are numbers of notes.
                self.out.assembler.push_str(line.rsplit_once('"').map_or(line, |(line, _)| line));
                self.out.assembler.push('\n');
                refers.push(self.name(INCLUDING));
            }
            if let Some(section) = item.section {
                self.out.sections.push((name, section.to_owned()));
            }
            if kind == BodyKind::Function
                && let [text] = settled.canonical[at].refers[..]
                && let Some(text) = settled.bytes_of(text)
            {
                self.texts.insert(name, text);
            }
            let digest = Digest::of(&settled.canonical[at].text).0;
            let mut set = |names: Vec<&str>| {
                let names: BTreeSet<u32> = names.iter().map(|name| self.name(&settled.name_of(name))).collect();
                names.into_iter().collect()
            };
            let given_places = set(settled.given_places(at).collect());
            let Canonical { passes_on, keeps, .. } = &settled.canonical[at];
            let (passes_on, keeps) = (set(passes_on.clone()), *keeps);
            self.out.bodies.push(Body { name, kind, digest, refers, given_places, passes_on, keeps });
        }
        for (kept, into) in [(&module.used, true), (&module.foreign, false)] {
            for name in kept {
                let name = self.name(&settled.name_of(name));
                if into { self.out.kept.push(name) } else { self.out.foreign.push(name) }
            }
        }
        for line in &module.assembler {
            self.out.assembler.push_str(line);
            self.out.assembler.push('\n');
        }
    }

    fn root(&mut self, settled: &Settled<'_, '_>, at: usize, refers: &[u32]) {
        let key = settled.canonical[at].refers.first().and_then(|name| settled.bytes_of(name));
        if let (Some(key), Some(&code)) = (key, refers.get(1)) {
            self.out.roots.push(Root { key, types: String::new(), telling: refers.get(2).copied(), code });
        }
    }

    /// Finds the names of types: what tells them may be in another module than the root.
    fn finish(mut self) -> Bodies {
        let bodies: FxHashMap<u32, &Body> = self.out.bodies.iter().map(|body| (body.name, body)).collect();
        let told = |telling: u32| {
            let mut at = telling;
            for _ in 0..4 {
                if let Some(text) = self.texts.get(&at) {
                    return Some(text.clone());
                }
                at = *bodies.get(&at)?.refers.first()?;
            }
            None
        };
        // What cannot be told is not the name of a type.
        let types: Vec<_> = self
            .out
            .roots
            .iter()
            .map(|root| root.telling.map(|telling| told(telling).unwrap_or_else(|| "?".to_owned())))
            .collect();
        for (root, types) in self.out.roots.iter_mut().zip(types) {
            root.types = types.unwrap_or_default();
        }
        self.out
    }
}

/// A module's items with names that mean the same in all modules.
struct Settled<'m, 't> {
    module: &'m LlvmModule<'t>,
    /// Which module it is.
    number: usize,
    by_name: FxHashMap<&'t str, usize>,
    canonical: Vec<Canonical<'t>>,
    names: Vec<Option<String>>,
}

impl<'m, 't> Settled<'m, 't> {
    fn of(module: &'m LlvmModule<'t>, number: usize) -> Self {
        let by_name = module.items.iter().enumerate().map(|(at, item)| (item.name, at)).collect();
        let canonical = module.items.iter().map(|item| Canonical::of(item, module)).collect();
        let mut settled = Self { module, number, by_name, canonical, names: vec![None; module.items.len()] };
        for at in 0..module.items.len() {
            settled.settle(at, 0);
        }
        settled
    }

    /// Names an item: a constant without a name of its own by its content, what is in it first.
    fn settle(&mut self, at: usize, depth: usize) {
        const DEEP: usize = 200;
        if self.names[at].is_some() {
            return;
        }
        let item = &self.module.items[at];
        if !item.is_local || symbol::is_mangled(item.name) {
            self.names[at] = Some(item.name.to_owned());
            return;
        }
        if item.sort != LlvmKind::Constant || depth > DEEP {
            self.names[at] = Some(format!("{}{}{}", item.name, symbol::LOCAL, self.number));
            return;
        }
        let parts: Vec<&str> = self.canonical[at].refers.clone();
        for part in &parts {
            if let Some(&part) = self.by_name.get(part)
                && part != at
            {
                self.settle(part, depth + 1);
            }
        }
        let mut fields = Fields::new("scrat compiled constant");
        fields.bytes(&self.canonical[at].text);
        fields.list(&parts, |fields, part| {
            fields.text(&self.name_of(part));
        });
        self.names[at] = Some(format!("{}{}", symbol::BY_CONTENT, fields.finish()));
    }

    fn name(&mut self, at: usize) -> String {
        self.settle(at, 0);
        self.names[at].clone().unwrap_or_default()
    }

    /// What a symbol of this module is called everywhere.
    fn name_of(&self, name: &str) -> String {
        let known = self.by_name.get(name).and_then(|&at| self.names[at].clone());
        known.unwrap_or_else(|| name.to_owned())
    }

    fn kind(&self, at: usize) -> BodyKind {
        let item = &self.module.items[at];
        match item.sort {
            LlvmKind::Function => BodyKind::Function,
            _ if item.text.contains(ROOT) => BodyKind::Root,
            LlvmKind::Constant if self.is_place(item) => BodyKind::Place,
            LlvmKind::Constant => BodyKind::Constant,
            LlvmKind::Static => BodyKind::Static,
        }
    }

    /// Whether a constant is a `core::panic::Location`: a file's name with a zero behind it, its length without that,
    /// and two numbers. A pair of a `&str` and numbers that somebody wrote has no such zero.
    fn is_place(&self, item: &LlvmItem<'_>) -> bool {
        // Rust gives it no name. What has one is a static of somebody's.
        if !item.is_local || item.name.starts_with("_R") || item.name.starts_with("_ZN") {
            return false;
        }
        let Some((_, rest)) = item.text.split_once(PLACE) else { return false };
        let told = rest.split_once("[16 x i8] c\"").and_then(|(_, rest)| rest.split('"').next());
        let Some(length) = told.map(unescaped).and_then(|bytes| bytes.first_chunk().copied()) else { return false };
        let file = self.bytes_of(super::module::name(rest));
        file.is_some_and(|file| file.ends_with(".rs\0") && file.len() as u64 == u64::from_le_bytes(length) + 1)
    }

    /// What an item calls with a place.
    fn given_places(&self, at: usize) -> impl Iterator<Item = &'t str> + '_ {
        let is_place = |name: &str| {
            let item = self.by_name.get(name).map(|&at| &self.module.items[at]);
            item.is_some_and(|item| item.sort == LlvmKind::Constant && self.is_place(item))
        };
        self.canonical[at].given.iter().filter(move |(_, given)| is_place(given)).map(|(callee, _)| *callee)
    }

    /// The bytes of a constant, if it is nothing else.
    fn bytes_of(&self, name: &str) -> Option<String> {
        let item = &self.module.items[*self.by_name.get(name)?];
        let (_, bytes) = item.text.split_once("x i8] c\"")?;
        String::from_utf8(unescaped(bytes.split('"').next()?)).ok()
    }
}

/// The bytes of LLVM's `c"…"`, in which `\0A` stands for what can't be printed.
fn unescaped(text: &str) -> Vec<u8> {
    let mut bytes = text.bytes();
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let mut out = Vec::with_capacity(text.len());
    while let Some(byte) = bytes.next() {
        if byte != b'\\' {
            out.push(byte);
            continue;
        }
        match (bytes.next(), bytes.next()) {
            (Some(high), Some(low)) => out.extend(digit(high).zip(digit(low)).map(|(high, low)| high << 4 | low)),
            _ => break,
        }
    }
    out
}
