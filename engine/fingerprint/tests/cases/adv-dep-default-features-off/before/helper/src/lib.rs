pub fn f(x: u32) -> u32 { if cfg!(feature = "fast") { x } else { x + 1 } }
