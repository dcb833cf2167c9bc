mod m { pub fn f(x: u32) -> u32 { x + 1 } }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    m::f(x)
}
#[scrat::stash]
pub fn theirs(x: u32) -> u32 { helper::m::f(x) }

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
