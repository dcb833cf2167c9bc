pub mod part { pub fn k() -> u32 { 1 } }
