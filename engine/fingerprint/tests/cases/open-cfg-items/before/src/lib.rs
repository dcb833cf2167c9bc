macro_rules! when { ($w:meta => $($item:item)*) => { $( #[cfg($w)] $item )* } }
when! { feature = "fast" => fn one() -> u32 { 1 } }
when! { not(feature = "fast") => fn one() -> u32 { 2 } }
fn helper(x: u32) -> u32 { x + one() }

#[scrat::stash]
pub fn run(x: u32) -> u32 {
    helper(x)
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
