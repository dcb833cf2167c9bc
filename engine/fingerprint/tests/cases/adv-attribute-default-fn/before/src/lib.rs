fn port() -> u32 { 80 }
#[derive(serde::Deserialize)]
pub struct P { #[serde(default = "port")] a: u32 }
fn load() -> P { panic!() }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    load().a + x
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
