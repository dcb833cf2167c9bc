fn helper(x: u32) -> u32 { x + 2 }
#[scrat::stash]
pub fn run(x: u32) -> u32 { match x { 0 => { let helper = 1; helper } 1 => if x > 0 { 2 } else { 3 } n => helper(n) } }

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
