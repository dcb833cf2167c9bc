macro_rules! make { ($($n:ident = $v:expr),*) => { $(const $n: u32 = $v;)* } }
make!(LOW = 1, HIGH = 8);
#[scrat::stash]
pub fn run(x: u32) -> u32 { match x { LOW => 1, HIGH => 2, _ => 3 } }

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
