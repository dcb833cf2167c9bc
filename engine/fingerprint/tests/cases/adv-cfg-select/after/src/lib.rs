fn a(x: u32) -> u32 { x + 5 }
fn b(x: u32) -> u32 { x + 2 }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    std::cfg_select! { unix => { a(x) } _ => { b(x) } }
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
