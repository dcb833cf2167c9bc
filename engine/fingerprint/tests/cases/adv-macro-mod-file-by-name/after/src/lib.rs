macro_rules! load { ($($n:ident),*) => { $(mod $n;)* } }
load!(one, two);
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    one::f(x) + two::f(x)
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
