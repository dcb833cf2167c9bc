fn r#match(x: u32) -> u32 { x + 1 }
mod r#type { pub fn f(x: u32) -> u32 { x * 2 } }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    r#match(x) + r#type::f(x)
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
