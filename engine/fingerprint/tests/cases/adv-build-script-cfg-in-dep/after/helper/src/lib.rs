pub fn f(x: u32) -> u32 { if cfg!(turbo) { x } else { x + 1 } }
