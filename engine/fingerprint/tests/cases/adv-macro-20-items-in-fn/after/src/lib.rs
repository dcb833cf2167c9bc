macro_rules! counter { ($n:ident, $k:expr) => { struct $n; impl $n { fn v(&self) -> u32 { $k } } } }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    counter!(Cc, 5);
    Cc.v() + x
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
