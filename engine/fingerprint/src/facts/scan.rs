//! Reads the names out of an item's tokens, with a sense of scope but none of types.
//!
//! Ordinary code is walked group by group: what a pattern binds is a local for as long as the group lasts, and fields,
//! labels and keys are told from paths. A local that is forgotten too early costs one more item that may be named. One
//! that is kept too long hides an item that is named, and a result is stale. So where this goes wrong, it must go wrong
//! in the first way. Macro input is read twice, once as ordinary code and once as a bag of words; which of the two
//! counts is decided when the macro is known.

use std::ops::Range;

use rustc_hash::FxHashMap;

use crate::sorted::sort;
use crate::syntax::item::{BlockId, ItemId, ItemKind};
use crate::syntax::language;
use crate::syntax::name::Name;
use crate::syntax::parse::Parsed;
use crate::syntax::tokens::{TokenKind, View};

use super::{Facts, Reference};

mod attribute;
mod macros;
mod path;
mod pattern;

/// Fills in everything but the hash.
pub(crate) fn item(parsed: &Parsed, id: ItemId, facts: &mut Facts) {
    let (Some(item), Some(span)) = (parsed.shape.items.get(id), parsed.spans.get(id)) else { return };
    let blocks = if parsed.blocks.is_empty() {
        FxHashMap::default()
    } else {
        parsed.blocks.iter().map(|(id, open)| (*open, id)).filter(|(open, _)| span.range.contains(open)).collect()
    };
    let mut scan = Scan {
        view: parsed.view(),
        facts,
        skip: &span.skip,
        blocks,
        generics: &item.generics.names,
        bound: vec![],
        block: item.block,
        input: false,
        parameters: span.parameters,
        variants: None,
        name_at: span.name_at,
    };
    match item.kind {
        ItemKind::MacroRules(_) => {
            scan.input = true;
            // Not its own name, which would lead to its namesakes.
            let mut used = scan.wild(span.name_at + 1..span.range.end);
            scan.facts.references.append(&mut used.wild);
            scan.facts.words = used.words;
            scan.facts.strings = used.strings;
            scan.special(span.range.clone());
            scan.members_in(span.range.clone());
        }
        ItemKind::InlineModule => scan.heard(span.range.clone()),
        ItemKind::Use(_) | ItemKind::ExternCrate(_) | ItemKind::FileModule => {}
        _ => {
            if item.attributes.heard() {
                scan.heard(span.range.clone());
            }
            if matches!(item.kind, ItemKind::Enum(_)) {
                scan.variants = span
                    .range
                    .clone()
                    .rev()
                    .find(|&at| matches!(scan.view.kind(at), Some(TokenKind::Close(b'}'))))
                    .and_then(|at| scan.view.token(at))
                    .map(|token| token.partner as usize);
            }
            scan.level(span.range.clone(), 0);
        }
    }
}

/// Every path in a whole file, for one that is included where an expression stands.
pub(crate) fn loose(parsed: &Parsed) -> (Vec<Reference>, Vec<Name>) {
    let mut facts = Facts::default();
    let mut scan = Scan {
        view: parsed.view(),
        facts: &mut facts,
        skip: &[],
        blocks: FxHashMap::default(),
        generics: &[],
        bound: vec![],
        block: None,
        input: true,
        parameters: None,
        variants: None,
        name_at: usize::MAX,
    };
    let mut used = scan.wild(0..parsed.tokens.list.len());
    for reference in &mut used.wild {
        // Locals of what is around it are not known here.
        reference.bound = false;
    }
    for text in &used.strings {
        for word in text.split(|char: char| !ra_ap_rustc_lexer::is_id_continue(char)) {
            if ra_ap_rustc_lexer::is_ident(word) && !language::keyword(word) {
                used.words.push(Name::new(word));
            }
        }
    }
    sort(&mut used.words);
    (used.wild, used.words)
}

struct Scan<'a, 'b> {
    view: View<'a>,
    facts: &'b mut Facts,
    skip: &'b [Range<usize>],
    /// Blocks that declare items, by their opening braces.
    blocks: FxHashMap<usize, BlockId>,
    generics: &'b [Name],
    bound: Vec<Name>,
    block: Option<BlockId>,
    /// Inside macro input.
    input: bool,
    parameters: Option<usize>,
    variants: Option<usize>,
    name_at: usize,
}

