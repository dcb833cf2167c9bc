mod fmt { #[allow(dead_code)] pub fn special(x: u32) -> u32 { x + 1 } }
#[derive(tools::Show)]
struct S { #[show(with = "fmt::special")] v: u32 }
#[scrat::stash]
pub fn run(x: u32) -> u32 { S { v: x }.v }

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
