pub fn get(x: u32) -> u32 { x + super::K }
