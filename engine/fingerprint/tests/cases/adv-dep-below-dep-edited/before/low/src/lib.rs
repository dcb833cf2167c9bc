pub struct L(pub u32);
impl L { pub fn v(&self) -> u32 { self.0 + 1 } }
