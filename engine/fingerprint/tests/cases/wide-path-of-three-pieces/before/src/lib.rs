mod a {
    pub mod b {
        pub fn c(x: u32) -> u32 {
            x + 21
        }
    }
}
macro_rules! call {
    ($x:ident $y:ident $z:ident, $v:expr) => {
        $x::$y::$z($v)
    };
}

#[scrat::stash]
pub fn run(x: u32) -> u32 {
    call!(a b c, x)
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    x.rotate_left(3)
}
