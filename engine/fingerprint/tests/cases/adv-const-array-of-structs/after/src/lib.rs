struct Row { k: u32, v: u32 }
const T: &[Row] = &[Row { k: 1, v: 2 }, Row { k: 5, v: 8 }];
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    T.iter().find(|r| r.k == x).map_or(0, |r| r.v)
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
