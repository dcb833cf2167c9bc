const NAME: &str = "six";
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    match if x == 5 { "five" } else { "" } { NAME => 1, _ => 2 }
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
