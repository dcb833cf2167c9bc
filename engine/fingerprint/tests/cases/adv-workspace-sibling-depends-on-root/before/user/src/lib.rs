pub trait T { fn t(&self) -> u32; }
impl T for app::S { fn t(&self) -> u32 { self.0 + 1 } }
