//! Stashed functions that are simply called. Each test has a stash and functions of its own, so that the counts of
//! a function in this process are the test's.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod calls;
mod limits;
mod sandbox;
mod threads;
mod values;
