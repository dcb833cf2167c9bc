//! Which files the linker reads by what it is told: libraries, scripts, lists of its arguments, and what these name.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use object::elf::{DT_NEEDED, DT_RPATH, DT_RUNPATH, FileHeader32, FileHeader64};
use object::read::archive::ArchiveFile;
use object::read::elf::{ElfFile, FileHeader};
use object::{Endianness, FileKind};

use crate::session;

/// The files that the linker is told of, these among them, and those that such a file tells it of: a script, a list of
/// words, a library that has only the names of what is in it, or one that needs others when it is loaded. Told are its
/// options, a line each; folders are those that are searched besides those that any of these name.
pub(super) fn files_of_linker(linking: &str, folders: &[PathBuf], known: BTreeSet<PathBuf>) -> BTreeSet<PathBuf> {
    let told: Vec<String> = linking.lines().flat_map(told_to_linker).map(str::to_owned).collect();
    let mut folders = folders.to_vec();
    loop {
        let before = folders.len();
        add_folders(&mut folders, &told);
        let mut todo: Vec<PathBuf> = known.iter().cloned().collect();
        todo.extend(told.iter().filter_map(|word| find(word, &folders)));
        let mut found = BTreeSet::new();
        while let Some(file) = todo.pop() {
            if !found.insert(file.clone()) {
                continue;
            }
            let words = words_of(&file);
            add_folders(&mut folders, &words);
            let beside = file.parent().map(Path::to_owned);
            let searched: Vec<PathBuf> = beside.into_iter().chain(folders.iter().cloned()).collect();
            todo.extend(words.iter().filter_map(|word| find(word, &searched)));
        }
        // What the last file names may be searched for what the first one needs.
        if folders.len() == before {
            return found;
        }
    }
}

fn add_folders(folders: &mut Vec<PathBuf>, words: &[String]) {
    for word in words {
        let folder = PathBuf::from(word.strip_prefix("-L").unwrap_or(word));
        if folder.is_dir() && !folders.contains(&folder) {
            folders.push(folder);
        }
    }
}

/// The folders that the linker searches for libraries though nobody tells it of them on this occasion.
pub(super) fn searched_always() -> Vec<PathBuf> {
    session::variable("LIBRARY_PATH").iter().flat_map(std::env::split_paths).filter(|path| path.is_dir()).collect()
}

/// The file that a word means: a path, a name in one of the folders, or a library, as `-lname`, `-l:name` or its mere name,
/// which may stand behind an option.
fn find(word: &str, folders: &[PathBuf]) -> Option<PathBuf> {
    let library = word.strip_prefix("-l").unwrap_or(word);
    let name = library.strip_prefix(':').unwrap_or(library);
    let names = [name.to_owned(), format!("lib{name}.so"), format!("lib{name}.a")];
    names.iter().find_map(|name| {
        let in_folders = folders.iter().map(|folder| folder.join(name));
        std::iter::once(PathBuf::from(name)).chain(in_folders).find(|path| path.is_file())
    })
}

