pub trait Ext { fn ext(self) -> u32; }
impl Ext for u32 { fn ext(self) -> u32 { self + 1 } }
