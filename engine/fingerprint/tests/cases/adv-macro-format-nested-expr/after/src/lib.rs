struct S { w: u32 }
static ST: S = S { w: 5 };
#[scrat::stash]
pub fn run(x: u32) -> String {
    format!("{0} {n}", ST.w, n = x)
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
