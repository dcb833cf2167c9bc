macro_rules! texts {
    ($(#[doc = $text:literal])* $name:ident) => {
        pub const $name: &str = concat!($($text),*);
    };
}
texts! {
    /** all of it */
    WHOLE
}

#[scrat::stash]
pub fn run(x: u32) -> u32 {
    WHOLE.len() as u32 + x
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    x.rotate_left(3)
}
