mod a {
    pub fn c(x: u32) -> u32 {
        x + 23
    }
}
mod other {
    pub fn d(x: u32) -> u32 {
        x + 2
    }
}
pub fn more(x: u32) -> u32 {
    other::d(x)
}
macro_rules! call {
    ($m:ident $z:ident, $v:expr) => {
        $m::$z($v)
    };
}

#[scrat::stash]
pub fn run(x: u32) -> u32 {
    call!(a c, x)
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    x.rotate_left(3)
}
