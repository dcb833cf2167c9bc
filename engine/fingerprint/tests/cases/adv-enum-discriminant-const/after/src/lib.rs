mod c { pub const BASE: isize = 5; }
#[derive(Clone, Copy)] enum E { A = c::BASE, B }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    E::B as u32 + x + 0 * (E::A as u32)
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
