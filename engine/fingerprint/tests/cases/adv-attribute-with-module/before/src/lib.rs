mod hex { pub fn serialize<S: serde::Serializer>(v: &u32, s: S) -> Result<S::Ok, S::Error> { s.serialize_u32(*v + 1) } }
#[derive(serde::Serialize)]
pub struct P { #[serde(with = "hex")] a: u32 }
fn out<T: serde::Serialize>(_t: &T) -> u32 { 1 }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    out(&P { a: x })
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
