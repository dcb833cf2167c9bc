pub fn f(x: u32) -> u32 { if cfg!(feature = "fast") { x * 2 } else { x } }
