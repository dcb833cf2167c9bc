pub struct Ticket(pub u32);
#[derive(macros::Pair)]
pub struct Other;

#[scrat::stash]
pub fn run(x: u32) -> u32 {
    Ticket(x).to_string().len() as u32
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    x.rotate_left(3)
}
