use tools::Ext;
#[scrat::stash]
pub fn run(x: u32) -> u32 { x.ext() }

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
