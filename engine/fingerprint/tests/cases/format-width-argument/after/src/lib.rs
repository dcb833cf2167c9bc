const W: usize = 8;
#[scrat::stash]
pub fn run(x: u32) -> String { format!("{0:W$}", x) }

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
