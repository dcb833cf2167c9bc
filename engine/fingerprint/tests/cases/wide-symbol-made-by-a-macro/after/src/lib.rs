macro_rules! export {
    ($name:ident, $by:expr) => {
        #[unsafe(no_mangle)]
        pub extern "C" fn $name() -> u32 {
            $by
        }
    };
}
mod inner {
    export!(wide_exported, 62);
}
unsafe extern "C" {
    safe fn wide_exported() -> u32;
}

#[scrat::stash]
pub fn run(x: u32) -> u32 {
    wide_exported() + x
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    x.rotate_left(3)
}
