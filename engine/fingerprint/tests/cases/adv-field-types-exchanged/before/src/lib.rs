#[derive(Default)] struct P(u8); #[derive(Default)] struct Q(u8); trait K { fn k(&self) -> u32; } impl K for P { fn k(&self) -> u32 { 1 } } impl K for Q { fn k(&self) -> u32 { 2 } }
#[derive(Default)] struct S { a: P, b: Q }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    let s = S::default();
    s.a.k() * 100 + s.b.k() + x
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
