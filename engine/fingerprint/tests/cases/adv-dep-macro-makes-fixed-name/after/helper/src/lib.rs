pub mod g { pub fn f(x: u32) -> u32 { x + 100 } }
#[macro_export] macro_rules! mk { () => { fn f(x: u32) -> u32 { x + 2 } } }
