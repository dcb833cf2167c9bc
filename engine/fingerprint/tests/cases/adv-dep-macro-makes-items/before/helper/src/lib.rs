#[macro_export] macro_rules! mk { ($n:ident) => { fn $n(x: u32) -> u32 { x + 1 } } }
