//! Trials of the stash, each as long as one wants: what is promised is tried by killing, damaging, refusing, racing.
//!
//! A trial starts *squirrels*: processes that call stashed functions as they are ordered and say what came. It knows
//! what the functions must return, so a wrong value shows, and every run of a body is noted, so does a lost nut.
//!
//! `cargo test -p trust` tries a slice of each; `cargo run --release -p trust -- all` tries all, and prints the figures of
//! `docs/reliability.md`.

pub mod functions;
pub mod fuzz;
pub mod layers;
pub mod process;
pub mod squirrel;
pub mod trial;
