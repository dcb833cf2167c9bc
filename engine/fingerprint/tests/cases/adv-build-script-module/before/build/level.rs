pub fn level() -> u32 { 1 }
