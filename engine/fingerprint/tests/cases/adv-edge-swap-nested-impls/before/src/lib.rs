#[scrat::stash]
pub fn run(x: u32) -> u32 {
    let a = { struct S; impl S { fn h(&self) -> u32 { 1 } } S.h() };
    let b = { struct S; impl S { fn h(&self) -> u32 { 2 } } S.h() };
    a * 100 + b + x
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