/// Names bound in a group of tokens that are not in scope yet, or not for long.
#[derive(Default)]
struct Bindings {
    /// What `let` statements bind: it is in scope behind their `;`, since `let x = f(x)` still means the outer `x`.
    pending: Vec<Name>,
    condition: Option<Condition>,
    /// How many names were bound before the parameters of a closure whose body is an expression.
    closure: Option<usize>,
}

/// The head of an `if let`, `while let` or `for` while it is read. What it binds is in reach in the block
/// behind it, and after a `&&`, but not in the initialiser itself.
#[derive(Default)]
struct Condition {
    /// How many names were bound before it.
    length: usize,
    held: Vec<Name>,
    /// Blocks still to come that are a part of the initialiser.
    blocks: usize,
}

impl Bindings {
    /// The head that is being read, or one that begins here.
    fn condition(&mut self, length: usize) -> &mut Condition {
        self.condition.get_or_insert(Condition { length, ..Condition::default() })
    }
}

impl Condition {
    /// Whether the brace that stands here opens the block behind the head.
    fn ends(&mut self, after_expression: bool) -> bool {
        let inner = self.blocks > 0;
        self.blocks -= usize::from(inner);
        !inner && after_expression
    }
}

impl Scan<'_, '_> {
    /// Reads the tokens of one group; `open` is its delimiter, 0 at the top.
    ///
    /// A group is where scopes end, so whatever is bound in it is forgotten behind it. There is no parser of
    /// expressions here: which of the names that are bound can be meant is told by the few tokens that begin and end
    /// bindings. Where those mislead, a binding ends too early, and one more item is taken to be named.
    fn level(&mut self, range: Range<usize>, open: u8) {
        let base = self.bound.len();
        if open == b'{' && !self.input && self.has_arms(range.clone()) {
            self.arms(range);
            self.bound.truncate(base);
            return;
        }
        let view = self.view;
        let mut bindings = Bindings::default();
        let mut at = range.start;
        while at < range.end {
            if let Some(end) = self.skipped(at) {
                at = end;
                continue;
            }
            at = match view.kind(at) {
                None => break,
                Some(TokenKind::Open(delimiter)) => {
                    self.inner_group(at, delimiter, &mut bindings);
                    view.after(at)
                }
                Some(TokenKind::Punct(b';')) => {
                    self.end_of_statement(&mut bindings);
                    at + 1
                }
                Some(TokenKind::Punct(b',')) => {
                    // The body of a closure among arguments ends here.
                    if let Some(length) = bindings.closure.take() {
                        self.bound.truncate(length);
                    }
                    at + 1
                }
                Some(TokenKind::Punct(b'&')) if view.is_pair(at, b'&', b'&') => {
                    // In `if let Some(x) = a && b(x)` the names are in reach behind the `&&`, which has to be one
                    // between expressions: `&&a` is a reference.
                    if let Some(condition) = &mut bindings.condition
                        && condition.blocks == 0
                        && self.ends_expression(at)
                    {
                        self.bound.append(&mut condition.held);
                    }
                    at + 2
                }
                Some(TokenKind::Punct(b'#')) if view.is_open(at + 1, b'[') => {
                    self.attribute(at);
                    view.after(at + 1)
                }
                Some(TokenKind::Punct(b'#')) if view.is_punct(at + 1, b'!') && view.is_open(at + 2, b'[') => {
                    self.attribute(at);
                    view.after(at + 2)
                }
                Some(TokenKind::Punct(b'|')) if !self.input && self.begins_closure(at, range.start) => {
                    let length = self.bound.len();
                    let end = self.closure(at, range.end);
                    // Of closures in one another, the outermost one ends them all.
                    bindings.closure.get_or_insert(length);
                    end
                }
                Some(TokenKind::Punct(b':')) if view.is_pair(at, b':', b':') => self.path(at, range.end, open),
                Some(TokenKind::Punct(b'$')) => self.variable(at, range.end),
                Some(TokenKind::Ident) => match view.piece(at) {
                    "let" => self.let_(at, &range, &mut bindings),
                    // `for<'a>` is not a loop.
                    "for" if !view.is_punct(at + 1, b'<') => self.for_(at, range.end, &mut bindings),
                    word => {
                        if let Some(condition) = &mut bindings.condition {
                            condition.blocks += usize::from(self.brings_block(at, word));
                        }
                        self.path(at, range.end, open)
                    }
                },
                Some(TokenKind::Str) => {
                    // What stands in a macro's input may be its format string.
                    if self.input {
                        self.captures(at);
                    }
                    at + 1
                }
                Some(_) => at + 1,
            };
        }
        self.bound.truncate(base);
    }

