pub mod i { #[path = "other.rs"] pub mod b; }
