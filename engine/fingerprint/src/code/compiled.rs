//! What a compiled program knows about the code behind one stashed function.
//!
//! The attribute macro analyses the sources once, at compile time, and compiles the outcome in as
//! bytes: a [`Code`]. Three kinds of facts are missing from it, because only rustc has them: the
//! answers to `cfg!(…)` and the values of `option_env!(…)`. The macro emits those beside the bytes, as
//! [`Answers`]. [`Code::parts`] joins the two, and [`fingerprint`](super::fingerprint) digests the parts.
//!
//! The command line analyses the same sources and takes the same two steps, so the two agree by
//! construction. An explanation is a [`difference`](super::difference) of two lists of parts, the very lists that were
//! digested, so it can't drift from the fingerprint.

use crate::digest::Digest;

use super::forgotten::Forgotten;
use super::part::{Part, PartKind, read_parts, write_parts};
use super::wire::{Reader, Truncated, Writer};

/// What the macro compiled in about one stashed function.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Code {
    /// `crate::module::name`, or `crate::module::<Type>::name` for a method.
    pub function: String,
    /// What the function reaches. The first one is the function itself.
    pub parts: Vec<Part>,
    /// The `cfg` predicates among the parts, as written between `cfg!(` and `)`.
    pub cfgs: Vec<String>,
    /// The environment variables that the parts read at build time.
    pub envs: Vec<String>,
    /// Stashed functions among the parts, by their names.
    pub calls: Vec<String>,
    /// Where the analysis could not see, and what it counted instead: a sentence each.
    pub notes: Vec<String>,
    /// Fields in the types of arguments and of the result that serde leaves out, or converts.
    pub forgotten: Vec<Forgotten>,
}

/// What only rustc knows, in the order of [`Code::cfgs`] and [`Code::envs`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answers {
    /// Whether each predicate holds.
    pub cfgs: Vec<bool>,
    /// The value of each variable, if it was set.
    pub envs: Vec<Option<String>>,
}

impl Code {
    /// All parts: those that the analysis found, and the answers as parts of their own.
    pub fn parts(&self, answers: &Answers) -> Vec<Part> {
        let cfgs = self
            .cfgs
            .iter()
            .zip(&answers.cfgs)
            .map(|(predicate, &holds)| answer(PartKind::Cfg, predicate, if holds { "on" } else { "off" }));
        let envs = self.envs.iter().zip(&answers.envs).map(|(name, value)| match value {
            Some(value) => answer(PartKind::Env, name, &format!("={value}")),
            None => answer(PartKind::Env, name, "unset"),
        });
        self.parts.iter().cloned().chain(cfgs).chain(envs).collect()
    }

    /// The bytes to compile in: text compressed, everything length-prefixed.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = Writer::default();
        out.text(&self.function);
        for list in [&self.cfgs, &self.envs, &self.calls, &self.notes] {
            out.list(list, |out, text| out.text(text));
        }
        out.list(&self.forgotten, |out, field| field.write(out));
        write_parts(&mut out, &self.parts);
        out.compressed()
    }

    /// Reads what [`Code::to_bytes`] wrote.
    ///
    /// # Errors
    /// If the bytes are cut off or of another format.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Truncated> {
        let bytes = Reader::decompress(bytes)?;
        let mut from = Reader::new(&bytes);
        let function = from.text()?;
        let [cfgs, envs, calls, notes] =
            [from.list(Reader::text)?, from.list(Reader::text)?, from.list(Reader::text)?, from.list(Reader::text)?];
        let forgotten = from.list(Forgotten::read)?;
        let parts = read_parts(&mut from)?;
        Ok(Self { function, parts, cfgs, envs, calls, notes, forgotten })
    }
}

fn answer(kind: PartKind, name: &str, value: &str) -> Part {
    Part {
        kind,
        name: name.to_owned(),
        hash: Digest::of(value.as_bytes()).0,
        file: String::new(),
        line: 0,
        via: None,
        text: value.strip_prefix('=').unwrap_or(value).to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use crate::code::fingerprint;

    use super::*;

    fn part(kind: PartKind, name: &str, content: &str, via: Option<u32>) -> Part {
        Part {
            kind,
            name: name.to_owned(),
            hash: Digest::of(content.as_bytes()).0,
            file: "src/lib.rs".to_owned(),
            line: 3,
            via,
            text: content.to_owned(),
        }
    }

    fn code() -> Code {
        Code {
            function: "demo::clean".to_owned(),
            parts: vec![
                part(PartKind::Function, "demo::clean", "fn clean", None),
                part(PartKind::Function, "demo::normalise", "fn normalise", Some(0)),
                part(PartKind::Constant, "demo::SCALE", "const SCALE", Some(1)),
            ],
            cfgs: vec!["unix".to_owned()],
            envs: vec!["MODE".to_owned()],
            calls: vec!["demo::load".to_owned()],
            notes: vec![],
            forgotten: vec![Forgotten {
                field: "demo::Model::note".to_owned(),
                attribute: "`#[serde(skip)]`".to_owned(),
                certain: true,
                in_result: false,
                of: String::new(),
            }],
        }
    }

    #[test]
    fn code_survives_its_bytes_and_cut_bytes_are_refused() {
        let bytes = code().to_bytes();
        assert_eq!(Code::from_bytes(&bytes), Ok(code()));
        for length in 0..bytes.len() {
            assert!(Code::from_bytes(&bytes[..length]).is_err(), "{length} bytes were taken");
        }
    }

    #[test]
    fn a_fingerprint_ignores_order_and_places_but_not_content_or_answers() {
        let answers = Answers { cfgs: vec![true], envs: vec![None] };
        let parts = code().parts(&answers);
        let mut moved: Vec<_> = parts.iter().rev().cloned().collect();
        moved[0].line = 99;
        assert_eq!(fingerprint(&parts), fingerprint(&moved));
        for other in [
            Answers { cfgs: vec![false], envs: vec![None] },
            Answers { cfgs: vec![true], envs: vec![Some("unset".to_owned())] },
        ] {
            assert_ne!(fingerprint(&parts), fingerprint(&code().parts(&other)));
        }
    }
}
