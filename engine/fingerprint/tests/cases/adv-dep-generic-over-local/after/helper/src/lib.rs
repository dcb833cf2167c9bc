pub trait Shape { fn area(&self) -> u32; }
pub fn total<T: Shape>(v: &[T]) -> u32 { v.iter().map(|s| s.area()).sum() }
