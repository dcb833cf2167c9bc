//! The command `scrat`. A pipeline's own binary contains the same one.

fn main() -> std::process::ExitCode {
    scrat::main()
}
