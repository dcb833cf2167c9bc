mod use_it { pub fn f(x: u32) -> u32 { crate::bump!(x) } }
mod def_it { #[macro_export] macro_rules! bump { ($x:expr) => { $x + 1 } } }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    use_it::f(x)
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
