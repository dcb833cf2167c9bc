//! The types that a generic function is called with, as a key sees them.
//!
//! Rust's name of a type does not say which type it is: two blocks may each have a `Fixed`, two versions of a package a
//! `units::Mile`, and a library and its program may share a name. It does for the items of a module, if no function or
//! constant has that module's name, since one module has one item of a name; which modules those are the analyser has
//! compiled in.
//!
//! | type | in the key |
//! | --- | --- |
//! | of such a module of the function's own crate, or of the standard library | its name |
//! | any other | its name, the program's digest, and the compiler's identity of the type |
//!
//! The identity is good for one program alone, and so is what the name stands for. It also covers code: a fingerprint has
//! all of the function's own crate, because a caller may choose any of its types, but the code of a type of another
//! crate was never read. That it is part of the running program is known. Coarse, and never stale.

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
    if !is_clear(name, own, function.clear_modules()) {
        types.push(Cow::Owned(format!("program {}", program())));
        types.push(Cow::Owned(format!("{:?}", typeid::of::<T>())));
    }
}

/// Adds what a method is called with: the types of the impl that it stands in, which need not be in `Self`. `F` is the
/// type of a closure in the method.
pub(crate) fn add_method<F>(types: &mut Types, function: &'static Function) {
    let name = method(type_name::<F>());
    let own = function.module().split("::").next().unwrap_or_default();
    let is_clear = name.is_some_and(|name| is_clear(name, own, function.clear_modules()));
    match name {
        Some(name) if is_clear => types.push(Cow::Borrowed(name)),
        _ => {
            types.push(Cow::Owned(format!("program {}", program())));
            types.push(Cow::Owned(format!("{:?}", typeid::of::<F>())));
        }
    }
}

/// What a closure's name says of the impl of the method that it stands in: `<demo::Tool as demo::Conv<demo::Km>>`.
fn method(closure: &str) -> Option<&str> {
    let name = closure.trim_end_matches("::{{closure}}");
    let (name, _) = name.rsplit_once("::")?;
    // An impl apart from its type is told with the module that it stands in, and nothing else says so much.
    let inside = name.find("<impl ").map_or(Some(name), |start| name.get(start + 6..)?.strip_suffix('>'));
    inside.filter(|inside| !inside.contains("impl "))
}

/// Whether a type's name says which type it is, and the analyser has seen its code.
fn is_clear(name: &str, own: &str, modules: &[&str]) -> bool {
    // Closures and constants, functions and what is for any lifetime, and what is inside an impl.
    const MURKY: [&str; 7] = ["{", "fn(", "Fn(", "FnMut(", "FnOnce(", "for<", "impl "];
    let is_part = |c: char| matches!(c, '_' | ':' | '#') || c.is_alphanumeric();
    !MURKY.iter().any(|murky| name.contains(murky))
        && name.split(|c| !is_part(c)).filter(|path| path.contains("::")).all(|path| {
            let (module, item) = path.rsplit_once("::").unwrap_or_default();
            let (root, module) = module.split_once("::").unwrap_or((module, ""));
            // A function has a type of its own, which is called like the function.
            let is_type = item.trim_start_matches("r#").starts_with(|c: char| !c.is_lowercase());
            match root {
                "core" | "alloc" | "std" => root != own,
                root => root == own && is_type && modules.contains(&module),
            }
        })
}

/// What the running program is: the digest of its file.
pub(crate) fn program() -> &'static str {
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
    fn a_name_is_clear_in_modules_that_nothing_else_is_called_like() {
        let clear = |name| is_clear(name, "demo", &["", "units", "units::small"]);
        for name in [
            "u8",
            "&str",
            "(u8, [f64; 3])",
            "demo::Mile",
            "demo::units::Mile",
            "alloc::vec::Vec<demo::units::small::Mile>",
            "(demo::A, &demo::units::C<[u8; 3]>)",
            "dyn demo::Tr<Item = demo::A> + core::marker::Send",
            "core::option::Option<&demo::Mile>",
        ] {
            assert!(clear(name), "{name}");
        }
        for name in [
            "other::Mile",
            "alloc::vec::Vec<other::Mile>",
            "demo::Wrapper<other::b::C>",
            "demo::main::Fixed",
            "demo::units::f::Fixed",
            "demo::_::Fixed",
            "demo::Mile::new::Fixed",
            "demo::<impl demo::Tr for demo::Mile>::new::Fixed",
            "demo::Wrapper<u8>::new::Fixed",
            "demo::main::{{closure}}",
            "core::iter::adapters::map::Map<core::ops::range::Range<u8>, demo::main::{{closure}}>",
            "demo::double",
            "fn(&u8) -> u8",
            "for<'a> fn(&'a u8)",
            "dyn core::ops::function::Fn(&u8) -> demo::Mile",
            "<demo::A as other::Tr>::Out",
        ] {
            assert!(!clear(name), "{name}");
        }
    }

    #[test]
    fn the_impl_of_a_method_is_told_with_all_its_types() {
        assert_eq!(
            method("<demo::Tool as demo::Conv<demo::Km>>::conv::{{closure}}"),
            Some("<demo::Tool as demo::Conv<demo::Km>>")
        );
        assert_eq!(
            method("demo::b::<impl demo::Conv<demo::Km> for demo::Tool>::conv::{{closure}}"),
            Some("demo::Conv<demo::Km> for demo::Tool")
        );
        assert_eq!(method("demo::Tool::new::{{closure}}::{{closure}}"), Some("demo::Tool"));
    }

    #[test]
    fn nothing_is_clear_without_modules_but_what_is_the_standard_librarys() {
        assert!(!is_clear("demo::Mile", "demo", &[]));
        assert!(is_clear("alloc::string::String", "demo", &[]));
        assert!(!is_clear("alloc::Mile", "alloc", &[""]));
    }
}
