pub fn f(x: u32) -> u32 { x + 1 }
pub fn g(x: u32) -> u32 { if cfg!(feature = "fast") { x } else { x + 1 } }
