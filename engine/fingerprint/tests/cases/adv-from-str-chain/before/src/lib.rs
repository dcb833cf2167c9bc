use std::str::FromStr;
struct P(u32); impl FromStr for P { type Err = (); fn from_str(s: &str) -> Result<P, ()> { Ok(P(s.len() as u32 + 1)) } }
fn rd<T: FromStr>(s: &str) -> Option<T> { s.parse().ok() }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    rd::<P>("ab").map_or(0, |p| p.0) + x
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
