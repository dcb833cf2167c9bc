pub fn t() -> u32 { 1 }
