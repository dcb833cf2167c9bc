pub struct Even(u32);
impl TryFrom<u32> for Even { type Error = (); fn try_from(x: u32) -> Result<Self, ()> { if x % 2 == 1 { Ok(Even(x)) } else { Err(()) } } }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    let e: Result<Even, ()> = x.try_into();
    e.map_or(0, |e| e.0 + 1)
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
