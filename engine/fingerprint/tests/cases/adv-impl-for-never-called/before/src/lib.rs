pub trait Tot { fn tot(&self) -> u32; }
impl Tot for u32 { fn tot(&self) -> u32 { *self } }
pub trait Other { fn other(&self) -> u32; }
impl Other for u32 { fn other(&self) -> u32 { *self + 5 } }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    x.tot()
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
