pub(crate) fn f(x: u32) -> u32 { x + 100 }
pub fn g() -> u32 { f(1) }
