macro_rules! acc { ($t:ty { $($n:ident -> $r:ty = $e:expr;)* }) => { impl $t { $(pub fn $n(&self) -> $r { $e })* } } }
pub struct S;
acc!(S { one -> u32 = 1; two -> u32 = 3; });
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    S.two() + x
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
