pub fn k() -> u32 { 2 }
