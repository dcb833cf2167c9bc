pub fn level() -> u32 { 2 }
