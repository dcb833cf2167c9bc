mod a { pub fn f(x: u32) -> u32 { x + 2 } }
macro_rules! items { ($($i:item)*) => { $($i)* } }
items! { use a::f as g; }
#[scrat::stash]
pub fn run(x: u32) -> u32 { g(x) }

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
