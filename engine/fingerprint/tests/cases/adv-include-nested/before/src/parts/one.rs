include!("two.rs");
