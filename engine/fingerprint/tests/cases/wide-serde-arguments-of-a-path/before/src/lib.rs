pub struct Unit<const N: u32>;
impl<const N: u32> Unit<N> {
    fn start() -> u32 {
        N + 400
    }
}
#[derive(serde::Deserialize)]
pub struct Row {
    #[serde(default = "Unit::<3>::start")]
    mass: u32,
}

#[scrat::stash]
pub fn run(x: u32) -> u32 {
    serde_json::from_str::<Row>("{}").unwrap().mass + x
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    x.rotate_left(3)
}
