//! The arguments of a call, and the keys that they make.

use std::any::Any;

use super::squirrel::Details;
use crate::digest::Digest;
use crate::engine::panics;
use crate::function::{Function, faithful};
use crate::key::type_parameters::{Told, Types};
use crate::key::{Callee, key, older_keys};
use crate::stash::Argument;
use crate::value::{
    Accepted, Compare, Hashed, Kind, Owned, Room, ValueError, Verdict, Written, check, keeping_files, line,
};

/// A function that adds the arguments of a call.
pub(super) type Tell<'a> = &'a dyn Fn(&mut Arguments);

/// Tells arguments by a function that takes references to them. A closure beside each function would be compiled with it.
pub fn telling<A: Copy>(tell: fn(&mut Arguments, A), all: A) -> impl Fn(&mut Arguments) {
    move |arguments| tell(arguments, all)
}

/// The arguments of a call, added one by one. What is wrong with one is kept until all are told: for the code beside a
/// stashed function, an error less to hand on is less to compile.
#[derive(Debug)]
pub struct Arguments {
    function: &'static Function,
    pub(super) types: Vec<Told>,
    digests: Vec<(&'static str, Digest)>,
    /// Which of them equal the defaults of their parameters.
    defaults: Vec<usize>,
    /// Gathered only for a call that is going to be stored.
    pub(super) details: Option<Details>,
    /// What is wrong with the first that can't be in a key.
    wrong: Option<ValueError>,
}

impl Arguments {
    pub(super) fn new(function: &'static Function, details: Option<Details>) -> Self {
        let digests = Vec::with_capacity(function.parameters().len());
        Self { function, types: Vec::new(), digests, defaults: Vec::new(), details, wrong: None }
    }

    /// Those that a function tells.
    ///
    /// # Errors
    /// If one of them can't be digested, or if the digest does not cover all of it.
    pub(super) fn told(
        function: &'static Function,
        details: Option<Details>,
        tell: Tell<'_>,
    ) -> Result<Self, ValueError> {
        let mut arguments = Self::new(function, details);
        tell(&mut arguments);
        arguments.wrong.take().map_or(Ok(arguments), Err)
    }

    /// A type that the function was called with.
    pub fn add_type<T: ?Sized>(&mut self) {
        self.types.push(Told::of::<T>());
    }

    /// The impl of the method that is called, identified by a closure in it.
    pub fn add_method<F>(&mut self, _: &F) {
        self.types.push(Told::method::<F>());
    }

    /// An argument.
    pub fn add<T: Owned + ?Sized>(&mut self, name: &'static str, accepted: Accepted<T>, value: &T) {
        if self.wrong.is_none() {
            self.wrong = self.try_add(name, accepted, value).err();
        }
    }

    fn try_add<T: Owned + ?Sized>(
        &mut self,
        name: &'static str,
        accepted: Accepted<T>,
        value: &T,
    ) -> Result<(), ValueError> {
        let text = || line(accepted.told(&value).value(), Argument::TEXT);
        let hash = || accepted.hash(value);
        if let Some(hashed) = panics::catch_here(hash).unwrap_or_else(|message| {
            Some(Err(ValueError::Encode { kind: accepted.owner.kind().type_name(), message }))
        }) {
            let Hashed { written, in_key } = hashed?;
            self.digests.push((name, in_key));
            if let Some(details) = &mut self.details {
                details.arguments.push(Argument { bytes: None, ..Argument::new(name, &written, text(), 0) });
            }
            return Ok(());
        }
        let compare = |other: Option<&dyn Any>, back: &dyn Any| accepted.compare(value, other, back);
        let compare: Option<Compare<'_>> = if accepted.is_sure() { None } else { Some(&compare) };
        // What is compared is read back from its bytes. Of all else the digest will do.
        let in_memory = compare.is_some() && self.details.is_none();
        let write = || accepted.write(value, if in_memory { Room::Memory } else { Room::Digest });
        self.add_untyped(name, accepted.owner.kind(), &write, compare, &text)
    }

    /// An argument of a parameter that was added with a default.
    pub fn add_with_default<T: Owned + ?Sized>(
        &mut self,
        name: &'static str,
        accepted: Accepted<T>,
        value: &T,
        default: &T,
    ) {
        let default = accepted.digest_in_key(default);
        self.add(name, accepted, value);
        if self.wrong.is_none() && self.digests.last().map(|(_, digest)| *digest) == default {
            self.defaults.push(self.digests.len() - 1);
        }
    }

    /// An argument whose type is no longer known, given as what writes its bytes, and how it is compared with what the
    /// bytes stand for, if encoding can lose anything.
    fn add_untyped(
        &mut self,
        name: &'static str,
        kind: &'static Kind,
        write: &dyn Fn() -> Result<Written, ValueError>,
        compare: Option<Compare<'_>>,
        text: &dyn Fn() -> String,
    ) -> Result<(), ValueError> {
        // The code of the value's type runs here, and a call does not hang on it.
        panics::catch_here(|| {
            let (written, files) = keeping_files(write);
            let written = written?;
            self.digests.push((name, kind.in_key(written.digest)));
            let Some(details) = &mut self.details else {
                let compare = || compare.map_or(Ok(Verdict::Same), |compare| check(kind, &written, files, compare));
                return faithful::argument(self.function, kind, compare);
            };
            details.files.extend(files);
            details.arguments.push(Argument::new(name, &written, text(), Argument::OF_CALL));
            Ok(())
        })
        .unwrap_or_else(|message| Err(ValueError::Encode { kind: kind.type_name(), message }))
    }

    /// The key, and those that the call had before parameters were added.
    pub(super) fn keys(&self, kind: &Kind) -> Keys {
        let types = Types::new(self.function, &self.types);
        Keys {
            key: self.key_with(&types, kind),
            older: older_keys(Callee::new(&types, kind), &self.digests, &self.defaults),
        }
    }

    pub(super) fn key_with(&self, types: &Types, kind: &Kind) -> Digest {
        key(Callee::new(types, kind), self.digests.iter().copied())
    }
}

/// What the nut of a call may be found by.
pub(super) struct Keys {
    pub key: Digest,
    /// Of the same call, before parameters with defaults were added.
    pub older: Vec<Digest>,
}
