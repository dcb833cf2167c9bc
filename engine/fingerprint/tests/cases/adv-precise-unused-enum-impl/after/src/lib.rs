pub enum U { A } impl std::fmt::Display for U { fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result { f.write_str("w") } }
#[scrat::stash]
pub fn run(x: u32) -> String {
    format!("{x} {:?}", Some(x))
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
