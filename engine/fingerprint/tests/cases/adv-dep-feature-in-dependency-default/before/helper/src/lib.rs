#[cfg(feature = "fast")] pub fn f(x: u32) -> u32 { x }
#[cfg(not(feature = "fast"))] pub fn f(x: u32) -> u32 { x + 1 }
