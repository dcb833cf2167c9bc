//! The pipe that stands in for stdout and stderr while a pipeline's functions run.

use std::fs::File;
use std::io::{self, PipeReader, PipeWriter, Read, Write};
use std::os::fd::{AsFd, OwnedFd};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{SyncSender, sync_channel};
use std::sync::{Arc, Mutex, OnceLock};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::{OFlags, fcntl_getfl, fcntl_setfl};

use super::real::{REAL, Real, lock};
use super::streams::talk;

/// How long a line may stand without its end before it is shown.
const UNFINISHED: Duration = Duration::from_millis(200);

/// How many bytes of a line wait for its end.
const LONGEST: usize = 1 << 20;

type Show = dyn Fn(&str) + Send + Sync;

struct Pipe {
    reader: PipeReader,
    writer: PipeWriter,
    /// What was read and not shown: a line without an end.
    rest: Mutex<Vec<u8>>,
    show: Mutex<Arc<Show>>,
}

static PIPE: OnceLock<Pipe> = OnceLock::new();

/// Until this is dropped, what is printed is kept apart.
pub(crate) struct Apart(bool);

/// Leads stdout and stderr into a pipe. If that can't be had, prints go where they would go.
pub(crate) fn keep_apart() -> Apart {
    static MAKING: Mutex<()> = Mutex::new(());
    let _making = lock(&MAKING);
    if REAL.get().is_none() && make().is_err() {
        return Apart(false);
    }
    Apart(!IS_APART.swap(true, Ordering::AcqRel) && lead_into_pipe().is_ok())
}

/// The streams lead into the pipe.
static IS_APART: AtomicBool = AtomicBool::new(false);

fn lead_into_pipe() -> io::Result<()> {
    let Some(pipe) = PIPE.get() else { return Ok(()) };
    io::stdout().flush()?;
    rustix::stdio::dup2_stdout(&pipe.writer)?;
    Ok(rustix::stdio::dup2_stderr(&pipe.writer)?)
}

fn make() -> io::Result<()> {
    let own = |stream: &dyn AsFdOf| stream.fd().map(File::from).map(Arc::new);
    let (out, err) = (own(&io::stdout())?, own(&io::stderr())?);
    let (reader, writer) = io::pipe()?;
    fcntl_setfl(&reader, fcntl_getfl(&reader)? | OFlags::NONBLOCK)?;
    let pipe = Pipe { reader, writer, rest: Mutex::default(), show: Mutex::new(Arc::new(|line: &str| talk(line))) };
    // Whoever finds the real streams finds the pipe, too.
    if PIPE.set(pipe).is_err() || REAL.set(Real { out, err }).is_err() {
        return Err(io::ErrorKind::AlreadyExists.into());
    }
    std::thread::Builder::new().name("scrat prints".to_owned()).spawn(watch)?;
    Ok(())
}

/// A stream of the process that can be had once more.
trait AsFdOf {
    fn fd(&self) -> io::Result<OwnedFd>;
}

impl<S: AsFd> AsFdOf for S {
    fn fd(&self) -> io::Result<OwnedFd> {
        self.as_fd().try_clone_to_owned()
    }
}

impl Drop for Apart {
    fn drop(&mut self) {
        let Some((real, pipe)) = REAL.get().zip(PIPE.get()).filter(|_| self.0) else { return };
        settle(true);
        show_rest(pipe);
        // Whoever called the command may print in its turn.
        let _ = rustix::stdio::dup2_stdout(&*real.out);
        let _ = rustix::stdio::dup2_stderr(&*real.err);
        IS_APART.store(false, Ordering::Release);
        empty(pipe);
        show_rest(pipe);
    }
}

/// Says who shows lines from now on.
pub(crate) fn show_by(show: impl Fn(&str) + Send + Sync + 'static) {
    if let Some(pipe) = PIPE.get() {
        *lock(&pipe.show) = Arc::new(show);
    }
}

/// Shows what was printed until now. `unfinished` says that lines without an end are complete, too.
pub(crate) fn settle(unfinished: bool) {
    let Some(pipe) = PIPE.get() else { return };
    if unfinished {
        flush();
    }
    empty(pipe);
    if unfinished {
        show_rest(pipe);
    }
}

