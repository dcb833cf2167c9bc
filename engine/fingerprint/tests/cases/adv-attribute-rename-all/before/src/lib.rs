#[derive(serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub struct P { a: u32 }
fn out<T: serde::Serialize>(_t: &T) -> u32 { 1 }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    out(&P { a: x })
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
