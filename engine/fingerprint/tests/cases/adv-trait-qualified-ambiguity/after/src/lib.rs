trait A { fn n(&self) -> u32; } trait B { fn n(&self) -> u32; }
struct S; impl A for S { fn n(&self) -> u32 { 1 } } impl B for S { fn n(&self) -> u32 { 3 } }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    A::n(&S) * 10 + <S as B>::n(&S) + x
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
