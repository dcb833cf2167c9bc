#[scrat::stash]
pub fn run(x: u32) -> u32 { enum E { A = 2, B = 4 } use E::*; if x > 1 { A as u32 } else { B as u32 } }

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
