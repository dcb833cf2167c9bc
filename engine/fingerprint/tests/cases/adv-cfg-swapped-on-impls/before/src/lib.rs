struct S;
#[cfg(unix)] impl S { fn k(&self) -> u32 { 1 } }
#[cfg(not(unix))] impl S { fn k(&self) -> u32 { 2 } }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    S.k() + x
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
