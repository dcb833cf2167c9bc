#[scrat::stash]
pub fn run(x: u32) -> u32 { struct S(u32); impl S { fn get(&self) -> u32 { self.0 + 1 } } S(x).get() }

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
