pub fn f(x: u32) -> u32 { x + 2 }
mod m { pub fn f(x: u32) -> u32 { x }
 #[scrat::stash]
pub fn run(x: u32) -> u32 { self::f(x) }
#[scrat::stash]
pub fn run2(x: u32) -> u32 { crate::f(x) } }

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
