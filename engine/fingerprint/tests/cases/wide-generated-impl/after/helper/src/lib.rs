pub struct Row(pub u32);
mod inner {
    pub fn rate(x: u32) -> u32 {
        x + 92
    }
}
include!(concat!(env!("OUT_DIR"), "/made.rs"));
