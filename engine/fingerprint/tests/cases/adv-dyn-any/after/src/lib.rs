use std::any::Any;
pub struct Tag;
impl Tag { fn n(&self) -> u32 { 8 } }
fn make() -> Box<dyn Any> { Box::new(Tag) }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    make().downcast_ref::<Tag>().map_or(0, |t| t.n()) + x
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
