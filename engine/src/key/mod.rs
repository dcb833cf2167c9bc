//! Keys: what a nut is found by.
//!
//! Version 1 of the specification. Fields are put together as [`crate::digest::Fields`] does.
//!
//! | digest | context | fields |
//! | --- | --- | --- |
//! | identity | `scrat code v1` | name; version, if any; fingerprint and its kind, unless the code is ignored |
//! | key | `scrat key v1` | identity, type parameters, codec of the result, then name and digest of each argument |
//! | deep key | `scrat deep key v1` | identity, type parameters, codec of the result, then of each argument its name and the digest of a literal, the deep key of a step, or the deep keys of several |
//! | argument | `scrat value v1` | name of its codec, digest of its bytes; if that is serde's, the digest alone |
//!
//! The codec of a result that serde writes is no field, and that of another is two: the word `codec`, and its name. The
//! type of a result is no field, since the code says it; where that is ignored it is two: the word `type`, and its name.
//!
//! Ignored parameters are in neither. Paths, times and the order of declaration are in neither. Another
//! version of this table loses every nut of every user, so it is raised on purpose alone; the golden
//! vectors below hold it.

pub(crate) mod type_parameters;

use std::borrow::Cow;

use crate::digest::{Digest, Fields};
use crate::key::type_parameters::Types;
use crate::value::Kind;

/// What a call is about, apart from its arguments.
#[derive(Clone, Copy)]
pub(crate) struct Callee<'a> {
    pub identity: Digest,
    pub types: &'a [Cow<'static, str>],
    /// The name of the codec of the result: see [`Kind::codec`].
    pub codec: Option<&'static str>,
    /// The name of the result's type, where no code says what its bytes mean.
    pub result: Option<&'static str>,
}

impl<'a> Callee<'a> {
    pub(crate) fn new(types: &'a Types, kind: &Kind) -> Self {
        let result = types.ignores_code.then(|| kind.type_name());
        Self { identity: types.identity, types: &types.names, codec: kind.codec(), result }
    }

    fn fields(&self, context: &str) -> Fields {
        let mut fields = Fields::new(context);
        fields.digest(&self.identity).number(self.types.len() as u64);
        for name in self.types {
            fields.text(name);
        }
        if let Some(codec) = self.codec {
            fields.text("codec").text(codec);
        }
        if let Some(result) = self.result {
            fields.text("type").text(result);
        }
        fields
    }
}

/// The key of a call with these arguments.
pub(crate) fn key<'a>(callee: Callee<'_>, arguments: impl ExactSizeIterator<Item = (&'a str, Digest)>) -> Digest {
    let mut fields = callee.fields("scrat key v1");
    fields.number(arguments.len() as u64);
    for (name, digest) in arguments {
        fields.text(name).digest(&digest);
    }
    fields.finish()
}

/// The keys that the same call had before parameters were added whose defaults it is given: before the last of these
/// was, before the last two were, and so on. `defaults` tells which arguments equal defaults.
pub(crate) fn older_keys(callee: Callee<'_>, arguments: &[(&str, Digest)], defaults: &[usize]) -> Vec<Digest> {
    let without = |left_out: &[usize]| {
        let rest = arguments.iter().enumerate().filter(|(at, _)| !left_out.contains(at));
        key(callee, rest.map(|(_, argument)| *argument).collect::<Vec<_>>().into_iter())
    };
    (0..defaults.len()).rev().map(|first| without(&defaults[first..])).collect()
}

/// An argument as a deep key sees it.
pub(crate) enum DeepInput {
    Literal(Digest),
    Step(Digest),
    Steps(Vec<Digest>),
}

