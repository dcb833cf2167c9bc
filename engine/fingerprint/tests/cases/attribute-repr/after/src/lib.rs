#[repr(u32)]
#[derive(Clone, Copy)]
enum E { A = 1 }
#[scrat::stash]
pub fn run(x: u32) -> usize { std::mem::size_of_val(&E::A) + E::A as usize + x as usize }

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
