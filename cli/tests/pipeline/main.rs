//! Pipelines in one process: what runs, what does not, and why. Each test has functions and a stash of its own.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod folders;
mod inputs;
mod labels;
mod limits;
mod reasons;
mod results;
mod reuse;
mod running;
mod sandbox;
