//! An item's text in a form in which only what counts is left.
//!
//! | in LLVM's text | here |
//! | --- | --- |
//! | symbols | a mark; which symbols they are is kept beside the text, in order |
//! | names of variables and blocks | their number in the order in which they occur |
//! | names of types | what the type is |
//! | numbers of attribute groups | the attributes that count |
//! | comments, metadata, linkage | left out: where an item is put and how it is told to debuggers |
//!
//! So a helper, a variable or a module may be renamed or moved, and the text stays what it was. A name that the program
//! can see is data, and stands in the text of some constant.

use rustc_hash::FxHashMap;

use super::assembler;
use super::module::{LlvmItem, LlvmModule, name};

/// What of an item's text counts.
#[derive(Debug, Default)]
pub(super) struct Canonical<'t> {
    pub(super) text: Vec<u8>,
    /// The symbols in it, in order, repetitions included.
    pub(super) refers: Vec<&'t str>,
    /// What is called with the address of what.
    pub(super) given: Vec<(&'t str, &'t str)>,
    /// What a function calls with its last parameter: there the place of its caller is, if it gets one.
    pub(super) passes_on: Vec<&'t str>,
    /// Whether the function does anything else with it.
    pub(super) keeps: bool,
}

impl<'t> Canonical<'t> {
    pub(super) fn of(item: &LlvmItem<'t>, module: &LlvmModule<'t>) -> Self {
        let mut reader =
            ItemReader { module, line: Vec::new(), locals: FxHashMap::default(), last: None, out: Self::default() };
        let text = item.text;
        let start = text.find('@').map_or(0, |at| at + 1);
        let after = start + text[start..].find(item.name).unwrap_or(0) + item.name.len();
        // A function's head says its type before its name, memory's behind.
        reader.read(&text[..start.saturating_sub(1)], true);
        reader.out.text.push(b'=');
        let head = text[after..].find('\n').map_or(text.len(), |end| after + end);
        reader.read(text[after..head].trim_start_matches('"'), true);
        reader.last = reader.last_parameter();
        reader.read(&text[head..], false);
        reader.out
    }
}

struct ItemReader<'m, 't> {
    module: &'m LlvmModule<'t>,
    /// The symbols of this line so far.
    line: Vec<&'t str>,
    locals: FxHashMap<&'t str, usize>,
    /// The last parameter, once the head has been read.
    last: Option<&'t str>,
    out: Canonical<'t>,
}

impl<'t> ItemReader<'_, 't> {
    fn read(&mut self, text: &'t str, is_head: bool) {
        let bytes = text.as_bytes();
        let mut at = 0;
        while let Some(&byte) = bytes.get(at) {
            let rest = &text[at..];
            at += match byte {
                b'"' => self.quoted(rest),
                b'@' => self.symbol(rest),
                b'%' => self.percent(rest),
                b'#' => self.group(rest),
                b',' if rest.starts_with(", !") => metadata(rest),
                b';' => rest.find('\n').unwrap_or(rest.len()),
                b'\n' => 1 + self.new_line(&rest[1..]),
                b' ' => self.space(),
                b'a'..=b'z' | b'A'..=b'Z' | b'_' => self.word(rest, is_head),
                _ => {
                    let length = rest.chars().next().map_or(1, char::len_utf8);
                    self.out.text.extend_from_slice(&bytes[at..at + length]);
                    length
                }
            };
        }
    }

    fn quoted(&mut self, rest: &'t str) -> usize {
        let length = rest[1..].find('"').map_or(rest.len(), |end| end + 2);
        if self.is_assembler() {
            self.out.refers.extend(assembler::words(&rest[1..length - 1]));
        }
        self.out.text.extend_from_slice(&rest.as_bytes()[..length]);
        length
    }

    /// Whether this line is a piece of assembler, so far.
    fn is_assembler(&self) -> bool {
        let line = self.out.text.rsplit(|byte| *byte == b'\n').next().unwrap_or_default();
        line.windows(5).any(|bytes| bytes == b" asm ")
    }

    fn symbol(&mut self, rest: &'t str) -> usize {
        let (name, length) = named(rest);
        // What stands first is what is called. Memory that does so is stored, or given to something without a name. A place
        // is the last that a function gets; what looks like one and isn't is as good as stored.
        let is_last = rest[length..].starts_with(')');
        self.out.given.push((self.line.first().filter(|_| is_last).unwrap_or(&name), name));
        self.line.push(name);
        self.out.text.push(b'@');
        // Of LLVM's own nothing can be had but a call. Memory may be called so, too.
        if name.starts_with("llvm.") && rest[length..].starts_with('(') {
            self.out.text.extend_from_slice(name.as_bytes());
        } else {
            self.out.refers.push(name);
        }
        length
    }

    fn percent(&mut self, rest: &'t str) -> usize {
        let (name, length) = named(rest);
        if let Some(is) = self.module.types.get(&rest[..length]) {
            self.read(is, false);
        } else {
            self.local(name);
        }
        length
    }

    fn last_parameter(&self) -> Option<&'t str> {
        self.locals.iter().max_by_key(|(_, number)| **number).map(|(name, _)| *name)
    }

    fn local(&mut self, name: &'t str) {
        if self.last == Some(name) {
            match self.line.first() {
                Some(callee) if !callee.starts_with("llvm.") => self.out.passes_on.push(callee),
                _ => self.out.keeps = true,
            }
        }
        let next = self.locals.len();
        let number = *self.locals.entry(name).or_insert(next);
        self.out.text.extend_from_slice(format!("%{number}").as_bytes());
    }

    fn group(&mut self, rest: &str) -> usize {
        let length = 1 + rest[1..].bytes().take_while(u8::is_ascii_digit).count();
        if let Some(counting) = self.module.attributes.get(&rest[..length]) {
            self.out.text.extend_from_slice(counting.as_bytes());
        } else if length == 1 {
            self.out.text.push(b'#');
        }
        length
    }

    /// The end of a line, and a block's name at the start of the next.
    fn new_line(&mut self, next: &'t str) -> usize {
        self.line.clear();
        while self.out.text.last() == Some(&b' ') {
            self.out.text.pop();
        }
        if self.out.text.last() != Some(&b'\n') {
            self.out.text.push(b'\n');
        }
        let line = &next[..next.find('\n').unwrap_or(next.len())];
        if line.starts_with([' ', '}', ';']) || line.is_empty() {
            return 0;
        }
        let label = name(line);
        let length = label.len() + if line.starts_with('"') { 2 } else { 0 };
        if !line[length..].starts_with(':') {
            return 0;
        }
        self.local(label);
        length
    }

    fn space(&mut self) -> usize {
        if !matches!(self.out.text.last(), Some(b' ' | b'\n')) {
            self.out.text.push(b' ');
        }
        1
    }

    fn word(&mut self, rest: &str, is_head: bool) -> usize {
        let is_end = |byte: u8| !(byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'.');
        let length = rest.bytes().position(is_end).unwrap_or(rest.len());
        let word = &rest[..length];
        if is_head && PLACING.contains(&word) {
            let after = &rest[length..];
            // `comdat($name)`
            return length + if after.starts_with("($") { after.find(')').map_or(0, |end| end + 1) } else { 0 };
        }
        self.out.text.extend_from_slice(word.as_bytes());
        length
    }
}

