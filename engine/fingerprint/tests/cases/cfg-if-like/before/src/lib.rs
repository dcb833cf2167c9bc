macro_rules! choose { (if { $($a:item)* } else { $($b:item)* }) => { $(#[cfg(unix)] $a)* $(#[cfg(not(unix))] $b)* } }
choose! { if { fn f(x: u32) -> u32 { g(x) } } else { fn f(x: u32) -> u32 { x } } }
fn g(x: u32) -> u32 { x + 1 }
#[scrat::stash]
pub fn run(x: u32) -> u32 { f(x) }

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
