const W: usize = 4;
#[scrat::stash]
pub fn run(x: u32) -> String {
    format!("{x:>W$}|{:>1$}", x, W)
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
