//! Names of the standard library, where it matters in which namespace one is, or what it declares.
//!
//! The lists are short on purpose: what is missing from them only makes a search go on, or an import count.

/// Functions that are imported by name, and are nothing else.
pub(crate) fn function(name: &str) -> bool {
    matches!(
        name,
        "max"
            | "min"
            | "swap"
            | "replace"
            | "take"
            | "forget"
            | "transmute"
            | "size_of"
            | "size_of_val"
            | "align_of"
            | "align_of_val"
            | "discriminant"
            | "zeroed"
            | "needs_drop"
            | "once"
            | "repeat"
            | "repeat_n"
            | "repeat_with"
            | "empty"
            | "successors"
            | "from_fn"
            | "zip"
            | "identity"
            | "black_box"
            | "type_name"
            | "type_name_of_val"
            | "from_utf8"
            | "from_utf8_unchecked"
            | "from_str_radix"
            | "read_to_string"
            | "read_dir"
            | "create_dir_all"
            | "remove_file"
            | "stdin"
            | "stdout"
            | "stderr"
            | "spawn"
            | "sleep"
            | "scope"
            | "channel"
            | "sync_channel"
            | "catch_unwind"
            | "resume_unwind"
            | "temp_dir"
            | "current_dir"
            | "args"
            | "null"
            | "null_mut"
            | "drop_in_place"
            | "ready"
            | "pending"
            | "poll_fn"
    )
}

/// Modules that are nothing else.
pub(crate) fn module(name: &str) -> bool {
    matches!(
        name,
        "fmt"
            | "io"
            | "fs"
            | "mem"
            | "cmp"
            | "ops"
            | "iter"
            | "collections"
            | "sync"
            | "time"
            | "hash"
            | "path"
            | "process"
            | "rc"
            | "cell"
            | "borrow"
            | "convert"
            | "marker"
            | "num"
            | "ptr"
            | "slice"
            | "string"
            | "task"
            | "pin"
            | "future"
            | "net"
            | "ffi"
            | "os"
            | "error"
            | "any"
            | "alloc"
            | "consts"
            | "hash_map"
            | "hash_set"
            | "btree_map"
            | "btree_set"
            | "atomic"
            | "mpsc"
            | "prelude"
    )
}

/// What a trait declares that is in no prelude, if it is one of those known here.
pub(crate) fn methods(name: &str) -> Option<&'static [&'static str]> {
    TRAITS.iter().find(|(of, _)| *of == name).map(|(_, methods)| *methods)
}

/// Whether some trait that is in no prelude declares this.
pub(crate) fn method(name: &str) -> bool {
    TRAITS.iter().any(|(_, methods)| methods.contains(&name))
}

const TRAITS: &[(&str, &[&str])] = &[
    ("Borrow", &["borrow"]),
    ("BorrowMut", &["borrow_mut"]),
    (
        "Read",
        &[
            "read",
            "read_vectored",
            "read_to_end",
            "read_to_string",
            "read_exact",
            "by_ref",
            "bytes",
            "chain",
            "take",
            "read_buf",
        ],
    ),
    ("Write", &["write", "write_vectored", "flush", "write_all", "write_fmt", "by_ref", "write_str", "write_char"]),
    ("BufRead", &["fill_buf", "consume", "read_until", "read_line", "split", "lines", "skip_until", "has_data_left"]),
    ("Seek", &["seek", "rewind", "stream_position", "stream_len", "seek_relative"]),
    ("IsTerminal", &["is_terminal"]),
    ("Hash", &["hash", "hash_slice"]),
    (
        "Hasher",
        &[
            "finish",
            "write",
            "write_u8",
            "write_u16",
            "write_u32",
            "write_u64",
            "write_u128",
            "write_usize",
            "write_i8",
            "write_i16",
            "write_i32",
            "write_i64",
            "write_i128",
            "write_isize",
            "write_length_prefix",
            "write_str",
        ],
    ),
    ("BuildHasher", &["build_hasher", "hash_one"]),
    ("FromStr", &["from_str"]),
    ("Any", &["type_id"]),
    ("Error", &["source", "description", "cause", "provide"]),
    ("Wake", &["wake", "wake_by_ref"]),
    ("ToSocketAddrs", &["to_socket_addrs"]),
    ("SliceIndex", &["get", "get_mut", "get_unchecked", "get_unchecked_mut", "index", "index_mut"]),
    ("RangeBounds", &["start_bound", "end_bound", "contains", "is_empty"]),
    ("Sum", &["sum"]),
    ("Product", &["product"]),
    ("FusedIterator", &[]),
    ("Pointer", &["fmt"]),
    ("Debug", &["fmt"]),
    ("Display", &["fmt"]),
    ("Binary", &["fmt"]),
    ("Octal", &["fmt"]),
    ("LowerHex", &["fmt"]),
    ("UpperHex", &["fmt"]),
    ("LowerExp", &["fmt"]),
    ("UpperExp", &["fmt"]),
    ("Add", &["add"]),
    ("Sub", &["sub"]),
    ("Mul", &["mul"]),
    ("Div", &["div"]),
    ("Rem", &["rem"]),
    ("Neg", &["neg"]),
    ("Not", &["not"]),
    ("BitAnd", &["bitand"]),
    ("BitOr", &["bitor"]),
    ("BitXor", &["bitxor"]),
    ("Shl", &["shl"]),
    ("Shr", &["shr"]),
    ("AddAssign", &["add_assign"]),
    ("SubAssign", &["sub_assign"]),
    ("MulAssign", &["mul_assign"]),
    ("DivAssign", &["div_assign"]),
    ("RemAssign", &["rem_assign"]),
    ("BitAndAssign", &["bitand_assign"]),
    ("BitOrAssign", &["bitor_assign"]),
    ("BitXorAssign", &["bitxor_assign"]),
    ("ShlAssign", &["shl_assign"]),
    ("ShrAssign", &["shr_assign"]),
    ("Index", &["index"]),
    ("IndexMut", &["index_mut"]),
    ("Deref", &["deref"]),
    ("DerefMut", &["deref_mut"]),
    ("Future", &["poll"]),
    ("IntoFuture", &["into_future"]),
    ("GlobalAlloc", &["alloc", "dealloc", "alloc_zeroed", "realloc"]),
    ("OsStrExt", &["from_bytes", "as_bytes", "encode_wide"]),
    ("OsStringExt", &["from_vec", "into_vec", "from_wide"]),
    ("MetadataExt", &["dev", "ino", "mode", "nlink", "uid", "gid", "size", "atime", "mtime", "ctime", "blocks"]),
    ("PermissionsExt", &["mode", "set_mode", "from_mode"]),
    ("FileExt", &["read_at", "write_at", "read_exact_at", "write_all_at", "seek_read", "seek_write"]),
];
