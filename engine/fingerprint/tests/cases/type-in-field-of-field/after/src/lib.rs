thread_local! { static N: std::cell::Cell<u32> = const { std::cell::Cell::new(0) }; }
struct A(#[allow(dead_code)] B);
struct B;
impl Drop for B { fn drop(&mut self) { N.set(N.get() + 2); } }
#[scrat::stash]
pub fn run(x: u32) -> u32 { drop(A(B)); N.get() + x }

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
