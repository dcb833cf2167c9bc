//! `scrat completions SHELL`.

use clap::CommandFactory;

use crate::args::Cli;
use crate::complaint::Complaint;
use crate::print::result;

pub(crate) fn run(shell: clap_complete::Shell) -> Result<u8, Complaint> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "scrat", &mut script);
    result(String::from_utf8_lossy(&script).trim_end());
    Ok(0)
}
