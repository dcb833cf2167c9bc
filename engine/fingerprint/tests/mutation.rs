//! Crates made up at random, with an interpreter beside them: whatever one edit does to what a function
//! computes, its fingerprint must follow; and what no function can reach must change none.

#![cfg(feature = "analysis")]
#![expect(clippy::disallowed_methods, reason = "variables choose what is tested")]
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::fs;
use std::path::Path;

use scrat_fingerprint::compiler::{Alone, Linked};
use scrat_fingerprint::{Analyzer, CrateSpec, Hash, Strictness, fingerprint};

use crate::rustc::{compile, stand_in};

mod rustc;

/// A small generator of numbers, so that a failure is repeated by its seed.
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from((self.0 >> 33) % limit as u64).unwrap()
    }

    fn chance(&mut self, of: usize) -> bool {
        self.below(of) == 0
    }
}

/// How one function gets at another's value.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Way {
    /// `crate::mN::fN(x)`
    Path,
    /// By an import in the body, under another name.
    BlockImport,
    /// By an import of the module.
    ModuleImport,
    /// By `super::`.
    Super,
    /// As the input of a macro.
    MacroInput,
    /// By a macro that names it.
    MacroBody,
    /// As a value, called through `map`.
    Value,
    /// In a constant evaluated by the compiler.
    Constant,
    /// By a method of a type of its own.
    Method,
    /// By `Display` of a type of its own.
    Display,
    /// By a local trait's impl for a primitive type.
    Extension,
    /// By a format string's capture of a constant.
    Capture,
    /// By an enum's discriminant.
    Discriminant,
    /// By a macro call among the items, which makes a function.
    MadeByMacro,
}

const WAYS: [Way; 14] = [
    Way::Path,
    Way::BlockImport,
    Way::ModuleImport,
    Way::Super,
    Way::MacroInput,
    Way::MacroBody,
    Way::Value,
    Way::Constant,
    Way::Method,
    Way::Display,
    Way::Extension,
    Way::Capture,
    Way::Discriminant,
    Way::MadeByMacro,
];

/// Function `n` adds `add` to its argument, then applies all `calls` in turn; callees have higher numbers,
/// so that there are no cycles to interpret.
#[derive(Clone, Debug)]
struct Function {
    add: u64,
    calls: Vec<(usize, Way)>,
    module: usize,
}

#[derive(Clone, Debug)]
struct Program {
    functions: Vec<Function>,
    modules: usize,
    /// Functions marked for stashing.
    roots: BTreeSet<usize>,
}

impl Program {
    fn roll(dice: &mut Dice, ways: &[Way]) -> Self {
        let count = 4 + dice.below(8);
        let modules = 1 + dice.below(4);
        let functions = (0..count)
            .map(|n| {
                let rest = count - n - 1;
                let calls = if rest == 0 { 0 } else { dice.below(3) };
                let calls = (0..calls).map(|_| (n + 1 + dice.below(rest), ways[dice.below(ways.len())])).collect();
                Function { add: dice.below(90) as u64, calls, module: dice.below(modules) }
            })
            .collect();
        let mut roots: BTreeSet<usize> = (0..count).filter(|_| dice.chance(3)).collect();
        roots.insert(0);
        Self { functions, modules, roots }
    }

    /// The program after one edit, of one number, one callee, or one way to a callee; and of which function.
    fn mutated(&self, dice: &mut Dice, ways: &[Way]) -> (Self, usize) {
        let mut mutant = self.clone();
        let count = mutant.functions.len();
        let n = dice.below(count);
        let function = &mut mutant.functions[n];
        match function.calls.last_mut() {
            Some(call) if dice.chance(2) && n + 1 < count => call.0 = n + 1 + dice.below(count - n - 1),
            Some(call) if dice.chance(2) => call.1 = ways[dice.below(ways.len())],
            _ => function.add += 1,
        }
        (mutant, n)
    }

    /// What function `n` computes.
    fn value(&self, n: usize, x: u64) -> u64 {
        let function = &self.functions[n];
        function.calls.iter().fold(x.wrapping_mul(3).wrapping_add(function.add), |value, (callee, way)| match way {
            Way::Constant | Way::Capture | Way::Discriminant => value.wrapping_add(self.value(*callee, 1) % 1000),
            _ => self.value(*callee, value),
        })
    }

    /// What every root computes, on a few arguments.
    fn behaviour(&self) -> BTreeMap<usize, Vec<u64>> {
        self.roots.iter().map(|root| (*root, [0, 1, 7].map(|x| self.value(*root, x)).to_vec())).collect()
    }

    /// Which functions a root leads to.
    fn reached(&self, root: usize) -> BTreeSet<usize> {
        let mut seen = BTreeSet::new();
        let mut todo = vec![root];
        while let Some(n) = todo.pop() {
            if seen.insert(n) {
                todo.extend(self.functions[n].calls.iter().map(|(callee, _)| *callee));
            }
        }
        seen
    }

