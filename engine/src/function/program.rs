//! The files that the running program consists of: what tells one build from another, and the fingerprints behind them.
//!
//! A stashed function may be in a library that was loaded into a program which knows nothing of it. Then that library's
//! file has the function's fingerprints, and a build of it is another build. Which file something is in the system
//! knows, by the address of the function's description; what is on disk under that name may have been replaced since.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock};

use scrat_fingerprint::Table;

use crate::digest::{Digest, Fields};
use crate::sync::lock;

/// A file that code runs from.
#[derive(Debug)]
pub(crate) struct Image {
    /// Open from when it was known to be the one that runs.
    file: Mutex<File>,
    digest: OnceLock<io::Result<Digest>>,
    table: OnceLock<Result<Table, String>>,
}

impl Image {
    /// The file of this path, opened once.
    fn at(path: &Path) -> io::Result<Arc<Self>> {
        static KNOWN: Mutex<BTreeMap<PathBuf, Arc<Image>>> = Mutex::new(BTreeMap::new());
        let mut known = lock(&KNOWN);
        if let Some(image) = known.get(path) {
            return Ok(image.clone());
        }
        let file = Mutex::new(File::open(path)?);
        let image = Arc::new(Self { file, digest: OnceLock::new(), table: OnceLock::new() });
        known.insert(path.to_owned(), image.clone());
        Ok(image)
    }

    /// The fingerprints at its end, or why there are none.
    pub(crate) fn table(&self) -> Result<&Table, &str> {
        let read = || match Table::read(&lock(&self.file)) {
            Ok(Some(table)) => Ok(table),
            Ok(None) => Err("there is nothing at its end".to_owned()),
            Err(error) => Err(error.to_string()),
        };
        self.table.get_or_init(read).as_ref().map_err(String::as_str)
    }

    fn digest(&self) -> Option<&Digest> {
        let read = || {
            let mut file = lock(&self.file);
            file.seek(SeekFrom::Start(0))?;
            Digest::of_reader(&*file)
        };
        self.digest.get_or_init(read).as_ref().ok()
    }
}

/// The file that a static is in, as it is while the program runs.
pub(crate) fn image_of<T>(part: &'static T) -> io::Result<Arc<Image>> {
    let address = std::ptr::from_ref(part).addr();
    let path = file_with(address)?;
    let image = Image::at(&path)?;
    // It may have been replaced before it was opened.
    if file_with(address)? == path { Ok(image) } else { Err(io::Error::other("it was replaced meanwhile")) }
}

/// What tells the build that a static is part of from any other: the digest of its file, and of the program's, which may
/// be another.
pub(crate) fn digest_of<T>(part: &'static T) -> String {
    digest(image_of(part)).unwrap_or_else(|| {
        // A program that can't be told from others has keys of its own in each process.
        static PROCESS: OnceLock<String> = OnceLock::new();
        let process = || Digest::of(format!("{} {}", std::process::id(), crate::clock::now()).as_bytes()).to_string();
        PROCESS.get_or_init(process).clone()
    })
}

fn digest(image: io::Result<Arc<Image>>) -> Option<String> {
    let (image, main) = (image.ok()?, Image::at(&main_file().ok()?).ok()?);
    if Arc::ptr_eq(&image, &main) {
        return main.digest().map(Digest::to_string);
    }
    // Types of the program may be in its calls.
    Some(Fields::new("scrat program v1").digest(image.digest()?).digest(main.digest()?).finish().to_string())
}

/// The program itself, whatever became of its name.
#[cfg(target_os = "linux")]
fn main_file() -> io::Result<PathBuf> {
    Ok(PathBuf::from("/proc/self/exe"))
}

#[cfg(not(target_os = "linux"))]
fn main_file() -> io::Result<PathBuf> {
    std::env::current_exe()
}

/// The file that is mapped to an address.
#[cfg(target_os = "linux")]
fn file_with(address: usize) -> io::Result<PathBuf> {
    let path = mapped_at(&std::fs::read("/proc/self/maps")?, address)
        .ok_or_else(|| io::Error::other("no file is mapped where the function is"))?;
    if path == std::fs::read_link("/proc/self/exe")? {
        return main_file();
    }
    // The system marks what it can't find under its name any more.
    if path.as_os_str().as_encoded_bytes().ends_with(b" (deleted)") {
        return Err(io::Error::other(format!("{} was removed or replaced", path.display())));
    }
    Ok(path)
}

/// Elsewhere nobody says: it is the program itself.
#[cfg(not(target_os = "linux"))]
fn file_with(_: usize) -> io::Result<PathBuf> {
    main_file()
}

/// Reads lines of `start-end rights offset device inode path`.
#[cfg(target_os = "linux")]
fn mapped_at(maps: &[u8], address: usize) -> Option<PathBuf> {
    use std::os::unix::ffi::OsStrExt;
    maps.split(|byte| *byte == b'\n').find_map(|line| {
        let path = line.iter().position(|byte| *byte == b'/')?;
        let (range, _) = std::str::from_utf8(&line[..path]).ok()?.split_once(' ')?;
        let (start, end) = range.split_once('-')?;
        let within = usize::from_str_radix(start, 16).ok()?..usize::from_str_radix(end, 16).ok()?;
        within.contains(&address).then(|| Path::new(std::ffi::OsStr::from_bytes(&line[path..])).to_owned())
    })
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    static HERE: [u8; 3] = [1, 2, 3];

    #[test]
    fn a_static_of_the_program_is_in_the_programs_own_file() {
        assert_eq!(file_with(std::ptr::from_ref(&HERE).addr()).unwrap(), main_file().unwrap());
        let program = Digest::of_reader(File::open(std::env::current_exe().unwrap()).unwrap()).unwrap();
        assert_eq!(digest_of(&HERE), program.to_string());
        assert_eq!(image_of(&HERE).unwrap().table().unwrap_err(), "there is nothing at its end");
    }

    #[test]
    fn what_is_in_no_file_is_of_no_build() {
        let on_the_heap: &'static u64 = Box::leak(Box::new(7));
        assert!(image_of(on_the_heap).is_err());
        assert_eq!(digest_of(on_the_heap), digest_of(on_the_heap));
        assert_ne!(digest_of(on_the_heap), digest_of(&HERE));
    }

    #[test]
    fn the_file_of_an_address_is_found_whatever_its_name_is() {
        let maps =
            b"1000-2000 r--p 00000000 00:1c 7            [heap]\n2000-3000 rw-p 00001000 00:1c 7      /a b/c d\n";
        assert_eq!(mapped_at(maps, 0x2fff), Some(PathBuf::from("/a b/c d")));
        assert_eq!(mapped_at(maps, 0x1000), None);
        assert_eq!(mapped_at(maps, 0x3000), None);
    }
}
