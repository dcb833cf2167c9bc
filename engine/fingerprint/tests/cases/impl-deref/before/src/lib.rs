struct Inner;
impl Inner { fn get(&self) -> u32 { 1 } }
struct Outer(Inner, Inner2);
struct Inner2;
impl Inner2 { fn get(&self) -> u32 { 2 } }
impl std::ops::Deref for Outer { type Target = Inner; fn deref(&self) -> &Inner { let _ = &self.1; &self.0 } }
#[scrat::stash]
pub fn run(x: u32) -> u32 { let o = Outer(Inner, Inner2); o.get() + o.1.get() + x }

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
