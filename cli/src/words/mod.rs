//! What is said, in words and in numbers. Nothing here prints.

pub(crate) mod base64;
pub(crate) mod difference;
pub(crate) mod formats;
pub(crate) mod reasons;
pub(crate) mod steps;
pub(crate) mod wrap;
