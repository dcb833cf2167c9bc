const fn s() -> u32 { 5 }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    static S: u32 = s();
    S + x
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
