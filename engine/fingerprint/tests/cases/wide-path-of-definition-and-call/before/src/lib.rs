mod a {
    pub mod b {
        pub fn c(x: u32) -> u32 {
            x + 23
        }
    }
}
macro_rules! call {
    ($z:ident, $v:expr) => {
        crate::a::b::$z($v)
    };
}

#[scrat::stash]
pub fn run(x: u32) -> u32 {
    call!(c, x)
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    x.rotate_left(3)
}
