pub fn score(x: u32) -> u32 {
    x + env!("WIDE_BUILT").len() as u32
}
