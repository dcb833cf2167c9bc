//! Building a program with cargo, and learning where it is.

use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Command, ExitStatus, Stdio};

use serde::Deserialize;

use super::metadata::{Program, program as cargo};
use super::request::Request;
use crate::complaint::{Complaint, code};
use crate::session;

/// A line of cargo's JSON.
#[derive(Deserialize)]
struct Message {
    reason: String,
    executable: Option<PathBuf>,
    target: Option<Target>,
}

#[derive(Deserialize)]
struct Target {
    name: String,
}

/// Builds a program and returns its path. cargo's words go to stderr as they come, but for those of a build in
/// which there was nothing to do.
pub(super) fn build(program: &Program, request: &Request) -> Result<PathBuf, Complaint> {
    let mut command = Command::new(cargo());
    command.args([
        "build",
        "--message-format=json-render-diagnostics",
        "--bin",
        &program.target,
        "--package",
        &program.package,
    ]);
    // cargo looks for its own settings from the current folder upwards.
    command.current_dir(&program.folder);
    if !request.dev {
        command.arg("--release");
    }
    if request.quiet {
        command.arg("--quiet");
    }
    let colored = anstream::AutoStream::choice(&std::io::stderr()) != anstream::ColorChoice::Never;
    command.arg(if colored { "--color=always" } else { "--color=never" });
    let cannot = |error: std::io::Error| Complaint::usage(format!("cannot run cargo: {error}")).hint("install Rust");
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().map_err(cannot)?;
    let talk = child.stderr.take();
    let talker = std::thread::spawn(move || {
        for line in talk.into_iter().flat_map(|talk| BufReader::new(talk).lines().map_while(Result::ok)) {
            let plain = anstream::adapter::strip_str(&line).to_string();
            let is_noise = ["Finished", "Blocking waiting for file lock"]
                .iter()
                .any(|noise| plain.trim_start().starts_with(noise));
            if !is_noise {
                session::talk(line);
            }
        }
    });
    let messages =
        child.stdout.take().into_iter().flat_map(|stdout| BufReader::new(stdout).lines().map_while(Result::ok));
    let mut executable = None;
    for message in messages.filter_map(|line| serde_json::from_str::<Message>(&line).ok()) {
        let is_ours = message.target.is_some_and(|target| target.name == program.target);
        if message.reason == "compiler-artifact" && is_ours && message.executable.is_some() {
            executable = message.executable;
        }
    }
    let status = child.wait().map_err(cannot)?;
    drop(talker.join());
    match executable {
        Some(executable) if status.success() => Ok(executable),
        _ if was_interrupted(status) => Err(Complaint::usage("the build was stopped").code(code::INTERRUPTED)),
        _ => Err(Complaint::usage(format!("{} does not compile", program.package))
            .code(code::DOES_NOT_COMPILE)
            .hint("mend what the compiler says above, and run again; nothing in the stash is lost")),
    }
}

/// Whether Ctrl-C ended cargo, which is in the terminal's foreground as scrat is.
#[cfg(unix)]
fn was_interrupted(status: ExitStatus) -> bool {
    use std::os::unix::process::ExitStatusExt;
    const SIGINT: i32 = 2;
    status.signal() == Some(SIGINT) || status.code() == Some(i32::from(code::INTERRUPTED))
}

#[cfg(not(unix))]
fn was_interrupted(status: ExitStatus) -> bool {
    status.code() == Some(i32::from(code::INTERRUPTED))
}
