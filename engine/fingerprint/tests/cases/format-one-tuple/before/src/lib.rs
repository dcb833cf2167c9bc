trait N { fn n(&self) -> u32; }
impl N for u32 { fn n(&self) -> u32 { 1 } }
impl N for (u32,) { fn n(&self) -> u32 { 2 } }
#[scrat::stash]
#[allow(unused_parens)]
pub fn run(x: u32) -> u32 { let t = (x,); t.n() }

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
