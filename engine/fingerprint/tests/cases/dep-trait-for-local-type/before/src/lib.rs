struct Mine(u32);
impl tools::Score for Mine { fn score(&self) -> u32 { self.0 + 5 } }
#[scrat::stash]
pub fn run(x: u32) -> u32 { tools::total(&[Mine(x)]) }

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
