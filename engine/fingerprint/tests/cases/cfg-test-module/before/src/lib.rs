#[scrat::stash]
pub fn run(x: u32) -> u32 { x }
#[cfg(test)]
mod tests { #[test] fn works() { assert_eq!(super::run(1), 1); } }

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
