pub fn g(x: u32) -> u32 { x + 1 }
