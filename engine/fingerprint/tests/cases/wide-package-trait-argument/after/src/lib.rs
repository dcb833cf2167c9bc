mod rows {
    pub struct Row(pub u32);
    impl codec::Decode<Row> for &str {
        fn decode(self) -> Row {
            Row(self.len() as u32 + 31)
        }
    }
}
use codec::Decode;

#[scrat::stash]
pub fn run(x: u32) -> u32 {
    "abc".decode().0 + x
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    x.rotate_left(3)
}
