mod b { pub fn p() -> &'static str { module_path!() } }
use b as here;
#[scrat::stash]
pub fn run(x: u32) -> String {
    format!("{} {x}", here::p())
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
