pub struct Spot(u32);
impl Spot {
    fn named(&self) -> String {
        format!("at {}", self.0)
    }
}
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    #[error("lost {0}", .spot.named())]
    Lost { spot: Spot },
}

#[scrat::stash]
pub fn run(x: u32) -> u32 {
    Failure::Lost { spot: Spot(x) }.to_string().len() as u32
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    x.rotate_left(3)
}
