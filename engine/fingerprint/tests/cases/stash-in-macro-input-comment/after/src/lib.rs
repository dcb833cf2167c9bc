macro_rules! keep { ($($item:item)*) => { $($item)* } }
// Kept.
keep! { #[scrat::stash] pub fn run(x: u32) -> u32 { x + 1 } }
