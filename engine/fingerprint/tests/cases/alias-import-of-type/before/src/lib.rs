mod m { pub struct S(pub u32);
impl S { pub fn new(x: u32) -> S { S(x + 1) } } }
use m::S as Alias;
#[scrat::stash]
pub fn run(x: u32) -> u32 { Alias::new(x).0 }

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
