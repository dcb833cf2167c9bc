//! The types that a generic function is called with, as a key sees them.
//!
//! A fingerprint covers every type of the function's own crate, because a caller may choose any of them. A type
//! of another crate brings code that the analysis of the function never saw. Which code is not known; that it is
//! part of the running program is. So with such a type the program itself, by the digest of its file, is part of
//! the key: coarse, and never stale.

use std::any::type_name;
use std::borrow::Cow;
use std::sync::OnceLock;

use crate::digest::Digest;
use crate::function::Function;
use crate::value::digest_file;

/// Types of one call, by name.
pub(crate) type Types = Vec<Cow<'static, str>>;

/// Adds `T` to the types of a call.
pub(crate) fn add<T: ?Sized>(types: &mut Types, function: &'static Function) {
    let name = type_name::<T>();
    types.push(Cow::Borrowed(name));
    let own = function.module().split("::").next().unwrap_or_default();
    if crates(name).any(|root| root != own && !["core", "alloc", "std"].contains(&root)) {
        types.push(Cow::Owned(format!("program {}", program())));
    }
}

/// The crates that a type's name mentions: each first segment of a path.
fn crates(name: &str) -> impl Iterator<Item = &str> {
    let is_part = |c: char| c == '_' || c == ':' || c.is_alphanumeric();
    let paths = name.split(move |c| !is_part(c)).filter(|path| !path.starts_with("::"));
    paths.filter_map(|path| path.split_once("::").map(|(root, _)| root))
}

/// What the running program is.
fn program() -> &'static str {
    static PROGRAM: OnceLock<String> = OnceLock::new();
    PROGRAM.get_or_init(|| {
        let file = std::env::current_exe().and_then(|path| digest_file(&path));
        match file {
            Ok((digest, _)) => digest.to_string(),
            // A program that can't be told from others has keys of its own in each process.
            Err(_) => Digest::of(format!("{} {}", std::process::id(), crate::clock::now()).as_bytes()).to_string(),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_crate_in_a_types_name_is_found() {
        let found = |name: &'static str| crates(name).collect::<Vec<_>>();
        assert_eq!(found("u8"), [""; 0]);
        assert_eq!(found("alloc::vec::Vec<demo::Penguin>"), ["alloc", "demo"]);
        assert_eq!(found("(demo::A, &other::b::C<[u8; 3]>)"), ["demo", "other"]);
        assert_eq!(found("dyn demo::Tr<Item = x::Y>"), ["demo", "x"]);
        assert_eq!(found("<demo::A as other::Tr>::Out"), ["demo", "other"]);
    }
}