/// Shows what comes while nothing begins or ends.
fn watch() {
    let Some(pipe) = PIPE.get() else { return };
    let pause = Timespec { tv_sec: 0, tv_nsec: UNFINISHED.subsec_nanos().into() };
    loop {
        let is_waiting = !lock(&pipe.rest).is_empty();
        let mut fds = [PollFd::new(&pipe.reader, PollFlags::IN)];
        match poll(&mut fds, is_waiting.then_some(&pause)) {
            Ok(0) => show_rest(pipe),
            Ok(_) if fds[0].revents().contains(PollFlags::IN) => empty(pipe),
            Err(rustix::io::Errno::INTR) => {}
            _ => return,
        }
    }
}

fn empty(pipe: &Pipe) {
    let mut rest = lock(&pipe.rest);
    let mut buffer = [0_u8; 16 * 1024];
    while let Ok(count @ 1..) = (&pipe.reader).read(&mut buffer) {
        if let Some(lines) = take_lines(&mut rest, &buffer[..count]) {
            show_lines(pipe, &lines);
        }
    }
}

/// Puts what was read behind the rest, and takes what can be shown: lines with their ends, or a piece of one that is
/// too long to wait for its end. Only what is new is searched.
fn take_lines(rest: &mut Vec<u8>, read: &[u8]) -> Option<Vec<u8>> {
    let end = read.iter().rposition(|&byte| byte == b'\n').map(|at| rest.len() + at + 1);
    rest.extend_from_slice(read);
    let end = end.or_else(|| (rest.len() > LONGEST).then(|| whole_characters(rest, LONGEST)))?;
    Some(rest.drain(..end).collect())
}

/// The end of the last character that ends before a place.
fn whole_characters(text: &[u8], before: usize) -> usize {
    const LONGEST_CHARACTER: usize = 4;
    let is_within = |at: &usize| text.get(*at).is_some_and(|byte| byte & 0b1100_0000 == 0b1000_0000);
    (before - LONGEST_CHARACTER..=before).rev().find(|at| !is_within(at)).unwrap_or(before)
}

fn show_lines(pipe: &Pipe, lines: &[u8]) {
    if tells_of_overflow(lines) {
        OVERFLOWED.store(true, Ordering::Release);
    }
    let show = lock(&pipe.show).clone();
    for line in lines.strip_suffix(b"\n").unwrap_or(lines).split(|&byte| byte == b'\n') {
        show(readable(line).as_str());
    }
}

fn show_rest(pipe: &Pipe) {
    let rest = std::mem::take(&mut *lock(&pipe.rest));
    if !rest.is_empty() {
        let show = lock(&pipe.show).clone();
        show(readable(&rest).as_str());
    }
}

/// A line as a terminal would leave it: what stands behind the last return of the carriage.
fn readable(line: &[u8]) -> String {
    let text = String::from_utf8_lossy(line);
    let text = text.trim_end_matches('\r');
    text.rsplit('\r').next().unwrap_or_default().to_owned()
}

