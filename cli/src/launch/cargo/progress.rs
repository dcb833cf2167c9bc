//! What cargo says while it works, passed on as it comes.
//!
//! Nobody wants to hear that nothing was to be done, nor of a lock that is free again at once. But who waits for
//! more than two seconds is told what for.

use std::io::{BufRead, BufReader, Read};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread::JoinHandle;
use std::time::Duration;

use crate::print::talk;

/// How long scrat may be silent.
const PATIENCE: Duration = Duration::from_secs(2);

/// Passes cargo's lines on, on threads of their own; they end with the stream, and give back all of it as text.
pub(crate) fn pass_on(stream: impl Read + Send + 'static) -> JoinHandle<String> {
    pass(stream, |said| matches!(said, Said::News | Said::Work))
}

/// The same with those lines alone that say what takes time. Errors are for the caller to tell.
pub(crate) fn pass_on_work(stream: impl Read + Send + 'static) -> JoinHandle<String> {
    pass(stream, |said| matches!(said, Said::Work))
}

fn pass(stream: impl Read + Send + 'static, is_told: fn(&Said) -> bool) -> JoinHandle<String> {
    let (tell, lines) = channel::<String>();
    std::thread::spawn(move || {
        for line in BufReader::new(stream).lines().map_while(Result::ok) {
            drop(tell.send(line));
        }
    });
    std::thread::spawn(move || {
        let mut all = String::new();
        let mut waits_for: Option<String> = None;
        loop {
            let next = match &waits_for {
                None => lines.recv().map_err(|_| RecvTimeoutError::Disconnected),
                Some(_) => lines.recv_timeout(PATIENCE),
            };
            match next {
                Ok(line) => {
                    waits_for = None;
                    let plain = anstream::adapter::strip_str(&line).to_string();
                    match Said::of(&plain) {
                        Said::Waiting(what) => waits_for = Some(what),
                        said if is_told(&said) => talk(&line),
                        _ => {}
                    }
                    all.push_str(&plain);
                    all.push('\n');
                }
                Err(RecvTimeoutError::Timeout) => talk(waits_for.take().unwrap_or_default()),
                Err(RecvTimeoutError::Disconnected) => return all,
            }
        }
    })
}

/// What kind of line it is.
#[derive(Debug, PartialEq, Eq)]
enum Said {
    /// cargo waits, and this is how scrat says it.
    Waiting(String),
    Noise,
    /// Something that may take long: an index is brought up to date, packages are fetched.
    Work,
    News,
}

impl Said {
    fn of(plain: &str) -> Self {
        let plain = plain.trim_start();
        if let Some(lock) = plain.strip_prefix("Blocking waiting for file lock on ") {
            return Self::Waiting(format!("scrat: waiting for another cargo, which has locked the {lock}"));
        }
        match plain.split(' ').next() {
            Some("Finished") => Self::Noise,
            Some("Updating" | "Downloading" | "Downloaded" | "Locking" | "Adding") => Self::Work,
            _ => Self::News,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wait_is_told_in_words_of_scrat_and_the_end_is_not_told() {
        assert_eq!(
            Said::of("    Blocking waiting for file lock on build directory"),
            Said::Waiting("scrat: waiting for another cargo, which has locked the build directory".to_owned())
        );
        assert_eq!(Said::of("    Finished `release` profile"), Said::Noise);
        assert_eq!(Said::of("    Updating the registry's index"), Said::Work);
        assert_eq!(Said::of("   Compiling demo v0.1.0"), Said::News);
    }

    #[test]
    fn all_that_was_said_is_given_back_without_colours() {
        let all = pass_on("\u{1b}[1mFinished\u{1b}[0m\n  Blocking waiting for file lock on x\n".as_bytes());
        assert_eq!(all.join().unwrap(), "Finished\n  Blocking waiting for file lock on x\n");
    }
}
