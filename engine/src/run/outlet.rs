//! What is written into and not replaced: devices, FIFOs, and files that this process has open.
//!
//! A FIFO may have no reader, and a device or a reader may take no more. Nothing here waits for ever.

use std::fs::{File, Metadata, OpenOptions};
use std::io::{self, Write};
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// How long somebody may take to open the other end of a FIFO.
const READER: Duration = Duration::from_secs(1);

/// How long somebody may take to read something of what is there.
const PATIENCE: Duration = Duration::from_secs(60);

const PAUSE: Duration = Duration::from_millis(5);

/// Where `/dev/stdout` and `/dev/stderr` lead during a run, if not to the process's own streams.
#[derive(Clone, Debug, Default)]
pub struct Streams {
    /// The standard output.
    pub out: Option<Arc<File>>,
    /// The standard error.
    pub err: Option<Arc<File>>,
}

impl Streams {
    /// Writes to an open file of this process.
    pub(super) fn write(&self, number: u32, bytes: &[u8]) -> io::Result<()> {
        match (number, &self.out, &self.err) {
            (1, Some(stream), _) | (2, _, Some(stream)) => patient(stream, bytes),
            _ => patient(&open(Path::new(&format!("/dev/fd/{number}")))?, bytes),
        }
    }
}

/// Writes to what is neither a file nor a folder.
#[cfg(unix)]
pub(super) fn write(path: &Path, there: &Metadata, bytes: &[u8]) -> io::Result<()> {
    use std::os::unix::fs::FileTypeExt;
    let kind = there.file_type();
    if kind.is_char_device() {
        return patient(&open(path)?, bytes);
    }
    if kind.is_fifo() {
        return patient(&with_reader(path)?, bytes);
    }
    let what = match () {
        () if kind.is_block_device() => "a disk",
        () if kind.is_socket() => "a socket",
        () => "neither a file nor a device",
    };
    Err(io::Error::other(format!("{what} is in its place")))
}

#[cfg(not(unix))]
pub(super) fn write(_: &Path, _: &Metadata, _: &[u8]) -> io::Result<()> {
    Err(io::Error::other("something that is not a file is in its place"))
}

/// Opens without waiting for another end.
fn open(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).truncate(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        let flags = rustix::fs::OFlags::NONBLOCK | rustix::fs::OFlags::NOCTTY;
        options.custom_flags(flags.bits().cast_signed());
    }
    options.open(path)
}

#[cfg(unix)]
fn with_reader(path: &Path) -> io::Result<File> {
    let began = Instant::now();
    loop {
        let opened = open(path);
        let nobody = rustix::io::Errno::NXIO.raw_os_error();
        match opened {
            Err(error) if error.raw_os_error() == Some(nobody) => {
                if began.elapsed() > READER {
                    return Err(io::Error::other("it is a FIFO that nobody reads from"));
                }
                std::thread::sleep(PAUSE);
            }
            other => return other,
        }
    }
}

fn patient(mut file: &File, mut bytes: &[u8]) -> io::Result<()> {
    let mut moved = Instant::now();
    while !bytes.is_empty() {
        match file.write(bytes) {
            Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
            Ok(count) => {
                bytes = bytes.get(count..).unwrap_or_default();
                moved = Instant::now();
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) if error.kind() == io::ErrorKind::WouldBlock && moved.elapsed() < PATIENCE => {
                std::thread::sleep(PAUSE);
            }
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                return Err(io::Error::other("nobody took anything of it for a minute"));
            }
            Err(error) => return Err(error),
        }
    }
    Ok(())
}
