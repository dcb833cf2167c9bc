use std::cell::RefCell;
use std::rc::Rc;
pub struct W;
impl W { fn borrow(&self) -> u32 { 1 } }
#[allow(unused_imports)]
mod m { pub use std::any::Any as Marker; }
#[allow(unused_imports)]
use m::Marker;
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    let _ = Rc::new(RefCell::new(1));
    W.borrow() + x
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
