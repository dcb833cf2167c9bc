//! Starting squirrels, and hearing what they say.

use std::fmt;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread::{self, JoinHandle};

use anyhow::{Context, Result};
use rustix::process::{Pid, Signal, kill_process};

/// What a squirrel is told to do.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Order {
    /// A function, or what is to be done with the stash.
    pub name: String,
    /// A function's argument, or what the rest of the line says.
    pub object: String,
}

impl Order {
    /// A call of a function.
    pub fn call(name: &str, n: u64) -> Self {
        Self { name: name.to_owned(), object: n.to_string() }
    }

    /// The argument, if it is a call.
    pub fn number(&self) -> Option<u64> {
        self.object.parse().ok()
    }
}

impl fmt::Display for Order {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.name, self.object)
    }
}

/// How the result of a call came about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Became {
    /// It was there.
    Kept,
    /// It was computed, and is stored.
    Ran,
    /// scrat said that something was not as it should be.
    Unstored,
}

/// What a squirrel says of an order.
#[derive(Clone, Debug)]
pub struct Answer {
    /// What it was told.
    pub order: Order,
    /// What came.
    pub value: u64,
    /// How.
    pub became: Became,
}

impl Answer {
    fn read(line: &str) -> Option<Self> {
        let mut words = line.split(' ');
        let order = Order { name: words.next()?.to_owned(), object: words.next()?.to_owned() };
        let value = words.next()?.parse().ok()?;
        let became = match words.next()? {
            "kept" => Became::Kept,
            "ran" => Became::Ran,
            "unstored" => Became::Unstored,
            _ => return None,
        };
        Some(Self { order, value, became })
    }
}

/// A process that follows orders.
pub struct Squirrel {
    child: Child,
    said: Receiver<String>,
    /// What was said before the end.
    heard: Vec<String>,
    complaints: JoinHandle<String>,
}

/// How a squirrel ended.
pub struct Ended {
    /// Whether it came so far as to begin.
    pub began: bool,
    /// What it said of the orders that it followed.
    pub answers: Vec<Answer>,
    /// How its process ended.
    pub status: ExitStatus,
    /// What it wrote to its stderr.
    pub complaints: String,
}

/// The command that starts a squirrel.
pub fn squirrel(program: &Path, stash: &Path, runs: Option<&Path>) -> Command {
    let mut command = Command::new(program);
    command.arg("squirrel").arg(stash).args(runs);
    command
}

impl Squirrel {
    /// Starts one, and gives it all its orders.
    ///
    /// # Errors
    /// If it can't be started.
    pub fn start<'a>(mut command: Command, orders: impl IntoIterator<Item = &'a Order>) -> Result<Self> {
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().with_context(|| format!("cannot start {command:?}"))?;
        let out = BufReader::new(child.stdout.take().context("it has an output")?);
        let mut errors = child.stderr.take().context("it has a second output")?;
        let (sender, said) = channel();
        thread::spawn(move || {
            // A piece of a line is what a killed process leaves.
            let mut out = out;
            let mut line = String::new();
            while out.read_line(&mut line).is_ok_and(|length| length > 0) && line.ends_with('\n') {
                if sender.send(line.trim_end().to_owned()).is_err() {
                    break;
                }
                line.clear();
            }
        });
        let complaints = thread::spawn(move || {
            let mut text = Vec::new();
            // What was read before an error is what there is.
            let _read = errors.read_to_end(&mut text);
            String::from_utf8_lossy(&text).into_owned()
        });
        let orders: String = orders.into_iter().map(|order| format!("{order}\n")).collect();
        let mut input = child.stdin.take().context("it has an input")?;
        // One that was killed by its first call does not read.
        let _written = input.write_all(orders.as_bytes());
        drop(input);
        Ok(Self { child, said, heard: Vec::new(), complaints })
    }

    /// Waits until it has said so many lines more, the first of which says that it begins, or has ended.
    pub fn hear(&mut self, lines: usize) {
        let said = self.said.iter().take(lines);
        self.heard.extend(said);
    }

    /// Stops it where it stands.
    ///
    /// # Errors
    /// If it can't be stopped.
    pub fn stop(&mut self) -> Result<()> {
        let process = Pid::from_child(&self.child);
        Ok(kill_process(process, Signal::STOP)?)
    }

    /// Kills it where it stands.
    ///
    /// # Errors
    /// If it can't be killed.
    pub fn kill(&mut self) -> Result<()> {
        Ok(self.child.kill()?)
    }

    /// Waits for its end.
    ///
    /// # Errors
    /// If it can't be waited for, or says what nobody understands.
    pub fn end(mut self) -> Result<Ended> {
        let mut began = false;
        let mut answers = Vec::new();
        for line in self.heard.into_iter().chain(self.said.iter()) {
            match Answer::read(&line) {
                Some(answer) => answers.push(answer),
                None if line == "ready" => began = true,
                None => anyhow::bail!("a squirrel says `{line}`"),
            }
        }
        began |= !answers.is_empty();
        let status = self.child.wait()?;
        let complaints = self.complaints.join().map_err(|_| anyhow::anyhow!("its stderr can't be read"))?;
        Ok(Ended { began, answers, status, complaints })
    }
}

/// Starts a squirrel and waits for its end, which must be a good one.
///
/// # Errors
/// If it fails.
pub fn follow<'a>(
    program: &Path,
    stash: &Path,
    runs: Option<&Path>,
    orders: impl IntoIterator<Item = &'a Order>,
) -> Result<Vec<Answer>> {
    let ended = Squirrel::start(squirrel(program, stash, runs), orders)?.end()?;
    anyhow::ensure!(ended.status.success(), "a squirrel failed ({}): {}", ended.status, ended.complaints);
    Ok(ended.answers)
}
