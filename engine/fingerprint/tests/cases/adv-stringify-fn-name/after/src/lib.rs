fn f(x: u32) -> u32 { x }
fn g(x: u32) -> u32 { x }
#[scrat::stash]
pub fn run(x: u32) -> String {
    format!("{}{}{}", stringify!(g), f(x), g(x))
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
