//! What the language itself names: keywords, primitives, the standard prelude and macros, attributes.

/// Reserved in every edition that matters here; contextual keywords are not among them.
pub(crate) fn keyword(word: &str) -> bool {
    matches!(
        word,
        "as" | "async"
            | "await"
            | "break"
            | "const"
            | "continue"
            | "crate"
            | "dyn"
            | "else"
            | "enum"
            | "extern"
            | "false"
            | "fn"
            | "for"
            | "if"
            | "impl"
            | "in"
            | "let"
            | "loop"
            | "match"
            | "mod"
            | "move"
            | "mut"
            | "pub"
            | "ref"
            | "return"
            | "self"
            | "Self"
            | "static"
            | "struct"
            | "super"
            | "trait"
            | "true"
            | "type"
            | "unsafe"
            | "use"
            | "where"
            | "while"
            | "_"
    )
}

/// A keyword that can begin a path.
pub(crate) fn path_keyword(word: &str) -> bool {
    matches!(word, "crate" | "self" | "super" | "Self")
}

/// Primitive types, whose names no one declares anew.
pub(crate) fn primitive(word: &str) -> bool {
    matches!(
        word,
        "u8" | "u16"
            | "u32"
            | "u64"
            | "u128"
            | "usize"
            | "i8"
            | "i16"
            | "i32"
            | "i64"
            | "i128"
            | "isize"
            | "f16"
            | "f32"
            | "f64"
            | "f128"
            | "bool"
            | "char"
            | "str"
    )
}

/// Primitive types, and names of the standard preludes in the type and value namespaces.
pub(crate) fn prelude(word: &str) -> bool {
    if primitive(word) {
        return true;
    }
    matches!(
        word,
        "Option"
            | "Some"
            | "None"
            | "Result"
            | "Ok"
            | "Err"
            | "Vec"
            | "String"
            | "Box"
            | "ToString"
            | "ToOwned"
            | "Clone"
            | "Copy"
            | "Send"
            | "Sync"
            | "Sized"
            | "Drop"
            | "Fn"
            | "FnMut"
            | "FnOnce"
            | "AsyncFn"
            | "AsyncFnMut"
            | "AsyncFnOnce"
            | "drop"
            | "size_of"
            | "size_of_val"
            | "align_of"
            | "align_of_val"
            | "AsRef"
            | "AsMut"
            | "Into"
            | "From"
            | "TryInto"
            | "TryFrom"
            | "FromIterator"
            | "Default"
            | "Iterator"
            | "IntoIterator"
            | "Extend"
            | "DoubleEndedIterator"
            | "ExactSizeIterator"
            | "Eq"
            | "PartialEq"
            | "Ord"
            | "PartialOrd"
            | "Unpin"
            | "Future"
            | "IntoFuture"
            | "Debug"
            | "Hash"
    )
}

/// Macros of the standard prelude.
pub(crate) fn std_macro(word: &str) -> bool {
    matches!(
        word,
        "assert"
            | "assert_eq"
            | "assert_ne"
            | "cfg"
            | "cfg_select"
            | "column"
            | "compile_error"
            | "concat"
            | "concat_bytes"
            | "concat_idents"
            | "dbg"
            | "debug_assert"
            | "debug_assert_eq"
            | "debug_assert_ne"
            | "env"
            | "eprint"
            | "eprintln"
            | "file"
            | "format"
            | "format_args"
            | "global_asm"
            | "include"
            | "include_bytes"
            | "include_str"
            | "is_x86_feature_detected"
            | "line"
            | "matches"
            | "module_path"
            | "option_env"
            | "panic"
            | "print"
            | "println"
            | "stringify"
            | "thread_local"
            | "todo"
            | "try"
            | "unimplemented"
            | "unreachable"
            | "vec"
            | "write"
            | "writeln"
    )
}

/// Attributes and derives of the language, which name no item of the crate.
pub(crate) fn builtin_attribute(word: &str) -> bool {
    matches!(
        word,
        "allow"
            | "warn"
            | "deny"
            | "forbid"
            | "expect"
            | "doc"
            | "must_use"
            | "deprecated"
            | "rustfmt"
            | "clippy"
            | "miri"
            | "diagnostic"
            | "inline"
            | "cold"
            | "cfg"
            | "cfg_attr"
            | "derive"
            | "test"
            | "bench"
            | "ignore"
            | "should_panic"
            | "macro_use"
            | "macro_export"
            | "path"
            | "repr"
            | "track_caller"
            | "no_mangle"
            | "export_name"
            | "link"
            | "link_name"
            | "link_section"
            | "no_link"
            | "non_exhaustive"
            | "automatically_derived"
            | "global_allocator"
            | "target_feature"
            | "default"
            | "feature"
            | "no_std"
            | "no_core"
            | "no_main"
            | "no_implicit_prelude"
            | "recursion_limit"
            | "type_length_limit"
            | "crate_type"
            | "crate_name"
            | "proc_macro"
            | "proc_macro_derive"
            | "proc_macro_attribute"
            | "used"
            | "unsafe"
            | "panic_handler"
            | "naked"
            | "must_not_suspend"
            | "stash"
            | "pipeline"
    )
}

/// Derives of the standard library.
pub(crate) fn std_derive(word: &str) -> bool {
    matches!(word, "Clone" | "Copy" | "Debug" | "Default" | "PartialEq" | "Eq" | "PartialOrd" | "Ord" | "Hash")
}

/// Well-known derives and attributes of packages from outside that do nothing with an item but what its fields and
/// their own arguments say; and scrat's own.
pub(crate) fn attentive_to_arguments_alone(word: &str) -> bool {
    matches!(word, "Serialize" | "Deserialize" | "Error" | "stash" | "pipeline")
}

/// The crates that come with the compiler.
pub(crate) fn std_crate(word: &str) -> bool {
    matches!(word, "std" | "core" | "alloc" | "proc_macro" | "test")
}
