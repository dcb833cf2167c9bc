//! Where cargo puts a program and what is between it and the sources.

use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};

use scrat_engine::Digest;

use super::units::{Unit, units_in};
use crate::launch::cargo::flags::CargoFlags;
use crate::launch::cargo::metadata::{Kind, Program};
use crate::print::talk;

/// The folders of one way to build a program.
#[derive(Debug)]
pub(crate) struct Place {
    target: PathBuf,
    build: PathBuf,
    /// The folder of the profile: `release`.
    profile: String,
    /// The file for the program's seal.
    pub(crate) seal: PathBuf,
    guess: PathBuf,
}

impl Place {
    pub(crate) fn of(program: &Program, flags: &CargoFlags, dev: bool, users_folder: &Path) -> Self {
        let flagged = flags.target_dir(users_folder);
        let target = flagged.clone().unwrap_or_else(|| program.target_directory.clone());
        let build = flagged.filter(|_| program.build_directory == program.target_directory);
        let build = build.unwrap_or_else(|| program.build_directory.clone());
        let profile = match flags.profile(dev) {
            "dev" | "test" => "debug",
            "bench" => "release",
            other => other,
        };
        let words = flags.to_build(users_folder).iter().map(|word| format!("\0{}", word.display())).collect::<String>();
        let told = format!("{}\0{}\0{}\0{profile}{words}", program.package, program.kind.flag(), program.target);
        let seal = target.join("scrat").join(format!("{}.json", Digest::of(told.as_bytes()).short()));
        let triple = flags.value("target").map(|triple| Path::new(triple).with_extension("")).unwrap_or_default();
        let folder = target.join(triple.file_name().unwrap_or_default()).join(profile);
        let guess = match program.kind {
            Kind::Bin => folder.join(&program.target),
            Kind::Example => folder.join("examples").join(&program.target),
            Kind::Library => folder.join(format!("lib{}.rlib", program.target.replace('-', "_"))),
        };
        Self {
            target,
            build,
            profile: profile.to_owned(),
            seal,
            guess: match program.kind {
                Kind::Library => guess,
                Kind::Bin | Kind::Example => guess.with_extension(std::env::consts::EXE_EXTENSION),
            },
        }
    }

    /// Where the program should be, before cargo has said so.
    pub(crate) fn guess(&self) -> &Path {
        &self.guess
    }

    /// Whether a file is one that a build made, and no source.
    pub(crate) fn is_made(&self, file: &Path) -> bool {
        [&self.target, &self.build].iter().any(|folder| file.starts_with(folder))
    }

    /// All that was built with the profile, for this machine and for others.
    pub(crate) fn units(&self) -> Vec<Unit> {
        units_in(&self.folders())
    }

    /// Keeps cargo from building here as long as what it returns is kept. Where that can't be, cargo is trusted to
    /// find what it needs.
    pub(crate) fn locked(&self) -> Vec<File> {
        let locks = self.folders().into_iter().map(|folder| folder.join(".cargo-lock"));
        let opened = locks.filter_map(|lock| File::options().read(true).write(true).open(lock).ok());
        opened
            .filter(|lock| {
                if let Err(TryLockError::WouldBlock) = lock.try_lock() {
                    talk("scrat: waiting for another cargo, which builds in the same folder");
                    return lock.lock().is_ok();
                }
                true
            })
            .collect()
    }

    /// When a crate was last compiled here.
    pub(crate) fn built(&self) -> Option<super::seal::Time> {
        let time = |folder: PathBuf| std::fs::metadata(folder.join("deps")).and_then(|found| found.modified()).ok();
        self.folders().into_iter().filter_map(time).max().map(super::seal::nanos)
    }

    fn folders(&self) -> Vec<PathBuf> {
        let inside = std::fs::read_dir(&self.build).into_iter().flatten().flatten();
        let targets =
            inside.map(|entry| entry.path().join(&self.profile)).filter(|folder| folder.join("deps").is_dir());
        std::iter::once(self.build.join(&self.profile)).chain(targets).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(words: &str) -> Place {
        let program = Program {
            package: "demo".to_owned(),
            target: "demo".to_owned(),
            target_directory: "/t".into(),
            build_directory: "/t".into(),
            ..Program::default()
        };
        let texts: Vec<String> = words.split(' ').map(str::to_owned).collect();
        Place::of(&program, &CargoFlags::read(&texts, 0), false, Path::new("/home"))
    }

    #[test]
    #[cfg(unix)]
    fn a_program_is_looked_for_where_cargo_puts_it() {
        for (words, path) in [
            ("", "/t/release/demo"),
            ("--profile dev", "/t/debug/demo"),
            ("--profile fast --target-dir x", "/home/x/fast/demo"),
            ("--target wasm32-wasip1", "/t/wasm32-wasip1/release/demo"),
            ("--target a/b.json", "/t/b/release/demo"),
        ] {
            assert_eq!(place(words).guess(), Path::new(path), "{words}");
        }
        assert_eq!(place("").seal, place("-r").seal);
        assert_ne!(place("").seal, place("--features x").seal, "what is built otherwise has a seal of its own");
    }
}