/// What may be the names of others in a file.
fn words_of(file: &Path) -> Vec<String> {
    const LONGEST: usize = 1 << 20;
    let Ok(bytes) = fs::read(file) else { return Vec::new() };
    if let Ok(kind) = FileKind::parse(&*bytes) {
        let beside = file.parent().unwrap_or(file);
        return match kind {
            FileKind::Archive => named_in_archive(&bytes),
            FileKind::Elf64 => needed::<FileHeader64<Endianness>>(&bytes, beside),
            FileKind::Elf32 => needed::<FileHeader32<Endianness>>(&bytes, beside),
            _ => Vec::new(),
        };
    }
    let Some(text) = String::from_utf8(bytes).ok().filter(|text| text.len() < LONGEST) else { return Vec::new() };
    let words = text.split(|char: char| char.is_whitespace() || "\"'(),;=@".contains(char));
    let words = words.chain(text.split('"')).chain(text.lines());
    let words = words.flat_map(|word| [word, word.strip_prefix("-T").unwrap_or(word)]);
    words.filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

/// The members that an archive has only the names of.
fn named_in_archive(bytes: &[u8]) -> Vec<String> {
    let Some(archive) = ArchiveFile::parse(bytes).ok().filter(ArchiveFile::is_thin) else { return Vec::new() };
    archive.members().flatten().map(|member| text(member.name())).collect()
}

/// The libraries that one needs when it is loaded, and the folders that they are searched in.
fn needed<Elf: FileHeader<Endian = Endianness>>(bytes: &[u8], beside: &Path) -> Vec<String> {
    let Ok(table) = ElfFile::<Elf>::parse(bytes).and_then(|file| file.elf_dynamic_table()) else { return Vec::new() };
    let told = table.iter().filter(|entry| matches!(entry.tag, DT_NEEDED | DT_RPATH | DT_RUNPATH));
    let told = told.filter_map(|entry| table.string(entry).ok());
    let places = told.flat_map(|place| text(place).split(':').map(str::to_owned).collect::<Vec<_>>());
    let beside = beside.to_string_lossy();
    places.map(|place| place.replace("${ORIGIN}", &beside).replace("$ORIGIN", &beside)).collect()
}

fn text(name: &[u8]) -> String {
    String::from_utf8_lossy(name).into_owned()
}

/// What may be the name of a file in an option for the linker: `/a.o`, `-Wl,-T,/list.ld`, `-Tlist.ld`, `@words`.
fn told_to_linker(flag: &str) -> impl Iterator<Item = &str> {
    let value = flag.split_once('=').map_or(flag, |(_, value)| value);
    let words = flag.split(['=', ',', ' ']).chain(flag.split(['=', ','])).chain([value]);
    let words = words.filter(|word| !word.is_empty());
    words.flat_map(|word| [word, word.strip_prefix("-T").unwrap_or(word), word.strip_prefix('@').unwrap_or(word)])
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::rustc::made::{DYNAMIC, archive, elf};

    #[test]
    fn what_a_file_names_is_read_too_wherever_it_is() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        fs::create_dir(at("own")).unwrap();
        for name in ["own/a b.o", "own/c.o", "own/d.o", "own/e.lib", "own/f.o"] {
            fs::write(at(name), [0xFF]).unwrap();
        }
        fs::write(at("own/list.ld"), "INPUT(c.o)").unwrap();
        fs::write(at("own/libtext.a"), "GROUP ( \"d.o\" )").unwrap();
        let names = archive(&[("//", "f.o/\n")]);
        let thin = format!("{}{:<16}{:<32}{:<10}`\n", String::from_utf8(names).unwrap(), "/0", "0", 9);
        fs::write(at("own/libthin.a"), thin.replace("!<arch>", "!<thin>")).unwrap();
        let linking = format!(
            "link-arg={}\nlink-args=-Wl,-T,{} -l:e.lib\n",
            at("own/a b.o").display(),
            at("own/list.ld").display()
        );
        let known = ["own/libtext.a", "own/libthin.a"].map(at);
        let found = files_of_linker(&linking, &[at("own")], BTreeSet::from(known));
        let names: Vec<_> =
            found.iter().map(|path| path.strip_prefix(folder.path()).unwrap().to_str().unwrap()).collect();
        assert_eq!(
            names,
            [
                "own/a b.o",
                "own/c.o",
                "own/d.o",
                "own/e.lib",
                "own/f.o",
                "own/libtext.a",
                "own/libthin.a",
                "own/list.ld"
            ]
        );
    }
    #[test]
    fn folders_and_libraries_may_be_told_in_long_and_in_scripts() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        for name in ["one/libfirst.a", "two/libsecond.a"] {
            fs::create_dir_all(at(name).parent().unwrap()).unwrap();
            fs::write(at(name), [0xFF]).unwrap();
        }
        fs::write(at("list.ld"), format!("SEARCH_DIR({})\n", at("two").display())).unwrap();
        let linking = format!(
            "link-arg=-Wl,--library-path={}\nlink-arg=-Wl,--library=first\nlink-arg=-lsecond\nlink-arg={}\n",
            at("one").display(),
            at("list.ld").display()
        );
        let found = files_of_linker(&linking, &[], BTreeSet::new());
        assert_eq!(found, BTreeSet::from(["list.ld", "one/libfirst.a", "two/libsecond.a"].map(at)));
    }
    #[test]
    fn what_a_library_needs_when_it_is_loaded_is_searched_where_it_says() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        for name in ["lib/libouter.so", "lib/libbeside.so.1", "other/libinner.so"] {
            fs::create_dir_all(at(name).parent().unwrap()).unwrap();
            fs::write(at(name), [0xFF]).unwrap();
        }
        let texts = format!("\0libinner.so\0libbeside.so.1\0$ORIGIN/../other:{}\0", at("nowhere").display());
        let mut table = Vec::new();
        for (tag, text) in [(DT_NEEDED, "libinner"), (DT_NEEDED, "libbeside"), (DT_RUNPATH, "$ORIGIN")] {
            table.extend(tag.to_le_bytes());
            table.extend((texts.find(text).unwrap() as u64).to_le_bytes());
        }
        fs::write(at("lib/libouter.so"), elf(DYNAMIC, &table, texts.as_bytes())).unwrap();
        let found = files_of_linker("", &[], BTreeSet::from([at("lib/libouter.so")]));
        let names: BTreeSet<_> = found.iter().map(|path| path.file_name().unwrap().to_str().unwrap()).collect();
        assert_eq!(names, BTreeSet::from(["libbeside.so.1", "libinner.so", "libouter.so"]));
    }
}
