const T: u32 = 17;
fn outer<T: Into<u32>>(x: T) -> u32 {
    fn inner() -> u32 {
        T
    }
    inner() + x.into()
}

#[scrat::stash]
pub fn run(x: u32) -> u32 {
    outer(x)
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    x.rotate_left(3)
}
