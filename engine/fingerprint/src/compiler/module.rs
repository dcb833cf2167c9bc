//! LLVM's text of one module, split into its items.
//!
//! Nothing is parsed here but how an item begins and ends. What stands in it is read by
//! [`canonical`](super::canonical).

use rustc_hash::FxHashMap;

/// What an item is, as far as a closure has to know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum LlvmKind {
    Function,
    /// Memory that nobody writes to.
    Constant,
    /// Memory that may be written to.
    Static,
}

/// A function with a body, or memory with a content.
#[derive(Debug)]
pub(super) struct LlvmItem<'t> {
    pub(super) name: &'t str,
    pub(super) sort: LlvmKind,
    /// All of it, from `define` or `@name` on.
    pub(super) text: &'t str,
    /// Whether its name means something in this module alone.
    pub(super) is_local: bool,
    pub(super) section: Option<&'t str>,
}

#[derive(Debug, Default)]
pub(super) struct LlvmModule<'t> {
    pub(super) items: Vec<LlvmItem<'t>>,
    /// Memory that is defined elsewhere.
    pub(super) foreign: Vec<&'t str>,
    /// Named types, by `%name`, with what they are.
    pub(super) types: FxHashMap<&'t str, &'t str>,
    /// Groups of attributes, by `#3`, with what of them counts.
    pub(super) attributes: FxHashMap<&'t str, String>,
    /// Assembler outside of functions.
    pub(super) assembler: Vec<&'t str>,
    /// What is kept although nothing of the module refers to it.
    pub(super) used: Vec<&'t str>,
}

impl<'t> LlvmModule<'t> {
    pub(super) fn split(text: &'t str) -> Self {
        let mut module = Self::default();
        let mut at = 0;
        while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
            let end = rest.find('\n').unwrap_or(rest.len());
            let line = &rest[..end];
            at += end + 1;
            match line.as_bytes().first() {
                Some(b'd') if line.starts_with("define ") => {
                    let length = rest.find("\n}").map_or(rest.len(), |end| end + 2);
                    module.define(&rest[..length]);
                    at += length - end.min(length);
                }
                Some(b'@') => module.memory(line),
                Some(b'%') => {
                    if let Some((name, is)) = line.split_once(" = type ") {
                        module.types.insert(name, is);
                    }
                }
                Some(b'a') if line.starts_with("attributes #") => module.group(line),
                Some(b'm') if line.starts_with("module asm ") => module.assembler.push(line),
                _ => {}
            }
        }
        module
    }

    fn define(&mut self, text: &'t str) {
        let Some((at, name)) = symbol(text, 0) else { return };
        let is_local = is_word_of(&text[..at], "internal") || is_word_of(&text[..at], "private");
        self.items.push(LlvmItem { name, sort: LlvmKind::Function, text, is_local, section: None });
    }

    fn memory(&mut self, line: &'t str) {
        let Some((_, name)) = symbol(line, 0) else { return };
        let Some((_, rest)) = line.split_once(" = ") else { return };
        if name == "llvm.used" || name == "llvm.compiler.used" || name == "llvm.global_ctors" {
            self.used.extend(symbols(rest));
            return;
        }
        let head = &rest[..rest.find(['[', '<', '{', '"']).unwrap_or(rest.len())];
        if is_word_of(head, "external") || is_word_of(head, "extern_weak") {
            self.foreign.push(name);
            return;
        }
        let sort = if is_word_of(head, "global") { LlvmKind::Static } else { LlvmKind::Constant };
        let is_local = is_word_of(head, "private") || is_word_of(head, "internal");
        let section = rest.rsplit_once(", section \"").and_then(|(_, rest)| rest.split('"').next());
        self.items.push(LlvmItem { name, sort, text: line, is_local, section });
    }

    fn group(&mut self, line: &'t str) {
        let Some((name, rest)) = line["attributes ".len()..].split_once(" = {") else { return };
        let counting: String = words(rest.trim_end_matches('}')).filter_map(counting).collect();
        self.attributes.insert(name, counting);
    }
}

