//! What every program calls, whether or not its code says so.
//!
//! `x.sin()` may be a call of the C library's `sin`, `x % y` one of `fmod`, and a copy of bytes one of `memcpy`: the compiler
//! and the standard library see to that. A program may have a function of its own in the place of one of these.

/// The names of functions that the compiler and the standard library call for what code computes, and for memory.
const NAMES: [&str; 39] = [
    "_Unwind_RaiseException",
    "_Unwind_Resume",
    "abort",
    "aligned_alloc",
    "bcmp",
    "calloc",
    "free",
    "malloc",
    "memchr",
    "memcmp",
    "memcpy",
    "memmove",
    "memrchr",
    "memset",
    "posix_memalign",
    "realloc",
    "rust_eh_personality",
    "strlen",
    "__powidf2",
    "__powisf2",
    "__udivti3",
    "__umodti3",
    "__divti3",
    "__modti3",
    "__multi3",
    "__muloti4",
    "__ashlti3",
    "__lshrti3",
    "__ashrti3",
    "__floattidf",
    "__floatuntidf",
    "__fixdfti",
    "__fixunsdfti",
    "lgamma_r",
    "lgammaf_r",
    "sincos",
    "sincosf",
    "fmaximum_num",
    "fminimum_num",
];

/// Those of numbers of 64 bits; with an `f` behind it, the same of 32 bits.
const OF_NUMBERS: [&str; 48] = [
    "acos",
    "acosh",
    "asin",
    "asinh",
    "atan",
    "atan2",
    "atanh",
    "cbrt",
    "ceil",
    "copysign",
    "cos",
    "cosh",
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
    "fmin",
    "fminimum",
    "fmod",
    "frexp",
    "hypot",
    "ldexp",
    "log",
    "log10",
    "log1p",
    "log2",
    "lrint",
    "lround",
    "modf",
    "nearbyint",
    "pow",
    "rint",
    "round",
    "roundeven",
    "sin",
    "sinh",
    "sqrt",
    "tan",
    "tanh",
    "tgamma",
];

/// Whether a function is one of those.
pub(super) fn is_usual(name: &str) -> bool {
    NAMES.contains(&name) || is_of_numbers(name) || name.strip_suffix('f').is_some_and(is_of_numbers)
}

fn is_of_numbers(name: &str) -> bool {
    OF_NUMBERS.binary_search(&name).is_ok()
}

/// All of them.
pub(super) fn all() -> impl Iterator<Item = String> {
    let of_numbers = OF_NUMBERS.iter().flat_map(|name| [(*name).to_owned(), format!("{name}f")]);
    NAMES.iter().map(|name| (*name).to_owned()).chain(of_numbers)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_one_of_them() {
        assert!(OF_NUMBERS.is_sorted());
        assert!(all().all(|name| is_usual(&name)));
        assert!(is_usual("sinf") && is_usual("fmod") && !is_usual("solve") && !is_usual("memcpyf"));
    }
}
