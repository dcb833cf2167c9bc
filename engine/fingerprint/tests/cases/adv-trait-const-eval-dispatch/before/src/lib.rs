trait Kind { const FAST: bool; }
struct F; struct G; impl Kind for F { const FAST: bool = true; } impl Kind for G { const FAST: bool = false; }
fn go<K: Kind>(x: u32) -> u32 { if K::FAST { x } else { x + 1 } }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    go::<F>(x) * 10 + go::<G>(x)
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
