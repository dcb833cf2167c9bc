pub fn k() -> u32 { 1 }
