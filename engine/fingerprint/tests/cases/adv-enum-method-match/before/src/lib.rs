#[derive(Clone, Copy)]
pub enum Op { Add, Mul }
impl Op { fn ap(self, x: u32) -> u32 { match self { Self::Add => x + 1, Self::Mul => x * 2 } } const ALL: [Op; 2] = [Op::Add, Op::Mul]; }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    Op::ALL.iter().fold(x, |a, o| o.ap(a))
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
