pub fn t() -> u32 { 2 }
