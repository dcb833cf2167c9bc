struct T1; impl T1 { #[allow(dead_code)] fn z(&self) -> u32 { 2 } }
struct W<T>(u32, std::marker::PhantomData<T>);
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    W::<T1>(x, std::marker::PhantomData).0
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
