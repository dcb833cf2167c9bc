//! Programs with fingerprints at their end, which the compiler vouches for. What makes those is told elsewhere: here they
//! are made up, for keys that the code view of the program has.

use std::collections::BTreeSet;
use std::io::Write;
use std::path::Path;

use scrat_fingerprint::{Code, Entry, Instance, Part, PartKind, Table};

use crate::sandbox::{Sandbox, Tell, Told, shared, write_lock};

const MAIN: &str = r#"use std::io::Write;

use scrat::Value;
use scrat::prelude::*;

fn note(what: &str) {
    let mut log = std::fs::OpenOptions::new().create(true).append(true).open("ran.log").unwrap();
    writeln!(log, "{what}").unwrap();
}

#[stash]
fn double(x: u64) -> u64 {
    note("double");
    x * 2
}

#[stash]
fn pair<T: Value + Clone>(x: T, #[stash(ignore)] tell: impl Fn(&str)) -> Vec<T> {
    tell(&format!("pair {}", std::any::type_name::<T>()));
    vec![x.clone(), x]
}

#[stash(watch(file = "watched.txt"))]
fn watching(x: &[u64]) -> Result<u64, std::fmt::Error> {
    note("watching");
    Ok(x.iter().sum())
}

#[derive(PartialEq, serde::Serialize, serde::Deserialize)]
struct Scale(u64);

impl Scale {
    #[stash]
    fn by(&self, x: u64) -> u64 {
        note("by");
        self.0 * double(x)
    }
}

#[pipeline]
fn doubled(x: u64) -> Step<u64> {
    double::step(x)
}

fn main() {
    double(1);
    pair(1_u8, note);
    pair(String::new(), |what| note(what));
    Scale(2).by(1);
    watching(&[1, 2]).unwrap();
    for function in scrat::functions() {
        println!("{} {}", function.short_name(), function.fingerprint_kind().word());
    }
}
"#;

const U8: &str = "(core::marker::PhantomData<u8>,)";
const TEXT: &str = "(core::marker::PhantomData<alloc::string::String>,)";
const METHOD: &str = "vouched::Scale::by::{{closure}}";

/// A program whose table can be exchanged.
struct Program {
    sandbox: Sandbox,
    keys: BTreeSet<String>,
}

impl Program {
    fn build() -> Self {
        let sandbox = Sandbox::with_crate("vouched", MAIN);
        sandbox.write("watched.txt", "");
        sandbox.write("scrat.toml", "");
        let keys = keys(&code_view(&sandbox, "--bin vouched", "vouched"));
        in_pass(&sandbox, "program 1", "build --quiet").exits(0);
        Self { sandbox, keys }
    }

    /// The program as it was built, with bytes at its end.
    fn put(&self, end: &[u8]) {
        let program = self.sandbox.at("program");
        std::fs::copy(shared().join("debug/vouched"), &program).unwrap();
        std::fs::OpenOptions::new().append(true).open(program).unwrap().write_all(end).unwrap();
    }

    /// What ran, with a table at the program's end, and what was said.
    fn with(&self, table: &Table) -> (Vec<String>, Told) {
        self.put(&[]);
        table.append(&self.sandbox.at("program")).unwrap();
        self.run()
    }

    fn run(&self) -> (Vec<String>, Told) {
        let told = self.sandbox.command(&self.sandbox.at("program"), "").tell().exits(0);
        (self.sandbox.ran(), told)
    }

    /// A table in which a function has this fingerprint and source, and all others the usual.
    fn table(&self, changed: &str, fingerprint: u8, source: u8) -> Table {
        let entries = self.keys.iter().map(|key| {
            let name = key.lines().next().unwrap();
            let (fingerprint, source) = if name.ends_with(changed) { (fingerprint, source) } else { (1, 1) };
            let instance =
                |types: &str| Instance { types: types.to_owned(), fingerprint: Some([fingerprint; 32]), is_one: true };
            let instances = match name {
                "vouched::pair" => vec![instance(U8), instance(TEXT)],
                "vouched::by" => vec![instance(METHOD)],
                _ => vec![instance("")],
            };
            (key.clone(), Entry::new(instances, &code(name, source)))
        });
        Table { entries: entries.collect() }
    }
}

