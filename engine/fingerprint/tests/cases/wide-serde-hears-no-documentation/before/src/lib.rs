/// A row.
#[derive(serde::Serialize)]
pub struct Row {
    /// Grams.
    mass: u32,
}

#[scrat::stash]
pub fn run(x: u32) -> u32 {
    serde_json::to_string(&Row { mass: x }).unwrap().len() as u32
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    x.rotate_left(3)
}
