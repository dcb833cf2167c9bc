macro_rules! part {
    ($name:ident, $file:literal) => {
        #[path = $file]
        mod $name;
    };
}
part!(part, "deep/other_name.rs");

#[scrat::stash]
pub fn run(x: u32) -> u32 {
    part::score(x)
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    x.rotate_left(3)
}
