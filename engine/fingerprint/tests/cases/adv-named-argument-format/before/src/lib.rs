#[allow(dead_code)]
const WIDTH: usize = 3;
#[scrat::stash]
#[allow(non_snake_case)]
pub fn run(x: u32) -> String { format!("{x:WIDTH$}", WIDTH = 8) }

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
