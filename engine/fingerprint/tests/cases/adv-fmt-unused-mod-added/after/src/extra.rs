pub fn e() -> u32 { 1 }
