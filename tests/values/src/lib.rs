//! The tests of values and their formats. The examples of `docs/values.md` are among them.

#[cfg(all(doctest, feature = "all"))]
#[doc = include_str!("../../../docs/values.md")]
struct Guide;
