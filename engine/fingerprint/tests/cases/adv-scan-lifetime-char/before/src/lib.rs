fn f<'a>(x: &'a u32) -> u32 { let c = 'a'; c as u32 + *x + 1 }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    f(&x)
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
