pub struct M(pub low::L);
impl M { pub fn v(&self) -> u32 { self.0.v() } }
pub fn mk(x: u32) -> M { M(low::L(x)) }
