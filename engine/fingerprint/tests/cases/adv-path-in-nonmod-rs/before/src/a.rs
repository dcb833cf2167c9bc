#[path = "other.rs"]
pub mod b;
