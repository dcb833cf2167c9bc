struct Cents;
impl Cents {
    fn serialize<S: serde::Serializer>(x: &u32, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_u32(x * 100)
    }
}
#[derive(serde::Serialize)]
pub struct Row {
    #[serde(with = "Cents")]
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
