pub trait T { fn t(&self) -> u32 { 1 } }
pub struct S;
#[cfg(feature = "fast")] impl T for S { fn t(&self) -> u32 { 2 } }
#[cfg(not(feature = "fast"))] impl T for S {}
