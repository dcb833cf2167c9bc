pub struct Row(pub u32);
macro_rules! part {
    () => {
        #[path = "shown.rs"]
        mod imp;
    };
}
part!();

#[scrat::stash]
pub fn run(x: u32) -> u32 {
    Row(x).to_string().len() as u32
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    x.rotate_left(3)
}
