mod part { pub fn k() -> u32 { 5 } }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    part::k() + x
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
fn main() { println!("{}{}", run(1), control(2)); }
