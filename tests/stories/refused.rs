//! What does not compile: the message points at what the user wrote, and says what to do.

use crate::sandbox::Sandbox;

/// A program that is refused.
struct Refused {
    name: &'static str,
    code: &'static str,
    /// The text that the message must point at.
    at: &'static str,
    /// Texts that the message must have.
    says: &'static [&'static str],
}

const DERIVE: &str = "if the type is yours, derive `serde::Serialize` and `serde::Deserialize` for it";

/// Those from which others follow.
const FOLLOWED: &[&str] = &["another_result_in_a_generic", "hidden_result_in_a_generic"];

const REFUSED: &[Refused] = &[
    Refused {
        name: "unstorable_parameter",
        code: "struct Nest;\n#[stash]\nfn count(nest: Nest, deep: bool) -> u32 { drop(nest); u32::from(deep) }",
        at: "Nest",
        says: &["`Nest` cannot be kept in a stash", DERIVE, "#[stash(ignore)]"],
    },
    Refused {
        name: "parameter_called_like_a_number",
        code: "#[derive(Clone, PartialEq, Debug, serde::Serialize, serde::Deserialize)]\nstruct f32(u8);\n#[stash]\nfn is_large(x: f32) -> bool { x.0 > 9 }",
        at: "f32",
        says: &["called like one of the language's", "write it with a path, as in `self::u64`"],
    },
    Refused {
        name: "unstorable_result",
        code: "struct Nest;\n#[stash]\nfn build(twigs: u32) -> Result<Nest> { bail!(\"{twigs}\") }",
        at: "Nest",
        says: &["`Nest` cannot be kept in a stash", DERIVE],
    },
    Refused {
        name: "half_derived_result",
        code: "#[derive(serde::Serialize)]\nstruct Nest;\n#[stash]\nfn build() -> Vec<Nest> { Vec::new() }",
        at: "Vec<Nest>",
        says: &["`Vec<Nest>` cannot be kept in a stash", DERIVE],
    },
    Refused {
        name: "borrowed_result",
        code: "#[stash]\nfn first(words: &'static str) -> &'static str { &words[..1] }",
        at: "&'static str",
        says: &["a stashed function must return data that it owns", "return `String`"],
    },
    Refused {
        name: "stashed_twice",
        code: "#[stash]\n#[stash(version = 2)]\nfn count(twigs: u32) -> u32 { twigs }",
        at: "#[stash(version = 2)]",
        says: &["a function is stashed once", "in one #[stash(…)]"],
    },
    Refused {
        name: "mutable_parameter",
        code: "#[stash]\nfn sort(words: &mut Vec<String>) { words.sort(); }",
        at: "&mut Vec<String>",
        says: &["a stashed function can't change its arguments", "return the new value"],
    },
    Refused {
        name: "mutable_receiver",
        code: "struct Nest;\nimpl Nest {\n#[stash]\nfn grow(&mut self) {}\n}",
        at: "&mut self",
        says: &["a stashed method can't change `self`", "take `&self`"],
    },
    Refused {
        name: "unknown_option",
        code: "#[stash(verison = \"2\")]\nfn one() -> u32 { 1 }",
        at: "verison",
        says: &["there is no option `verison`", "the options are name, version"],
    },
    Refused {
        name: "missing_watched_file",
        code: "#[stash(watch(file = \"limits.txt\"))]\nfn one() -> u32 { 1 }",
        at: "one",
        says: &["there is no file `limits.txt` in the folder of the package"],
    },
    Refused {
        name: "unknown_option_of_a_parameter",
        code: "#[stash]\nfn one(#[stash(skip)] loud: bool) -> u32 { u32::from(loud) }",
        at: "skip",
        says: &["the options of a parameter are `ignore`, `serializer = …`, `hasher = …` and `default = …`"],
    },
    Refused {
        name: "wrong_time_to_live",
        code: "#[stash(ttl = \"soon\")]\nfn one() -> u32 { 1 }",
        at: "\"soon\"",
        says: &["`30s`, `15m`, `12h` or `7d`"],
    },
    Refused {
        name: "foreign_type_without_serde",
        code: "#[stash]\nfn one(of: &std::thread::ThreadId, deep: bool) -> u32 { drop(*of); u32::from(deep) }",
        at: "std::thread::ThreadId",
        says: &["`ThreadId` cannot be kept in a stash", "turn on that crate's `serde` feature"],
    },
    Refused {
        name: "foreign_result_without_serde",
        code: "type Found<T> = std::result::Result<T, String>;\n#[stash]\nfn one() -> Found<std::thread::ThreadId> { Err(String::new()) }",
        at: "Found<std::thread::ThreadId>",
        says: &["`ThreadId` cannot be kept in a stash", "turn on that crate's `serde` feature"],
    },
    Refused {
        name: "unstorable_in_a_slice_of_a_generic",
        code: "struct Nest;\n#[stash]\nfn count<T: scrat::Value>(nests: &[Nest], of: Vec<T>) -> usize { nests.len() + of.len() }",
        at: "[Nest]",
        says: &["`[Nest]` cannot be kept in a stash", DERIVE],
    },
    Refused {
        name: "unstorable_receiver",
        code: "struct Nest;\nimpl Nest {\n#[stash]\nfn count(&self, deep: bool) -> u32 { u32::from(deep) }\n}",
        at: "&self",
        says: &["`Nest` cannot be kept in a stash", DERIVE],
    },
    Refused {
        name: "option_of_a_text",
        code: "#[stash]\nfn one(name: Option<&str>) -> u32 { name.map_or(0, |_| 1) }",
        at: "Option<&str>",
        says: &["an argument of a stashed function must own its data", "take `Option<String>`"],
    },
    Refused {
        name: "slice_of_texts",
        code: "#[stash]\nfn one(names: &[&str]) -> usize { names.len() }",
        at: "&[&str]",
        says: &["an argument of a stashed function must own its data", "take `&[String]`"],
    },
    Refused {
        name: "view_of_a_text",
        code: "use std::borrow::Cow;\n#[stash]\nfn one(name: Cow<'_, str>) -> usize { name.len() }",
        at: "Cow<'_, str>",
        says: &["take `String`"],
    },
    Refused {
        name: "view_of_whatever",
        code: "struct View<'a>(&'a u8);\n#[stash]\nfn one<'a>(view: View<'a>) -> u8 { *view.0 }",
        at: "View<'a>",
        says: &["take what it is a view of"],
    },
    Refused {
        name: "result_of_references",
        code: "#[stash]\nfn words(n: u32) -> Result<Vec<&'static str>> { Ok(vec![\"oak\"; n as usize]) }",
        at: "Vec<&'static str>",
        says: &["a stashed function must return data that it owns", "return `Vec<String>`"],
    },
    Refused {
        name: "object_as_a_parameter",
        code: "#[stash]\nfn one(of: &dyn std::fmt::Debug) -> usize { format!(\"{of:?}\").len() }",
        at: "&dyn std::fmt::Debug",
        says: &["a `dyn` type can't be part of a key", "#[stash(ignore)]"],
    },
    Refused {
        name: "alias_of_a_mixed_tuple",
        code: "struct Rows;\nimpl scrat::Stored for Rows { type Codec = By; }\nstruct By;\n\
               impl scrat::Codec<Rows> for By {\nconst ID: &'static str = \"rows 1\";\n\
               fn encode(_: &Rows, _: &mut scrat::Blob) -> Result<(), Box<dyn std::error::Error + Send + Sync>> { Ok(()) }\n\
               fn decode(_: &[u8]) -> Result<Rows, Box<dyn std::error::Error + Send + Sync>> { Ok(Rows) }\n}\n\
               type Scored = (Rows, f64);\n#[stash]\nfn one() -> Scored { (Rows, 0.5) }",
        at: "Scored",
        says: &["`(Rows, f64)` cannot be kept in a stash", "if it is an alias", "write out what it stands for"],
    },
    Refused {
        name: "view_without_its_lifetime",
        code: "struct ArrayView2<'a, T>(&'a T);\n#[stash]\nfn one(view: ArrayView2<f64>) -> f64 { *view.0 }",
        at: "ArrayView2<f64>",
        says: &["an argument of a stashed function must own its data", "take `&Array2<f64>`"],
    },
    Refused {
        name: "array_in_a_field",
        code: "struct Array1;\nstruct Model { weights: Array1 }\n\
               #[stash]\nfn fit() -> Model { Model { weights: Array1 } }",
        at: "Model",
        says: &[DERIVE, "on a field that is an array", "#[serde(with = \"scrat::as_value\")]"],
    },
    Refused {
        name: "another_result",
        code: "mod own { pub enum Result { Win } }\n#[stash]\nfn one() -> own::Result { own::Result::Win }",
        at: "own::Result",
        says: &["`own::Result` cannot be kept in a stash", DERIVE],
    },
    Refused {
        name: "another_result_in_a_generic",
        code: "mod own { #[derive(serde::Serialize, serde::Deserialize)]\npub enum Result<T> { Win(T) } }\n\
               #[stash]\nfn one<T: scrat::Value>(of: T) -> own::Result<T> { own::Result::Win(of) }",
        at: "own::Result<T>",
        says: &["`own::Result<T>` is named like a `Result`, but is not the standard library's", "rename the type"],
    },
    Refused {
        name: "hidden_result_in_a_generic",
        code: "type Outcome<T> = std::result::Result<T, String>;\n#[stash]\nfn one<T: scrat::Value>(of: T) -> Outcome<T> { Ok(of) }",
        at: "Outcome<T>",
        says: &["in a generic function, a `Result` of its own types is written as `Result<…>`"],
    },
    Refused {
        name: "step_of_what_cannot_be_kept",
        code: "struct Logger(std::cell::Cell<u8>);\n#[stash]\nfn one(n: u32, #[stash(ignore)] log: &Logger) -> u32 { log.0.set(1); n }\n\
               #[pipeline]\nfn pipe() -> Step<u32> { one::step(1, Logger(std::cell::Cell::new(0))) }",
        at: "Logger(std::cell::Cell::new(0))",
        says: &["`Cell<u8>` cannot be shared between threads safely"],
    },
    Refused {
        name: "step_of_another_ignored_type",
        code: "#[stash]\nfn one(n: u32, #[stash(ignore)] threads: usize) -> u32 { drop(threads); n }\n\
               #[pipeline]\nfn pipe() -> Step<u32> { one::step(1, \"four\") }",
        at: "\"four\"",
        says: &["a step can't keep `&str` for an ignored parameter of type `fn(usize)`"],
    },
    Refused {
        name: "nested_impl",
        code: "#[stash]\nfn one(of: Vec<impl std::fmt::Debug>, loud: bool) -> usize { drop(loud); of.len() }",
        at: "impl",
        says: &["a stashed function must name its parameters' types", "#[stash(ignore)]"],
    },
    Refused {
        name: "unnamed_parameter_type",
        code: "#[stash]\nfn count(words: impl Iterator<Item = u32>) -> usize { words.count() }",
        at: "impl Iterator<Item = u32>",
        says: &["a stashed function must name its parameters' types"],
    },
    Refused {
        name: "default_of_another_type",
        code: "#[stash]\nfn one(n: u32) -> u32 { n }\n#[pipeline(n = \"three\")]\nfn pipe(n: u32) -> Step<u32> { one::step(n) }",
        at: "\"three\"",
        says: &["`&str` cannot be the default of a pipeline's parameter of type `u32`"],
    },
    Refused {
        name: "no_codec_of_this_type",
        code: "struct Rows;\nstruct Grid;\n#[stash(serializer = Rows)]\nfn grid() -> Grid { Grid }",
        at: "Grid",
        says: &["`Rows` is not a codec of `Grid`", "implement `scrat::Codec<Grid>` for `Rows`"],
    },
    Refused {
        name: "no_codec_of_a_parameter",
        code: "struct Rows;\nstruct Grid;\n#[stash]\nfn size(#[stash(serializer = Rows)] grid: &Grid) -> u32 { 1 }",
        at: "Grid",
        says: &["`Rows` is not a codec of `Grid`", "implement `scrat::Codec<Grid>` for `Rows`"],
    },
    Refused {
        name: "two_codecs",
        code: "#[stash(serializer = A, serializer = B)]\nfn one() -> u32 { 1 }",
        at: "serializer",
        says: &["`serializer` is given twice"],
    },
    Refused {
        name: "default_of_no_parameter",
        code: "#[stash]\nfn one(n: u32) -> u32 { n }\n#[pipeline(m = 3)]\nfn pipe(n: u32) -> Step<u32> { one::step(n) }",
        at: "m",
        says: &["the pipeline has no parameter `m`; it has: n"],
    },
    Refused {
        name: "step_of_another_type",
        code: "#[stash]\nfn one(n: u32) -> u32 { n }\n#[stash]\nfn long(text: String) -> u32 { text.len() as u32 }\n\
               #[pipeline]\nfn pipe() -> Step<u32> { long::step(one::step(1)) }",
        at: "one::step(1)",
        says: &["Step<u32>` cannot be given to a step where a `String` is wanted", "a `Step` of it"],
    },
    Refused {
        name: "export_of_a_number",
        code: "#[stash]\nfn one(n: u32) -> u32 { n }\n#[pipeline]\nfn pipe() -> Step<u32> { one::step(1).export(\"one.txt\") }",
        at: "export",
        says: &["`u32` cannot be exported", "add a step that turns the value into text or bytes"],
    },
];

