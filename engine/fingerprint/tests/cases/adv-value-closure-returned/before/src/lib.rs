fn adder(n: u32) -> impl Fn(u32) -> u32 { move |x| x + n }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    adder(2)(x)
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
