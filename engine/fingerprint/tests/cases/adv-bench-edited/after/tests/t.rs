#[test] fn t() { assert!(true); }