#[test]
fn messages_of_the_compiler_point_at_what_is_wrong_and_say_what_to_do() {
    let sandbox = Sandbox::with_crate("story-refused", "fn main() {}\n");
    for refused in REFUSED {
        let path = format!("src/bin/{}.rs", refused.name);
        sandbox.write(&path, &format!("use scrat::prelude::*;\n\n{}\n\nfn main() {{}}\n", refused.code));
    }
    let told = sandbox.cargo("build --quiet --bins --keep-going --message-format=json");
    assert_ne!(told.code, 0);
    let messages = told.events();
    for refused in REFUSED {
        let errors: Vec<_> = messages
            .iter()
            .filter(|message| message["target"]["name"] == refused.name && message["message"]["level"] == "error")
            .map(|message| &message["message"])
            .collect();
        let name = refused.name;
        let first = errors.first().unwrap_or_else(|| panic!("{name} compiles, or was not tried\n{}", told.stderr));
        let rendered = first["rendered"].as_str().unwrap_or_default();
        for text in refused.says {
            assert!(rendered.contains(text), "{name}: no `{text}` in\n{rendered}");
        }
        assert_eq!(pointed_at(rendered).as_deref(), Some(refused.at), "{name}\n{rendered}");
        // One mistake is one error: nothing follows from it but the sentence that there was one.
        let located = errors.iter().filter(|error| error["spans"].as_array().is_some_and(|spans| !spans.is_empty()));
        let all: Vec<_> = located.map(|error| error["rendered"].as_str().unwrap_or_default()).collect();
        assert!(all.len() == 1 || FOLLOWED.contains(&name), "{name}: {} errors\n{}", all.len(), all.concat());
    }
}

/// The text over the first row of `^` in a message.
fn pointed_at(message: &str) -> Option<String> {
    let lines: Vec<_> = message.lines().collect();
    let row = lines.iter().position(|line| line.split_once('|').is_some_and(|(_, text)| text.contains('^')))?;
    let is_marked = lines[row].chars().map(|c| c == '^');
    Some(lines[row - 1].chars().zip(is_marked).filter(|(_, marked)| *marked).map(|(c, _)| c).collect())
}
