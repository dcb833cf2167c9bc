struct Inc;
impl helper::Op for Inc { fn op(&self, x: u32) -> u32 { x + 2 } }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    helper::Pipe(vec![Box::new(Inc)]).run(x)
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
