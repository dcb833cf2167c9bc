pub struct Raw(u32);
impl TryFrom<Raw> for P { type Error = String; fn try_from(r: Raw) -> Result<P, String> { Ok(P { a: r.0 + 2 }) } }
#[derive(serde::Deserialize)]
#[serde(try_from = "Raw")]
pub struct P { a: u32 }
fn load() -> P { panic!() }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    load().a + x
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
