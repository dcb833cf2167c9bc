#[macro_export]
macro_rules! v { () => { env!("CARGO_PKG_VERSION") } }
