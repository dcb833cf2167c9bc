macro_rules! keep { ($($item:item)*) => { $($item)* } }
keep! { #[scrat::stash] pub fn run(x: u32) -> u32 { outer::doubled(x) } }
