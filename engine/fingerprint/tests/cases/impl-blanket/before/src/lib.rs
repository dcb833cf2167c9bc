trait Loud { fn loud(&self) -> String; }
impl<T: std::fmt::Display> Loud for T { fn loud(&self) -> String { format!("{self}!") } }
#[scrat::stash]
pub fn run(x: u32) -> String { x.loud() }

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
