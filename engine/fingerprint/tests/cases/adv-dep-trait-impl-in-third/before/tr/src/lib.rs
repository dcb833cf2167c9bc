pub trait T { fn t(&self) -> u32; }
