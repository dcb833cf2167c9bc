#[scrat::stash]
fn run(x: u32) -> u32 { case::f(x) }
fn main() { println!("{} {}", run(1), case::g()); }
