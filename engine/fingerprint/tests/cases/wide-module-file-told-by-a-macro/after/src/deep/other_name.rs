pub fn score(x: u32) -> u32 {
    x + 32
}
