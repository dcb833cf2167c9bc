fn mk(x: u32) -> helper::W { helper::W(x, std::marker::PhantomData) }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    mk(x).v()
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
