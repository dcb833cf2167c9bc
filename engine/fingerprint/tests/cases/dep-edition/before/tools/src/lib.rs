pub fn f(x: u32) -> u32 { x + 1 }
pub mod deep { pub fn g(x: u32) -> u32 { x + 1 } }
pub struct T(pub u32);
impl T { pub fn get(&self) -> u32 { self.0 + 1 } #[allow(dead_code)] pub fn other(&self) -> u32 { self.0 * 2 } }
impl std::fmt::Display for T { fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { write!(f, "<{}>", self.0) } }
#[macro_export]
macro_rules! twice { ($x:expr) => { $crate::f($crate::f($x)) } }
pub fn apply<T: Fn(u32) -> u32>(f: T, x: u32) -> u32 { f(x) + 100 }