/// What of a function's attribute says more than how fast it should be.
fn counting(attribute: &str) -> Option<String> {
    const HINTS: [&str; 13] = [
        "noinline",
        "inlinehint",
        "alwaysinline",
        "cold",
        "optsize",
        "minsize",
        "nonlazybind",
        "noredzone",
        "\"frame-pointer\"",
        "uwtable",
        "\"probe-stack\"",
        "\"target-cpu\"",
        "\"tune-cpu\"",
    ];
    let (name, value) = attribute.split_once(['=', '(']).unwrap_or((attribute, ""));
    if name == "\"target-features\"" {
        // Instructions change no result, unless numbers are computed in other ways without them.
        let is_other = |feature: &&str| matches!(*feature, "-sse" | "-sse2" | "-neon" | "+soft-float");
        let others: Vec<_> = value.trim_matches('"').split(',').filter(is_other).collect();
        return (!others.is_empty()).then(|| format!("{} ", others.join(",")));
    }
    (!HINTS.contains(&name)).then(|| format!("{attribute} "))
}

/// The words of a text; what is in quotes is part of one.
fn words(text: &str) -> impl Iterator<Item = &str> {
    let mut is_quoted = false;
    text.split(move |char: char| {
        is_quoted ^= char == '"';
        char == ' ' && !is_quoted
    })
    .filter(|word| !word.is_empty())
}

fn is_word_of(text: &str, word: &str) -> bool {
    text.split(' ').any(|other| other == word)
}

/// The first symbol from a place on: where it begins, and its name.
pub(super) fn symbol(text: &str, from: usize) -> Option<(usize, &str)> {
    let at = from + text.get(from..)?.find('@')?;
    Some((at, name(&text[at + 1..])))
}

/// The name at the start of a text, without quotes.
pub(super) fn name(text: &str) -> &str {
    if let Some(quoted) = text.strip_prefix('"') {
        return &quoted[..quoted.find('"').unwrap_or(quoted.len())];
    }
    let is_end = |byte: &u8| !(byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'$' | b'-'));
    &text[..text.as_bytes().iter().position(is_end).unwrap_or(text.len())]
}

fn symbols(text: &str) -> impl Iterator<Item = &str> {
    let mut from = 0;
    std::iter::from_fn(move || {
        let (at, name) = symbol(text, from)?;
        from = at + 1 + name.len();
        Some(name)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_module_is_split_into_functions_and_memory() {
        let text = "\
; ModuleID = 'a'
%\"a::B\" = type { i8 }
module asm \"ret\"
@one = private unnamed_addr constant [1 x i8] c\"@\", align 1
@two = internal global i32 0, section \".x\", align 4
@three = external global i8
@llvm.used = appending global [1 x ptr] [ptr @two], section \"llvm.metadata\"
; a::f
define internal void @f() unnamed_addr #0 {
start:
  ret void
}

declare void @g() #1
attributes #0 = { noinline nounwind noredzone \"target-cpu\"=\"x86-64\" \"frame-pointer\"=\"all\" }
";
        let module = LlvmModule::split(text);
        let told: Vec<_> =
            module.items.iter().map(|item| (item.name, item.sort, item.is_local, item.section)).collect();
        assert_eq!(
            told,
            [
                ("one", LlvmKind::Constant, true, None),
                ("two", LlvmKind::Static, true, Some(".x")),
                ("f", LlvmKind::Function, true, None)
            ]
        );
        assert!(module.items[2].text.ends_with("ret void\n}"));
        assert_eq!((module.foreign, module.used), (vec!["three"], vec!["two"]));
        assert_eq!(module.types["%\"a::B\""], "{ i8 }");
        assert_eq!(module.attributes["#0"], "nounwind ");
        assert_eq!(module.assembler.len(), 1);
    }
}
