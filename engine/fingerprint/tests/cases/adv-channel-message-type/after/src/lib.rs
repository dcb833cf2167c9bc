struct M(u32); impl M { fn v(self) -> u32 { self.0 + 2 } }
#[scrat::stash]
pub fn run(x: u32) -> u32 {
    let (t, r) = std::sync::mpsc::channel();
    t.send(M(x)).unwrap();
    r.recv().unwrap().v()
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
