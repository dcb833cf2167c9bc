pub fn second(x: u32) -> u32 { x * 2 }
