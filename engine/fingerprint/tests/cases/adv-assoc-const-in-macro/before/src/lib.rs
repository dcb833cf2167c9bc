struct A; impl A { const P: u32 = 5; }
#[scrat::stash]
pub fn run(x: u32) -> String {
    format!("{} {x}", A::P)
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
