use std::{future::Future, pin::Pin, task::{Context, Poll}};
struct Ready(u32);
impl Future for Ready { type Output = u32; fn poll(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<u32> { Poll::Ready(self.0 + 2) } }
async fn go(x: u32) -> u32 { Ready(x).await }
#[scrat::stash]
pub fn run(x: u32) -> u32 { let mut f = Box::pin(go(x)); match f.as_mut().poll(&mut Context::from_waker(std::task::Waker::noop())) { Poll::Ready(v) => v, Poll::Pending => 0 } }

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
