struct S(u32);
pub fn other() -> String { format!("{}", { impl S { fn h(&self) -> u32 { self.0 + 2 } } 0 }) }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    S(x).h()
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
