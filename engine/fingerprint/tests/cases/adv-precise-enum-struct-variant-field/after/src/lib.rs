#[allow(dead_code)] fn width(x: u32) -> u32 { x + 2 }
enum Sh { Box { width: u32 } }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    let Sh::Box { width } = Sh::Box { width: x };
    width
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
