#[doc(hidden)] pub fn __f(x: u32) -> u32 { x + 2 }
#[doc(hidden)] #[macro_export] macro_rules! __inner { ($x:expr) => { $crate::__f($x) } }
#[macro_export] macro_rules! go { ($x:expr) => { $crate::__inner!($x) } }
