//! What every program may call, whether or not its code says so.
//!
//! `x.sin()` may be a call of the C library's `sin`, `x % y` one of `fmod`, `x as u128` one of `__fixunsdfti`, and a copy of
//! bytes one of `memcpy`: the compiler and the standard library see to that. A program may have a function of its own in the
//! place of one of these.

/// The names of functions that the compiler and the standard library call for what code computes, and for memory.
const NAMES: [&str; 20] = [
    "abort",
    "aligned_alloc",
    "bcmp",
    "bzero",
    "calloc",
    "free",
    "lgamma_r",
    "lgammaf_r",
    "malloc",
    "memchr",
    "memcmp",
    "memcpy",
    "memmove",
    "mempcpy",
    "memrchr",
    "memset",
    "posix_memalign",
    "realloc",
    "rust_eh_personality",
    "strlen",
];

/// Those of numbers, of 64 bits as they stand here.
const OF_NUMBERS: [&str; 64] = [
    "acos",
    "acosh",
    "acospi",
    "asin",
    "asinh",
    "asinpi",
    "atan",
    "atan2",
    "atan2pi",
    "atanh",
    "atanpi",
    "cbrt",
    "ceil",
    "copysign",
    "cos",
    "cosh",
    "cospi",
    "erf",
    "erfc",
    "exp",
    "exp10",
    "exp2",
    "expm1",
    "fabs",
    "fdim",
    "floor",
    "fma",
    "fmax",
    "fmaximum",
    "fmaximum_num",
    "fmin",
    "fminimum",
    "fminimum_num",
    "fmod",
    "frexp",
    "hypot",
    "ldexp",
    "lgamma",
    "llrint",
    "llround",
    "log",
    "log10",
    "log1p",
    "log2",
    "lrint",
    "lround",
    "modf",
    "nearbyint",
    "pow",
    "remainder",
    "rint",
    "round",
    "roundeven",
    "sin",
    "sincos",
    "sincospi",
    "sinh",
    "sinpi",
    "sqrt",
    "tan",
    "tanh",
    "tanpi",
    "tgamma",
    "trunc",
];

/// What stands behind such a name for numbers of other sizes.
const SIZES: [&str; 4] = ["f", "l", "f16", "f128"];

/// Whether a function is one of those. Names that begin with two underscores are the compiler's and the C library's to
/// choose, and differ from target to target, so all of them are. Those of Rust's allocator and the bounds of a section have
/// rules of their own.
pub(super) fn is_usual(name: &str) -> bool {
    let is_reserved =
        || name.starts_with("__") && !["__rust", "__start_", "__stop_"].iter().any(|start| name.starts_with(start));
    let is_of_size = || SIZES.iter().any(|size| name.strip_suffix(size).is_some_and(is_of_numbers));
    is_reserved() || name.starts_with("_Unwind_") || NAMES.contains(&name) || is_of_numbers(name) || is_of_size()
}

fn is_of_numbers(name: &str) -> bool {
    OF_NUMBERS.binary_search(&name).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_usual_at_each_size_and_if_it_is_reserved() {
        assert!(OF_NUMBERS.is_sorted());
        for name in
            ["sinf", "fmod", "truncf", "sincosf16", "fmal", "__floattisf", "__mulodi4", "_Unwind_Backtrace", "memcpy"]
        {
            assert!(is_usual(name), "{name}");
        }
        for name in ["solve", "memcpyf", "__rust_alloc", "__start_table", "main", "_start"] {
            assert!(!is_usual(name), "{name}");
        }
    }
}
