#[derive(Default, Clone, Copy)]
pub enum E { #[default] A = 1, B = 2 }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    E::default() as u32 + x + 0 * (E::B as u32)
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
