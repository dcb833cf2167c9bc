mod made { #[derive(builder::Builder)]
pub struct Foo { pub a: u32, pub b: u32 } }
use made::FooBuilder;

#[scrat::stash]
pub fn run(x: usize) -> usize { FooBuilder.limit() + x }

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
