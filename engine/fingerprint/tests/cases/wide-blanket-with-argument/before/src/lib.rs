pub struct Json;
pub trait Load<F> {
    fn load(x: u32) -> u32;
}
impl<T> Load<Json> for T {
    fn load(x: u32) -> u32 {
        x + 90
    }
}
pub struct Table;

#[scrat::stash]
pub fn run(x: u32) -> u32 {
    Table::load(x)
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    x.rotate_left(3)
}