    /// Reads the group that opens here. If it is the block behind a head, what the head binds is in reach there.
    fn inner_group(&mut self, at: usize, delimiter: u8, bindings: &mut Bindings) {
        let after_expression = self.ends_expression(at);
        let head = bindings.condition.as_mut().filter(|_| delimiter == b'{');
        let is_body = head.is_some_and(|condition| condition.ends(after_expression));
        if is_body && let Some(condition) = &mut bindings.condition {
            self.bound.append(&mut condition.held);
        }
        if Some(at) == self.parameters {
            self.parameters(self.view.inside(at));
        } else if Some(at) == self.variants {
            self.variant_list(self.view.inside(at));
        } else {
            self.group(at, delimiter);
        }
        if is_body && let Some(condition) = bindings.condition.take() {
            self.bound.truncate(condition.length);
        }
    }

    fn end_of_statement(&mut self, bindings: &mut Bindings) {
        // The block of this head never came.
        if let Some(condition) = bindings.condition.take() {
            self.bound.truncate(condition.length);
        }
        if let Some(length) = bindings.closure.take() {
            self.bound.truncate(length);
        }
        self.bound.append(&mut bindings.pending);
    }

    /// Reads the pattern behind the `let` that stands here; returns the index after it.
    fn let_(&mut self, at: usize, range: &Range<usize>, bindings: &mut Bindings) -> usize {
        let view = self.view;
        let end = self.pattern_end(at + 1, range.end);
        let mut names = Vec::new();
        self.pattern(at + 1..end, b'(', &mut names);
        let asks = at > range.start
            && (view.is_word(at - 1, "if")
                || view.is_word(at - 1, "while")
                || view.is_punct(at - 1, b'&')
                || view.is_punct(at - 1, b'|'));
        if asks {
            bindings.condition(self.bound.len()).held.append(&mut names);
        } else if !self.input {
            // In macro input nobody knows where a statement ends up, so nothing is bound by one.
            bindings.pending.append(&mut names);
        }
        end
    }

    /// Reads the pattern behind the `for` that stands here, if a loop begins with it: that of an `impl` has a brace
    /// before any `in`. Returns the index after what was read.
    fn for_(&mut self, at: usize, end: usize, bindings: &mut Bindings) -> usize {
        let view = self.view;
        let found = (at + 1..end).find(|&next| view.is_word(next, "in") || view.is_open(next, b'{'));
        let Some(in_) = found.filter(|&found| view.is_word(found, "in") && !self.input) else { return at + 1 };
        let mut names = Vec::new();
        self.pattern(at + 1..in_, b'(', &mut names);
        bindings.condition(self.bound.len()).held.append(&mut names);
        in_ + 1
    }

    /// Whether a block belongs to the word that stands here. In the initialiser of `if let Some(x) = match y { … } { …
    /// }` such a block must not be taken for the one that `x` is for.
    fn brings_block(&self, at: usize, word: &str) -> bool {
        let view = self.view;
        match word {
            "match" | "if" | "while" => true,
            "else" | "loop" | "unsafe" | "const" => view.is_open(at + 1, b'{'),
            "async" => view.is_open(at + 1 + usize::from(view.is_word(at + 1, "move")), b'{'),
            _ => false,
        }
    }

    /// Whether an expression may end in front of what stands here. A block that comes then is not a part of it.
    fn ends_expression(&self, at: usize) -> bool {
        match self.view.kind(at.wrapping_sub(1)) {
            Some(TokenKind::Punct(punct)) => matches!(punct, b'?' | b'>' | b'.'),
            Some(TokenKind::Open(_)) | None => false,
            _ => true,
        }
    }

    fn skipped(&self, at: usize) -> Option<usize> {
        let next = self.skip.partition_point(|skip| skip.end <= at);
        self.skip.get(next).filter(|skip| skip.contains(&at)).map(|skip| skip.end)
    }

    fn group(&mut self, at: usize, delimiter: u8) {
        let inside = self.view.inside(at);
        let block = self.block;
        if let Some(&own) = self.blocks.get(&at) {
            self.block = Some(own);
        }
        self.level(inside, delimiter);
        self.block = block;
    }
}
