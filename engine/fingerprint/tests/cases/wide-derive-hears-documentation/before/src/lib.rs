#[derive(clap::Subcommand)]
pub enum Command {
    /// Adds numbers.
    Add,
}

#[scrat::stash]
pub fn run(x: u32) -> u32 {
    <Command as clap::Subcommand>::augment_subcommands(clap::Command::new("x")).get_subcommands().count() as u32 + x
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    x.rotate_left(3)
}
