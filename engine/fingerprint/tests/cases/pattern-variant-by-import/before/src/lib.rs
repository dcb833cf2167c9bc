#[derive(PartialEq)]
enum E { A, B }
use E::A;
fn of(x: u32) -> E { if x > 1 { A } else { E::B } }
#[scrat::stash]
pub fn run(x: u32) -> u32 { match of(x) { A => 1, _ => 2 } }

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
