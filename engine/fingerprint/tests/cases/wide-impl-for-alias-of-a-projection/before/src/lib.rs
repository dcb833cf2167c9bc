pub trait Store {
    type Row;
}
pub struct Disk;
pub struct Line(pub u32);
impl Store for Disk {
    type Row = Line;
}
type Row = <Disk as Store>::Row;
impl std::fmt::Display for Row {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "row {}", self.0)
    }
}

#[scrat::stash]
pub fn run(x: u32) -> u32 {
    Line(x).to_string().len() as u32
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    x.rotate_left(3)
}
