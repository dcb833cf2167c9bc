struct Open; struct Done; struct M<S>(u32, std::marker::PhantomData<S>);
impl M<Open> { fn new(x: u32) -> Self { M(x, std::marker::PhantomData) } fn close(self) -> M<Done> { M(self.0 + 1, std::marker::PhantomData) } }
impl M<Done> { fn out(self) -> u32 { self.0 * 2 } }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    M::new(x).close().out()
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
