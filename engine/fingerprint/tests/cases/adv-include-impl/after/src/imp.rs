impl S { fn v(&self) -> u32 { self.0 + 2 } }
