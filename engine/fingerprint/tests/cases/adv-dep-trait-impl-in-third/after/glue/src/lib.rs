pub use tr::T;
pub struct G(pub u32);
impl T for G { fn t(&self) -> u32 { self.0 + 2 } }
