mod a { pub fn r#fn(x: u32) -> u32 { x + 1 } }
use a::r#fn as go;
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    go(x)
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
