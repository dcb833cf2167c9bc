macro_rules! codes { ($($n:ident = $v:expr),*) => { #[derive(Clone, Copy)] enum Code { $($n = $v),* } impl Code { fn all() -> &'static [Code] { &[$(Code::$n),*] } } } }
codes!(Ok1 = 1, Bad = 3);
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    Code::all().iter().map(|c| *c as u32).sum::<u32>() + x + 0 * (Code::Bad as u32) + 0 * (Code::Ok1 as u32)
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
