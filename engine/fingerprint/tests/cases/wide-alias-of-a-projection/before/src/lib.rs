pub trait Store {
    type Row;
}
pub struct Disk;
pub struct Line;
impl Store for Disk {
    type Row = Line;
}
impl Line {
    pub fn width(x: u32) -> u32 {
        x + 60
    }
}
pub type Row = <Disk as Store>::Row;

#[scrat::stash]
pub fn run(x: u32) -> u32 {
    Row::width(x)
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    x.rotate_left(3)
}
