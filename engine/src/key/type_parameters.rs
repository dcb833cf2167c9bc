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

use std::any::{TypeId, type_name};
use std::borrow::Cow;

use crate::digest::Digest;
use crate::function::Function;
use crate::function::behind::{Fingerprint, names_of};

/// A type that a call was made with.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Told {
    name: &'static str,
    id: TypeId,
    /// Whether it is that of a closure in a method, which tells the impl that this stands in.
    is_method: bool,
}

impl Told {
    pub(crate) fn of<T: ?Sized>() -> Self {
        Self { name: type_name::<T>(), id: typeid::of::<T>(), is_method: false }
    }

    /// What a method is called with: the types of the impl that it stands in, which need not be in `Self`. `F` is the type
    /// of a closure in the method.
    pub(crate) fn method<F>() -> Self {
        Self { is_method: true, ..Self::of::<F>() }
    }

    fn is_clear(&self, own: &str, modules: &[&str]) -> bool {
        is_clear(if self.is_method { method(self.name).unwrap_or("{") } else { self.name }, own, modules)
    }
}

/// The types of one call, and the code that runs with them.
#[derive(Clone, Debug)]
pub(crate) struct Types {
    pub names: Vec<Cow<'static, str>>,
    pub fingerprint: Fingerprint,
    pub identity: Digest,
    /// Whether that says nothing of the code.
    pub ignores_code: bool,
}

impl Types {
    pub(crate) fn new(function: &'static Function, told: &[Told]) -> Self {
        if function.behind().has_instances() { Self::compiled(function, told) } else { Self::analysed(function, told) }
    }

    /// Names that say which types they are, and more about those that don't.
    fn analysed(function: &'static Function, told: &[Told]) -> Self {
        let own = function.module().split("::").next().unwrap_or_default();
        let mut names = Vec::with_capacity(told.len());
        for told in told {
            let is_clear = told.is_clear(own, function.clear_modules());
            match told.is_method {
                true if !is_clear => {}
                true => names.extend(method(told.name).map(Cow::Borrowed)),
                false => names.push(Cow::Borrowed(told.name)),
            }
            if !is_clear {
                names.push(Cow::Owned(format!("program {}", function.program())));
                names.push(Cow::Owned(format!("{:?}", told.id)));
            }
        }
        Self {
            names,
            fingerprint: function.behind().fingerprint,
            identity: function.identity(),
            ignores_code: function.options().ignore_code,
        }
    }

    /// Names of an instance that the compiler told of, if these are of one.
    fn compiled(function: &'static Function, told: &[Told]) -> Self {
        let body = told.iter().find(|told| told.is_method);
        let instance = match body {
            Some(body) => function.behind().instance(body.name),
            None => function.behind().instance(&names_of(told.iter().map(|told| told.name))),
        };
        let mut names: Vec<_> = told.iter().map(|told| Cow::Borrowed(told.name)).collect();
        if instance.is_none() {
            names.push(Cow::Owned(format!("program {}", function.program())));
            names.extend(told.iter().map(|told| Cow::Owned(format!("{:?}", told.id))));
        }
        let fingerprint = instance.unwrap_or_else(|| function.whole_program());
        Self {
            names,
            fingerprint,
            identity: function.identity_with(fingerprint),
            ignores_code: function.options().ignore_code,
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
