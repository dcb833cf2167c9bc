macro_rules! consts { ($($n:ident = $v:expr),*) => { $(const $n: u32 = $v;)* } }
consts!(LOW = 6, HIGH = 9);
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    match x { LOW..=HIGH => 1, _ => 2 }
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