    /// The sources: `shuffle` changes the order of items, `layout` adds comments and spacing.
    fn write(&self, folder: &Path, shuffle: bool, layout: bool) {
        let src = folder.join("src");
        fs::create_dir_all(&src).unwrap();
        let mut root = String::new();
        for module in 0..self.modules {
            writeln!(root, "pub mod m{module};").unwrap();
            let mut items: Vec<String> = Vec::new();
            for (n, function) in self.functions.iter().enumerate().filter(|(_, function)| function.module == module) {
                items.extend(self.items(n, function));
            }
            if shuffle {
                items.reverse();
            }
            let gap =
                if layout { "\n\n// A remark on what follows: f1(x) and more.\n/// And a document.\n" } else { "\n" };
            // Macros go first: their order means something.
            let (macros, others): (Vec<_>, Vec<_>) =
                items.into_iter().partition(|item| item.starts_with("macro_rules!"));
            let text = format!("{}{gap}{}", macros.join("\n"), others.join(gap));
            let text = if layout { text.replace(" { ", " {\n\t\t").replace("; ", " ;\n  ") } else { text };
            fs::write(src.join(format!("m{module}.rs")), text).unwrap();
        }
        fs::write(src.join("lib.rs"), root).unwrap();
    }

    /// The items that one function is made of.
    fn items(&self, n: usize, function: &Function) -> Vec<String> {
        let mut items = Vec::new();
        let mut body = format!("let mut x = x.wrapping_mul(3).wrapping_add({}); ", function.add);
        for (index, (callee, way)) in function.calls.iter().enumerate() {
            let path = format!("crate::m{}::f{callee}", self.functions[*callee].module);
            let own = format!("{n}_{index}");
            match way {
                Way::Path => write!(body, "x = {path}(x); "),
                Way::BlockImport => write!(body, "x = {{ use {path} as g; g(x) }}; "),
                Way::ModuleImport => {
                    items.push(format!("use {path} as imported{own};"));
                    write!(body, "x = imported{own}(x); ")
                }
                Way::Super => write!(body, "x = super::m{}::f{callee}(x); ", self.functions[*callee].module),
                Way::MacroInput => {
                    items.push(format!("macro_rules! apply{own} {{ ($f:expr, $x:expr) => {{ $f($x) }} }}"));
                    write!(body, "x = apply{own}!({path}, x); ")
                }
                Way::MacroBody => {
                    items.push(format!("macro_rules! call{own} {{ ($x:expr) => {{ {path}($x) }} }}"));
                    write!(body, "x = call{own}!(x); ")
                }
                Way::Value => write!(body, "x = Some(x).map({path}).unwrap_or(0); "),
                Way::Constant => {
                    items.push(format!("const K{own}: u64 = {path}(1) % 1000;"));
                    write!(body, "x = x.wrapping_add(K{own}); ")
                }
                Way::Method => {
                    items.push(format!("struct S{own}(u64);"));
                    items.push(format!("impl S{own} {{ fn go(&self) -> u64 {{ {path}(self.0) }} }}"));
                    write!(body, "x = S{own}(x).go(); ")
                }
                Way::Display => {
                    items.push(format!("struct D{own}(u64);"));
                    items.push(format!(
                        "impl std::fmt::Display for D{own} {{ fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {{ write!(f, \"{{}}\", {path}(self.0)) }} }}"
                    ));
                    write!(body, "x = D{own}(x).to_string().parse().unwrap_or(0); ")
                }
                Way::Extension => {
                    items.push(format!("trait T{own} {{ fn ext{own}(self) -> u64; }}"));
                    items.push(format!("impl T{own} for u64 {{ fn ext{own}(self) -> u64 {{ {path}(self) }} }}"));
                    write!(body, "x = x.ext{own}(); ")
                }
                Way::Capture => {
                    items.push(format!("const C{own}: u64 = {path}(1) % 1000;"));
                    write!(body, "x = x.wrapping_add(format!(\"{{C{own}}}\").parse().unwrap_or(0)); ")
                }
                Way::Discriminant => {
                    items.push(format!("enum E{own} {{ A = ({path}(1) % 1000) as isize }}"));
                    write!(body, "x = x.wrapping_add(E{own}::A as u64); ")
                }
                Way::MadeByMacro => {
                    items.push(format!("macro_rules! make{own} {{ ($n:ident) => {{ fn $n(x: u64) -> u64 {{ {path}(x) }} }} }}"));
                    items.push(format!("make{own}!(made{own});"));
                    write!(body, "x = made{own}(x); ")
                }
            }
            .unwrap();
        }
        let stash = if self.roots.contains(&n) { "#[scrat::stash]\n" } else { "" };
        items.push(format!("{stash}pub fn f{n}(x: u64) -> u64 {{ {body}x }}"));
        items
    }
}

