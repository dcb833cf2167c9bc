struct W<T>(T);
impl<T: std::fmt::Display> std::fmt::Display for W<T> { fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { write!(f, "<{}>", self.0) } }
#[scrat::stash]
pub fn run(x: u32) -> String { W(x).to_string() }

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
