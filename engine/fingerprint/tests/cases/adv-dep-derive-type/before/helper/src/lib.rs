#[derive(PartialEq, PartialOrd)]
pub struct V { pub a: u32, pub b: u32 }
