//! The questions that can be asked: which function is meant, and what is behind it.

mod analyzer;
mod find;
mod functions;
mod in_rustc;
mod left_out;
mod offline_answers;
mod parts;
mod surroundings;

pub use analyzer::Analyzer;
pub use functions::StashedFunction;
pub use in_rustc::with_compiling;
pub use offline_answers::answers;
pub use parts::Analysis;
pub use surroundings::Beside;
