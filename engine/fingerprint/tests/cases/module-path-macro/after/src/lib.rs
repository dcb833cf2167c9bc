mod b { pub fn f() -> &'static str { module_path!() } }
use b as m;
#[scrat::stash]
pub fn run(x: u32) -> String { m::f().repeat(x as usize) }

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