/// The deep key of a step with these inputs.
pub(crate) fn deep_key(callee: Callee<'_>, inputs: &[(&str, DeepInput)]) -> Digest {
    let mut fields = callee.fields("scrat deep key v1");
    fields.number(inputs.len() as u64);
    for (name, input) in inputs {
        fields.text(name);
        match input {
            DeepInput::Literal(digest) => fields.number(0).digest(digest),
            DeepInput::Step(deep) => fields.number(1).digest(deep),
            DeepInput::Steps(deep) => {
                fields.number(2).number(deep.len() as u64);
                deep.iter().fold(&mut fields, |fields, deep| fields.digest(deep))
            }
        };
    }
    fields.finish()
}

/// Digest of the arguments alone: it finds the nuts of the same call under other code.
pub(crate) fn arguments_digest<'a>(
    types: &[Cow<'static, str>],
    arguments: impl ExactSizeIterator<Item = (&'a str, Digest)>,
) -> Digest {
    key(Callee { identity: Digest([0; 32]), types, codec: None, result: None }, arguments)
}

#[cfg(test)]
mod tests {
    use super::*;

    const CALLEE: Callee<'_> =
        Callee { identity: Digest([7; 32]), types: &[Cow::Borrowed("u8")], codec: None, result: None };

    fn arguments() -> [(&'static str, Digest); 2] {
        [("data", Digest::of(b"data")), ("depth", Digest::of(b"depth"))]
    }

    #[test]
    fn keys_are_the_golden_ones() {
        let deep = [
            ("data", DeepInput::Step(Digest([1; 32]))),
            ("trees", DeepInput::Steps(vec![Digest([2; 32]), Digest([3; 32])])),
            ("depth", DeepInput::Literal(Digest([4; 32]))),
        ];
        let golden = [key(CALLEE, arguments().into_iter()).to_string(), deep_key(CALLEE, &deep).to_string()];
        assert_eq!(golden, include_str!("key.golden").lines().collect::<Vec<_>>()[..]);
    }

    #[test]
    fn every_field_counts() {
        let other_code = Callee { identity: Digest([8; 32]), ..CALLEE };
        let other_types = Callee { types: &[Cow::Borrowed("u8"), Cow::Borrowed("u8")], ..CALLEE };
        let [codec, unsigned, signed] = [(Some("a"), None), (None, Some("u32")), (None, Some("i32"))]
            .map(|(codec, result)| Callee { codec, result, ..CALLEE });
        let [first, second] = arguments();
        let mut keys = vec![
            key(CALLEE, [first, second].into_iter()),
            key(other_code, [first, second].into_iter()),
            key(other_types, [first, second].into_iter()),
            key(codec, [first, second].into_iter()),
            key(unsigned, [first, second].into_iter()),
            key(signed, [first, second].into_iter()),
            key(CALLEE, [second, first].into_iter()),
            key(CALLEE, [first].into_iter()),
            key(CALLEE, [("data", second.1), ("depth", first.1)].into_iter()),
        ];
        keys.sort();
        keys.dedup();
        assert_eq!(keys.len(), 9);
    }

    #[test]
    fn older_keys_lack_what_equals_a_default_the_last_first() {
        let [first, second] = arguments();
        let third = ("leaf", Digest::of(b"leaf"));
        let of = |arguments: &[_]| key(CALLEE, arguments.iter().copied());
        assert_eq!(older_keys(CALLEE, &[first, second, third], &[1, 2]), [of(&[first, second]), of(&[first])]);
        assert_eq!(older_keys(CALLEE, &[first, second, third], &[1]), [of(&[first, third])]);
        assert!(older_keys(CALLEE, &[first, second], &[]).is_empty());
    }

    #[test]
    fn a_literal_and_a_step_of_one_digest_have_different_deep_keys() {
        let digest = Digest([5; 32]);
        let keys = [
            deep_key(CALLEE, &[("data", DeepInput::Literal(digest))]),
            deep_key(CALLEE, &[("data", DeepInput::Step(digest))]),
            deep_key(CALLEE, &[("data", DeepInput::Steps(vec![digest]))]),
        ];
        assert!(keys[0] != keys[1] && keys[1] != keys[2] && keys[0] != keys[2]);
    }
}
