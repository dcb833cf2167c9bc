pub fn score(x: u32) -> u32 {
    if cfg!(precise) { x * 2 } else { x * 3 }
}
