#[derive(Clone, Copy)]
pub enum E { A, B }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    E::B as u32 + x + { let _ = E::A; 0 }
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
