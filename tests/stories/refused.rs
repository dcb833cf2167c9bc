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

const DERIVE: &str = "derive `serde::Serialize` and `serde::Deserialize` for it";

const REFUSED: &[Refused] = &[
    Refused {
        name: "unstorable_parameter",
        code: "struct Nest;\n#[stash]\nfn count(nest: Nest, deep: bool) -> u32 { drop(nest); u32::from(deep) }",
        at: "Nest",
        says: &["`Nest` cannot be kept in a stash", DERIVE, "#[stash(ignore)]"],
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
        says: &["a stashed function returns what it owns", "return a `String` for a `&str`"],
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
        name: "async_function",
        code: "#[stash]\nasync fn fetch() -> u32 { 1 }",
        at: "async",
        says: &["an async function can't be stashed", "stash what it awaits"],
    },
    Refused {
        name: "unknown_option",
        code: "#[stash(verison = \"2\")]\nfn one() -> u32 { 1 }",
        at: "verison",
        says: &["there is no option `verison`", "the options are name, version"],
    },
    Refused {
        name: "unknown_option_of_a_parameter",
        code: "#[stash]\nfn one(#[stash(skip)] loud: bool) -> u32 { u32::from(loud) }",
        at: "skip",
        says: &["the only option of a parameter is `ignore`"],
    },
    Refused {
        name: "wrong_time_to_live",
        code: "#[stash(ttl = \"soon\")]\nfn one() -> u32 { 1 }",
        at: "\"soon\"",
        says: &["`30s`, `15m`, `12h` or `7d`"],
    },
    Refused {
        name: "hidden_result",
        code: "type Outcome = std::result::Result<u32, String>;\n#[stash]\nfn one() -> Outcome { Ok(1) }",
        at: "Outcome",
        says: &["a stashed function writes `Result` out", "its errors would be stored"],
    },
    Refused {
        name: "unnamed_parameter_type",
        code: "#[stash]\nfn count(words: impl Iterator<Item = u32>) -> usize { words.count() }",
        at: "impl Iterator<Item = u32>",
        says: &["a stashed function names its parameters' types"],
    },
    Refused {
        name: "default_of_another_type",
        code: "#[stash]\nfn one(n: u32) -> u32 { n }\n#[pipeline(n = \"three\")]\nfn pipe(n: u32) -> Step<u32> { one::step(n) }",
        at: "\"three\"",
        says: &["`&str` is no default for a pipeline's parameter of type `u32`"],
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
        // What follows from the first error is told as well.
        let first = errors.first().unwrap_or_else(|| panic!("{name} compiles, or was not tried\n{}", told.stderr));
        let rendered = first["rendered"].as_str().unwrap_or_default();
        for text in refused.says {
            assert!(rendered.contains(text), "{name}: no `{text}` in\n{rendered}");
        }
        assert_eq!(pointed_at(rendered).as_deref(), Some(refused.at), "{name}\n{rendered}");
    }
}

/// The text over the first row of `^` in a message.
fn pointed_at(message: &str) -> Option<String> {
    let lines: Vec<_> = message.lines().collect();
    let row = lines.iter().position(|line| line.split_once('|').is_some_and(|(_, text)| text.contains('^')))?;
    let is_marked = lines[row].chars().map(|c| c == '^');
    Some(lines[row - 1].chars().zip(is_marked).filter(|(_, marked)| *marked).map(|(c, _)| c).collect())
}
