struct A; impl A { const N: usize = 3; }
fn f<const N: usize>(v: [u32; N]) -> u32 { v.len() as u32 }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    f([x; A::N])
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
