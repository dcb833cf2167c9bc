pub mod a { pub use crate::b::f; }
mod b { pub fn f(x: u32) -> u32 { x + 2 } }
