#[allow(non_upper_case_globals)] const n: usize = 4;
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    let v: [u32; n] = [x; n];
    v.len() as u32
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
