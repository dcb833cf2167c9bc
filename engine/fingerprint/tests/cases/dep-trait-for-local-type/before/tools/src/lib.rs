pub trait Score { fn score(&self) -> u32; }
pub fn total<T: Score>(all: &[T]) -> u32 { all.iter().map(|s| s.score()).sum() }
