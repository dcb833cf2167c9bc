fn h(v: Vec<Option<u32>>) -> usize { v.len() }
#[scrat::stash]
pub fn run(x: u32) -> String {
    format!("{}", h(vec![Some(x)]))
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
