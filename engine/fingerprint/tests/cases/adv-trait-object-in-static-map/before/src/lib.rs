use std::{collections::BTreeMap, sync::LazyLock};
trait V: Send + Sync { fn v(&self) -> u32; }
struct S; impl V for S { fn v(&self) -> u32 { 1 } }
static M: LazyLock<BTreeMap<&str, Box<dyn V>>> = LazyLock::new(|| BTreeMap::from([("s", Box::new(S) as Box<dyn V>)]));
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    M["s"].v() + x
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
