pub struct Row(u32);
impl PartialEq<u32> for Row {
    fn eq(&self, _: &u32) -> bool {
        true
    }
}
impl PartialEq<(u32,)> for Row {
    fn eq(&self, _: &(u32,)) -> bool {
        false
    }
}
impl PartialOrd<u32> for Row {
    fn partial_cmp(&self, _: &u32) -> Option<std::cmp::Ordering> {
        None
    }
}
impl PartialOrd<(u32,)> for Row {
    fn partial_cmp(&self, _: &(u32,)) -> Option<std::cmp::Ordering> {
        Some(std::cmp::Ordering::Greater)
    }
}

#[scrat::stash]
pub fn run(x: u32) -> u32 {
    u32::from(Row(x) > (2))
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    x.rotate_left(3)
}
