use std::{pin::pin, task::{Context, Poll, Waker}};
fn v(x: u32) -> u32 { x + 1 }
fn block<F: Future>(f: F) -> F::Output { let mut f = pin!(f); match f.as_mut().poll(&mut Context::from_waker(Waker::noop())) { Poll::Ready(v) => v, Poll::Pending => panic!() } }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    { let v = 3; let _ = v; }
    block(async move { v(x) })
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
