pub fn lib_f(x: u32) -> u32 { x + 1 }
