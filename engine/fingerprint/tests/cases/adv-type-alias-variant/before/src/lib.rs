#[allow(dead_code)] pub mod a { #[derive(Clone, Copy)] pub enum E { A = 1, B = 2 } }
#[allow(dead_code)] pub mod b { #[derive(Clone, Copy)] pub enum E { A = 5, B = 6 } }
type E = a::E;
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    E::A as u32 + x
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
