#[path = "../src/u.rs"] mod u;
fn main() { u::f(1); }
