struct W(u32); impl W { fn go(&self) -> u32 { self.0 + 2 } }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    let w = W(x);
    std::thread::scope(|s| s.spawn(|| w.go()).join().unwrap())
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
