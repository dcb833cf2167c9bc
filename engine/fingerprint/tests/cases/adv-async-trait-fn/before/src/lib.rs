use std::{pin::pin, task::{Context, Poll, Waker}};
pub trait Get { async fn get(&self) -> u32; }
pub struct G;
impl Get for G { async fn get(&self) -> u32 { 4 } }
fn block<F: Future>(f: F) -> F::Output { let mut f = pin!(f); match f.as_mut().poll(&mut Context::from_waker(Waker::noop())) { Poll::Ready(v) => v, Poll::Pending => panic!() } }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    block(async { G.get().await }) + x
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
