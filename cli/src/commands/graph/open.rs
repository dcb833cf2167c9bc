//! Showing a page in the user's browser.

use std::io::Write;
use std::process::{Command, Stdio};

use crate::complaint::{Complaint, code};
use crate::print::{result, talk};

/// Writes a page to a file of its own among the temporary ones, prints the path, and opens it. The page stays, so
/// that the browser can load it again.
pub(super) fn open(name: &str, page: &str) -> Result<(), Complaint> {
    let cannot = |error: std::io::Error| {
        Complaint::usage(format!("cannot write the page: {error}"))
            .code(code::UNWRITABLE)
            .hint("`scrat graph --format html > graph.html` writes it where you want it")
    };
    let mut file =
        tempfile::Builder::new().prefix(&format!("scrat-{name}-")).suffix(".html").tempfile().map_err(cannot)?;
    file.write_all(page.as_bytes()).map_err(cannot)?;
    let (_, path) = file.keep().map_err(|error| cannot(error.error))?;
    result(path.display());
    let mut opener = opener();
    let started = opener.arg(&path).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status();
    if !started.is_ok_and(|status| status.success()) {
        talk("no browser could be started; open the file in one yourself");
    }
    Ok(())
}

fn opener() -> Command {
    if cfg!(target_os = "macos") {
        Command::new("open")
    } else if cfg!(windows) {
        let mut command = Command::new("cmd");
        // The empty word is the title of the window.
        command.args(["/C", "start", ""]);
        command
    } else {
        Command::new("xdg-open")
    }
}
