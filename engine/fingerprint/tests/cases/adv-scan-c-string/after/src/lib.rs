fn f(x: u32) -> u32 { let c = c"aa\"{b"; c.to_bytes().len() as u32 + b'{' as u32 + x }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    f(x)
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
