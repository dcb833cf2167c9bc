#[derive(Debug)]
struct E;
impl std::fmt::Display for E { fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { f.write_str("bad") } }
impl std::error::Error for E {}
fn fails() -> Result<u32, Box<dyn std::error::Error>> { Err(E)? }
#[scrat::stash]
pub fn run(x: u32) -> String { fails().map(|v| v + x).unwrap_err().to_string() }

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
