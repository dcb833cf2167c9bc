fn f(x: u32) -> impl std::fmt::Display { x as u8 }
#[scrat::stash]
pub fn run(x: u32) -> String { f(x).to_string() }

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
