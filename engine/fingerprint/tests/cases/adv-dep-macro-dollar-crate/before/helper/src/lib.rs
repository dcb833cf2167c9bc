#[doc(hidden)] pub fn __f(x: u32) -> u32 { x + 1 }
#[macro_export] macro_rules! go { ($x:expr) => { $crate::__f($x) } }
