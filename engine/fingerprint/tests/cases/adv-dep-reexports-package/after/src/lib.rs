#[scrat::stash]
pub fn run(x: u32) -> u32 {
    helper::outer::go(x)
}
#[scrat::stash]
pub fn thing(x: u32) -> u32 { helper::Thing::new(x).get() }

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
