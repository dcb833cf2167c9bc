struct A; impl A { #[cfg(unix)] const K: u32 = 1; #[cfg(not(unix))] const K: u32 = 2; }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    A::K + x
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
