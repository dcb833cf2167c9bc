mod i { pub fn p(x: u32) -> u32 { x + 1 } pub fn q(x: u32) -> u32 { x * 2 } }
pub use i::{p as one, q as two};