/// Where an item is put, and who may see it.
const PLACING: [&str; 19] = [
    "private",
    "internal",
    "available_externally",
    "linkonce",
    "weak",
    "common",
    "appending",
    "extern_weak",
    "linkonce_odr",
    "weak_odr",
    "external",
    "default",
    "hidden",
    "protected",
    "dso_local",
    "dso_preemptable",
    "local_unnamed_addr",
    "unnamed_addr",
    "comdat",
];

/// What follows `@` or `%`: the name, and the length of all.
fn named(rest: &str) -> (&str, usize) {
    let name = name(&rest[1..]);
    let quotes = if rest[1..].starts_with('"') { 2 } else { 0 };
    (name, 1 + name.len() + quotes)
}

/// The length of `, !kind !number`.
fn metadata(rest: &str) -> usize {
    let kind = 3 + name(&rest[3..]).len();
    let Some(value) = rest[kind..].strip_prefix(" !") else { return kind };
    let length = match value.as_bytes().first() {
        Some(b'{') => value.find('}').map_or(value.len(), |end| end + 1),
        _ => name(value).len(),
    };
    kind + 2 + length
}

#[cfg(test)]
mod tests {
    use super::*;

    fn canonical(text: &str) -> (String, Vec<String>) {
        let module = LlvmModule::split(text);
        let of = Canonical::of(module.items.last().unwrap(), &module);
        (String::from_utf8(of.text).unwrap(), of.refers.into_iter().map(str::to_owned).collect())
    }

    #[test]
    fn names_comments_places_and_metadata_do_not_count() {
        let one = "\
attributes #0 = { noinline }
define internal i32 @_RNvC1a1f(i32 %x) unnamed_addr #0 {
start:
; call a::g
  %y = call i32 @_RNvC1a1g(i32 %x) #4, !dbg !12
  br label %bb1

bb1:                                              ; preds = %start
  ret i32 %y
}
";
        let other = "\
attributes #7 = { alwaysinline }
define hidden i32 @_RNvC1b1f(i32 %value) unnamed_addr #7 {
start:
  %z = call i32 @_RNvC1b5other(i32 %value) #9, !noundef !3
  br label %bb5

bb5:
  ret i32 %z
}
";
        let (text, refers) = canonical(one);
        assert_eq!(text, canonical(other).0);
        assert_eq!(refers, ["_RNvC1a1g"]);
        assert_eq!(text, "define i32 =(i32 %0) {\n%1:\n%2 = call i32 @(i32 %0)\nbr label %3\n%3:\nret i32 %2\n}");
    }

    #[test]
    fn what_is_computed_counts_and_so_do_types_and_data() {
        let function = |body: &str| {
            canonical(&format!("%T = type {{ i8 }}\n%U = type {{ i16 }}\ndefine void @f(i8 %a) {{\n{body}\n}}\n"))
        };
        for (one, other) in [
            ("  %x = add i8 %a, 1", "  %x = add i8 %a, 2"),
            ("  %x = add i8 %a, %a", "  %x = sub i8 %a, %a"),
            ("  %x = alloca %T", "  %x = alloca %U"),
            ("  call void @llvm.a()", "  call void @llvm.b()"),
            ("  store i8 %a, ptr %p\n  store i8 %a, ptr %q", "  store i8 %a, ptr %p\n  store i8 %a, ptr %p"),
        ] {
            assert_ne!(function(one), function(other), "{one}");
            assert_eq!(function(one), function(one));
        }
        let (text, refers) =
            canonical("@a = private unnamed_addr constant <{ ptr, [2 x i8] }> <{ ptr @b, [2 x i8] c\"%x\" }>, align 8");
        assert_eq!(text, "= = constant <{ ptr, [2 x i8] }> <{ ptr @, [2 x i8] c\"%x\" }>, align 8");
        assert_eq!(refers, ["b"]);
    }
}
