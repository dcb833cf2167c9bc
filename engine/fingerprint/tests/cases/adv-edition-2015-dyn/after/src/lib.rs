extern crate scrat;
trait T { fn t(&self) -> u32; }
struct A; impl T for A { fn t(&self) -> u32 { 5 } }
fn mk() -> Box<T> { Box::new(A) }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    mk().t() + x
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