fn code(name: &str, source: u8) -> Code {
    let part = Part {
        kind: PartKind::Function,
        name: name.to_owned(),
        hash: [source; 32],
        file: "src/main.rs".to_owned(),
        line: 1,
        via: None,
        text: String::new(),
    };
    Code { function: name.to_owned(), parts: vec![part], ..Code::default() }
}

fn in_pass(sandbox: &Sandbox, pass: &str, words: &str) -> Told {
    let mut cargo = sandbox.command(Path::new("cargo"), words);
    cargo.env("SCRAT_RUSTC_PASS", pass);
    cargo.tell()
}

/// The text of a crate in the pass in which its code is looked at.
fn code_view(sandbox: &Sandbox, target: &str, name: &str) -> String {
    let words = format!(
        "rustc --quiet {target} -- --emit=llvm-ir={name}.ll -Copt-level=0 -Csymbol-mangling-version=v0 -Ccodegen-units=1 \
         --cap-lints=allow"
    );
    in_pass(sandbox, "code 1", &words).exits(0);
    sandbox.read(&format!("{name}.ll"))
}

/// The keys of all roots in a text.
fn keys(text: &str) -> BTreeSet<String> {
    let roots = text.lines().filter_map(|line| line.split_once(r#"c"scrat root v1\00\00\00", ptr "#));
    let keys = roots.map(|(_, rest)| rest.split(',').next().unwrap()).map(|name| {
        let start = format!("{name} = ");
        let line = text.lines().find(|line| line.starts_with(&start)).unwrap();
        line.split('"').nth(1).unwrap().replace("\\0A", "\n")
    });
    keys.collect()
}

#[test]
fn a_program_has_the_fingerprints_at_its_end_and_without_them_one_for_each_build() {
    let program = Program::build();
    let names: Vec<_> = program.keys.iter().map(|key| key.lines().next().unwrap()).collect();
    assert_eq!(names, ["vouched::by", "vouched::double", "vouched::pair", "vouched::watching"]);
    assert!(program.keys.iter().all(|key| key.contains("\nsrc/main.rs:")), "{:?}", program.keys);

    let all = ["by", "double", "pair alloc::string::String", "pair u8", "watching"];
    let usual = program.table("", 1, 1);
    let (ran, told) = program.with(&usual);
    assert_eq!(ran, all);
    assert_eq!(told.stdout, "by compiler\ndouble compiler\npair compiler\nwatching compiler\n");
    assert_eq!(program.with(&usual).0, [""; 0], "hit: the same fingerprints");
    assert_eq!(program.with(&program.table("double", 2, 1)).0, ["double"], "miss: one has changed");
    assert_eq!(program.with(&program.table("pair", 2, 1)).0, all[2..4], "miss: all instances have changed");
    assert_eq!(program.with(&program.table("by", 2, 1)).0, ["by"], "miss: that of a method has changed");
    assert_eq!(program.with(&program.table("double", 1, 2)).0, [""; 0], "hit: other sources are no other code");
    assert_eq!(
        program.with(&program.table("watching", 1, 2)).0,
        [""; 0],
        "hit: what is watched is in the code as well"
    );

    // Two instances that are called alike, or none: the program's file tells.
    for fingerprint in [None, Some(())] {
        let mut unclear = program.table("", 1, 1);
        let entry = unclear.entries.iter_mut().find(|(key, _)| key.contains("pair")).unwrap().1;
        match fingerprint {
            None => entry.instances[0].fingerprint = None,
            Some(()) => drop(entry.instances.remove(0)),
        }
        assert_eq!(program.with(&unclear).0, ["pair u8"], "miss: its type is not clear");
        assert_eq!(program.with(&unclear).0, [""; 0], "hit: the same program");
        drop(unclear.entries.insert("another".to_owned(), Entry::new(Vec::new(), &Code::default())));
        assert_eq!(program.with(&unclear).0, ["pair u8"], "miss: another program");
    }
    assert_eq!(program.with(&usual).0, [""; 0], "hit: the compiler's again");

    // Whatever is wrong with a table, the results are right, and good for this file.
    let mut end = usual.to_bytes();
    end.extend((end.len() as u64).to_le_bytes());
    end.extend(b"scrat table v1\0\0");
    let mut damaged = end.clone();
    damaged[40] ^= 1;
    let few = Table { entries: usual.entries.clone().into_iter().filter(|(key, _)| !key.contains("double")).collect() };
    for (bytes, why) in
        [(&[][..], "nothing at its end"), (&damaged, "damaged"), (&end[..end.len() - 1], "nothing at its end")]
    {
        program.put(bytes);
        let (ran, told) = program.run();
        assert_eq!(ran, all, "miss: {why}");
        assert_eq!(told.stdout, "by program\ndouble program\npair program\nwatching program\n");
        assert!(told.stderr.contains(why), "no `{why}` in\n{}", told.stderr);
        assert_eq!(told.stderr.matches("fingerprints").count(), 1, "told once\n{}", told.stderr);
        assert_eq!(program.run().0, all[2..4], "hit: the same file, but for types of which nobody knows all");
    }
    let (ran, told) = program.with(&few);
    assert_eq!(ran, ["double"], "miss: the table does not know it");
    assert!(told.stderr.contains("vouched::double"), "{}", told.stderr);
}

#[test]
fn what_is_watched_and_versions_stand_in_the_code_that_is_looked_at() {
    const WATCHING: &str = "use scrat::prelude::*;
const SCALE: u64 = 2;
#[stash(version = \"7\", watch(SCALE, file = \"watched.txt\", env = \"SCRAT_STORY\"))]
fn inner(x: u64) -> u64 { x }
#[stash]
fn outer(x: u64) -> u64 { inner(x) }
fn main() { outer(1); }
";
    let sandbox = Sandbox::with_crate("considered", WATCHING);
    let texts = |text: &str| -> BTreeSet<String> {
        let begins = ["version ", "file ", "items ", "set", "unset"];
        let quoted = text.split('"').filter(|quoted| begins.iter().any(|begin| quoted.starts_with(begin)));
        quoted.map(str::to_owned).collect()
    };
    let mut seen = BTreeSet::new();
    let mut look = |what: &str| {
        // Only the program itself tells cargo what it watches.
        sandbox.write("src/main.rs", &format!("{}// {what}\n", sandbox.read("src/main.rs")));
        let text = code_view(&sandbox, "--bin considered", "considered");
        let texts = texts(&text);
        assert_eq!(texts.len(), 4, "{texts:?}");
        assert!(text.contains("version 7") && seen.insert(texts), "{what}");
    };
    sandbox.write("watched.txt", "");
    look("an empty file");
    sandbox.write("watched.txt", "1");
    look("it has another content");
    sandbox.write("src/main.rs", &WATCHING.replace("= 2", "= 3"));
    look("an item is another one");
}

#[test]
fn the_code_of_everything_that_can_be_stashed_can_be_looked_at() {
    let sandbox = Sandbox::empty();
    let scrat = env!("CARGO_MANIFEST_DIR");
    let shapes = [("attribute", 20), ("types", 10), ("codecs", 15)];
    for (name, _) in shapes {
        let tests = Path::new(scrat).join("tests").join(name);
        if tests.is_dir() {
            for file in std::fs::read_dir(&tests).unwrap().map(|entry| entry.unwrap().path()) {
                let file_name = file.file_name().unwrap().to_str().unwrap();
                sandbox.write(&format!("src/bin/{name}/{file_name}"), &std::fs::read_to_string(&file).unwrap());
            }
        } else {
            let text = std::fs::read_to_string(tests.with_extension("rs")).unwrap();
            sandbox.write(&format!("src/bin/{name}.rs"), &text);
        }
    }
    sandbox.write(
        "Cargo.toml",
        &format!(
            "[package]\nname = \"looked-at\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n[dependencies]\n\
             scrat = {{ path = {scrat:?}, default-features = false, features = [\"command\"] }}\n\
             scrat-engine = {{ path = \"{scrat}/../engine\" }}\n\
             serde = {{ version = \"1\", features = [\"derive\", \"rc\"] }}\nserde_json = \"1\"\ntempfile = \"3\"\n\
             tokio = {{ version = \"1\", default-features = false, features = [\"rt-multi-thread\", \"sync\", \"time\"] }}\n\n\
             [workspace]\n"
        ),
    );
    write_lock(sandbox.path());
    for (name, least) in shapes {
        let text = code_view(&sandbox, &format!("--profile test --bin {name}"), name);
        let keys = keys(&text);
        assert!(keys.len() >= least, "{name}: {keys:?}");
        assert!(!text.contains("__SCRAT_FUNCTION"), "{name} memoizes");
    }
}
