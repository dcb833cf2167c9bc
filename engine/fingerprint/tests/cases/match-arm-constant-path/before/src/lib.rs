mod k { pub const ONE: u32 = 1; }
#[scrat::stash]
pub fn run(x: u32) -> u32 { match x { k::ONE => 10, _ => 20 } }

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
