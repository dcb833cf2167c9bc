const UNIT: &str = "m";
macro_rules! show { ($x:expr) => { format!("{}{UNIT}", $x) } }
#[scrat::stash]
pub fn run(x: u32) -> String {
    show!(x)
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
