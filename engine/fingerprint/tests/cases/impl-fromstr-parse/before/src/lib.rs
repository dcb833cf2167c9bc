struct P(u32);
impl std::str::FromStr for P { type Err = (); fn from_str(s: &str) -> Result<P, ()> { Ok(P(s.len() as u32)) } }
#[scrat::stash]
pub fn run(x: u32) -> u32 { "abc".parse::<P>().map(|p| p.0).unwrap_or(0) + x }

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
