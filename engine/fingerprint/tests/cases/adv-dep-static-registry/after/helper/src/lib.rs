fn a(x: u32) -> u32 { x + 2 }
pub static T: &[fn(u32) -> u32] = &[a];
