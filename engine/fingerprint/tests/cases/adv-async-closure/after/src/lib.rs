use std::{pin::pin, task::{Context, Poll, Waker}};
async fn n() -> u32 { 5 }
fn block<F: Future>(f: F) -> F::Output { let mut f = pin!(f); match f.as_mut().poll(&mut Context::from_waker(Waker::noop())) { Poll::Ready(v) => v, Poll::Pending => panic!() } }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    let c = async |y: u32| n().await + y;
    block(c(x))
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