/// The fingerprints of a program's roots.
fn fingerprints(analyzer: &Analyzer) -> BTreeMap<usize, Hash> {
    let functions = analyzer.functions();
    functions
        .into_iter()
        .map(|function| {
            let number = function.name.rsplit("::f").next().unwrap().parse().unwrap();
            (number, fingerprint(&analyzer.code(&function.name).unwrap().code.parts))
        })
        .collect()
}

fn analyse(program: &Program, folder: &Path, shuffle: bool, layout: bool) -> BTreeMap<usize, Hash> {
    program.write(folder, shuffle, layout);
    let spec = CrateSpec::of_package(folder, "rustc").unwrap().remove(0);
    fingerprints(&Analyzer::new(spec).unwrap())
}

#[test]
fn fingerprints_follow_behaviour_and_nothing_else() {
    let seeds: u64 = std::env::var("SCRAT_SEEDS").ok().and_then(|seeds| seeds.parse().ok()).unwrap_or(60);
    for seed in 0..seeds {
        let mut dice = Dice(seed.wrapping_mul(977));
        let program = Program::roll(&mut dice, &WAYS);
        let sandbox = tempfile::tempdir().unwrap();
        program.write(sandbox.path(), false, false);
        let spec = CrateSpec::of_package(sandbox.path(), "rustc").unwrap().remove(0);
        let mut lasting = Analyzer::new(spec).unwrap();
        let before = fingerprints(&lasting);
        assert_eq!(before.keys().copied().collect::<BTreeSet<_>>(), program.roots);
        for _ in 0..6 {
            let (mutant, n) = program.mutated(&mut dice, &WAYS);
            mutant.write(sandbox.path(), false, false);
            lasting.refresh();
            let after = fingerprints(&lasting);
            assert_eq!(after, analyse(&mutant, sandbox.path(), false, false), "seed {seed}: not as from nothing");
            let (was, is) = (program.behaviour(), mutant.behaviour());
            for root in &program.roots {
                let same = before[root] == after[root];
                assert!(
                    was[root] == is[root] || !same,
                    "seed {seed}: f{root} is stale after an edit of f{n}: {program:?}"
                );
                if !program.reached(*root).contains(&n) {
                    assert!(same, "seed {seed}: f{root} changed with f{n}, which it does not reach: {program:?}");
                }
            }
        }
        assert_eq!(before, analyse(&program, sandbox.path(), true, false), "seed {seed}: the order of items counted");
        assert_eq!(before, analyse(&program, sandbox.path(), false, true), "seed {seed}: layout counted");
    }
}

/// The ways that need no function which the compiler can run.
const AT_RUN_TIME: [Way; 11] = [
    Way::Path,
    Way::BlockImport,
    Way::ModuleImport,
    Way::Super,
    Way::MacroInput,
    Way::MacroBody,
    Way::Value,
    Way::Method,
    Way::Display,
    Way::Extension,
    Way::MadeByMacro,
];

/// What rustc says of a program's roots.
fn compiled(program: &Program, folder: &Path, library: &Path, shuffle: bool, layout: bool) -> BTreeMap<usize, Hash> {
    program.write(folder, shuffle, layout);
    let bodies = compile(folder, library).unwrap();
    let crates = [&bodies];
    let linked = Linked::new(&crates, ("rustc", "target"), Strictness::default(), &Alone);
    let one = |root: &usize| match linked.named(&format!("f{root}"))[..] {
        [only] => (*root, linked.closure(only)),
        ref several => panic!("{} functions are called f{root}", several.len()),
    };
    program.roots.iter().map(one).collect()
}

#[test]
fn what_rustc_says_follows_behaviour_and_nothing_else() {
    let seeds: u64 = std::env::var("SCRAT_SEEDS").ok().and_then(|seeds| seeds.parse().ok()).unwrap_or(8);
    let library = tempfile::tempdir().unwrap();
    stand_in(library.path());
    for seed in 0..seeds {
        let mut dice = Dice(seed.wrapping_mul(977));
        let program = Program::roll(&mut dice, &AT_RUN_TIME);
        let sandbox = tempfile::tempdir().unwrap();
        let compiled =
            |program: &Program, shuffle, layout| compiled(program, sandbox.path(), library.path(), shuffle, layout);
        let before = compiled(&program, false, false);
        for _ in 0..3 {
            let (mutant, n) = program.mutated(&mut dice, &AT_RUN_TIME);
            let after = compiled(&mutant, false, false);
            let (was, is) = (program.behaviour(), mutant.behaviour());
            for root in &program.roots {
                let same = before[root] == after[root];
                assert!(was[root] == is[root] || !same, "seed {seed}: f{root} is stale after f{n}: {program:?}");
                if !program.reached(*root).contains(&n) {
                    assert!(same, "seed {seed}: f{root} changed with f{n}, which it does not reach: {program:?}");
                }
            }
        }
        assert_eq!(before, compiled(&program, true, false), "seed {seed}: the order of items counted");
        assert_eq!(before, compiled(&program, false, true), "seed {seed}: layout counted");
    }
}
