trait K { fn k(&self) -> u32; } struct P; struct Q; impl K for P { fn k(&self) -> u32 { 1 } } impl K for Q { fn k(&self) -> u32 { 2 } }
fn a() -> impl K { P } fn b() -> impl K { Q }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    a().k() * 100 + b().k() + x
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
