pub fn v() -> &'static str { env!("CARGO_PKG_VERSION") }
