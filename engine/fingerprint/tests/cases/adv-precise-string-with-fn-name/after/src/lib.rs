#[allow(dead_code)] fn helper(x: u32) -> u32 { x + 2 }
#[scrat::stash]
pub fn run(x: u32) -> String {
    format!("helper {x} {{helper}}")
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
