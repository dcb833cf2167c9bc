#[allow(non_camel_case_types)]
pub struct width {
    pub rows: u32,
}
impl width {
    pub fn most() -> u32 {
        70
    }
}
fn size(width: u32) -> u32 {
    <self::width>::most() + width
}

#[scrat::stash]
pub fn run(x: u32) -> u32 {
    size(x)
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    x.rotate_left(3)
}
