struct S { r#type: u32 }
fn r#loop(s: &S) -> u32 { s.r#type + 1 }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    r#loop(&S { r#type: x })
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