/// Flushes the standard library's buffer of stdout. Whoever prints may hold it, and may wait for what this thread
/// has to do; so another thread waits for it, and this one for a moment only, and not too often.
fn flush() {
    const MOMENT: Duration = Duration::from_millis(50);
    const FIRST: u64 = 100;
    static FLUSHER: OnceLock<Option<SyncSender<SyncSender<()>>>> = OnceLock::new();
    static BEGAN: OnceLock<Instant> = OnceLock::new();
    static COUNT: AtomicU64 = AtomicU64::new(0);
    static SPENT: AtomicU64 = AtomicU64::new(0);
    static BUSY: AtomicBool = AtomicBool::new(false);
    let began = BEGAN.get_or_init(Instant::now).elapsed();
    let is_much = Duration::from_micros(SPENT.load(Ordering::Relaxed)) > began / 50;
    if (COUNT.fetch_add(1, Ordering::Relaxed) >= FIRST && is_much) || BUSY.swap(true, Ordering::AcqRel) {
        return;
    }
    let flusher = FLUSHER.get_or_init(|| {
        let (ask, asked) = sync_channel::<SyncSender<()>>(0);
        let work = move || {
            for answer in asked {
                drop(io::stdout().flush());
                BUSY.store(false, Ordering::Release);
                // Nobody may wait any more.
                let _ = answer.try_send(());
            }
        };
        std::thread::Builder::new().name("scrat flush".to_owned()).spawn(work).ok().map(|_| ask)
    });
    let asked = Instant::now();
    let (answer, answered) = sync_channel(1);
    match flusher {
        Some(flusher) if flusher.send(answer).is_ok() => drop(answered.recv_timeout(MOMENT)),
        _ => BUSY.store(false, Ordering::Release),
    }
    SPENT.fetch_add(u64::try_from(asked.elapsed().as_micros()).unwrap_or(u64::MAX), Ordering::Relaxed);
}

/// Passes on what is left in the pipe, in a handler of signals: without taking memory or waiting for
/// a lock. Returns whether a stack has overflowed, as the standard library says before it aborts.
pub(super) fn last_of_pipe() -> bool {
    let Some((real, pipe)) = REAL.get().zip(PIPE.get()) else { return false };
    let say = |bytes: &[u8]| {
        let _ = rustix::io::write(&*real.err, bytes);
    };
    // Whoever has it may have read a line that is not shown yet. If that is this thread itself, waiting is in vain.
    const TRIES: usize = 20;
    let rest = (0..TRIES).find_map(|_| match pipe.rest.try_lock() {
        Ok(rest) => Some(rest),
        Err(_) => {
            std::thread::sleep(Duration::from_millis(10));
            None
        }
    });
    if let Some(rest) = rest {
        say(&rest);
    }
    let mut buffer = [0_u8; 1024];
    while let Ok(count @ 1..) = rustix::io::read(&pipe.reader, &mut buffer) {
        let piece = &buffer[..count];
        if tells_of_overflow(piece) {
            OVERFLOWED.store(true, Ordering::Release);
        }
        say(piece);
    }
    OVERFLOWED.load(Ordering::Acquire)
}

/// The standard library has said that a stack has overflowed.
static OVERFLOWED: AtomicBool = AtomicBool::new(false);

fn tells_of_overflow(text: &[u8]) -> bool {
    const OVERFLOW: &[u8] = b"has overflowed its stack";
    text.windows(OVERFLOW.len()).any(|window| window == OVERFLOW)
}

/// Writes to the real stderr in a handler of signals.
pub(super) fn last_word(bytes: &[u8]) {
    match REAL.get() {
        Some(real) => drop(rustix::io::write(&*real.err, bytes)),
        None => drop(rustix::io::write(rustix::stdio::stderr(), bytes)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_without_an_end_is_shown_in_pieces() {
        for filling in ["a", "\r", "\r12 %", "\u{1f330}", "é"] {
            let text = filling.repeat(3 * LONGEST / filling.len() + 1);
            let mut rest = Vec::new();
            let mut shown = String::new();
            for read in text.as_bytes().chunks(16 * 1024) {
                let piece = take_lines(&mut rest, read).unwrap_or_default();
                assert!(piece.len() <= LONGEST && rest.len() <= LONGEST);
                shown += std::str::from_utf8(&piece).unwrap();
            }
            assert!(shown.len() >= 2 * LONGEST);
            assert!(shown + std::str::from_utf8(&rest).unwrap() == text);
        }
    }

    #[test]
    fn lines_are_taken_with_their_ends_whatever_they_are_read_in() {
        let mut rest = Vec::new();
        let mut read = |text: &str| take_lines(&mut rest, text.as_bytes()).map(|it| String::from_utf8(it).unwrap());
        assert_eq!(read("one"), None);
        assert_eq!(read(" line\nand\nano").as_deref(), Some("one line\nand\n"));
        assert_eq!(read("ther\n").as_deref(), Some("another\n"));
        assert!(rest.is_empty());
    }
}
