use std::borrow::Borrow; use std::collections::BTreeMap;
#[derive(PartialEq, Eq, PartialOrd, Ord)]
pub struct Key(String);
impl Borrow<str> for Key { fn borrow(&self) -> &str { &self.0 } }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    BTreeMap::from([(Key("a".into()), x), (Key("b1".into()), 7)]).get("b1").copied().unwrap_or(0)
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
