#[derive(PartialEq, PartialOrd)]
pub struct V { pub b: u32, pub a: u32 }
