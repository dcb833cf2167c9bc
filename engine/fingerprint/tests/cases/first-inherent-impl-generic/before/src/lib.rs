pub struct S(u32);
pub struct W<T>(pub T);

#[scrat::stash]
pub fn run(x: u32) -> u32 {
    W(S(x)).0.0
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
