#[derive(Debug, Default)]
pub struct Out { a: u32, b: u32 }
impl Out { fn new(x: u32) -> Out { Out { a: x, ..Out::default() } } }
#[scrat::stash]
pub fn run(x: u32) -> Out { Out::new(x) }

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
