//! Where things are written, and what is there already.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::command::{command, scrat, told};

pub(crate) fn a_step_that_changes_the_current_folder_moves_nothing(folder: &Path) {
    fs::create_dir(folder.join("elsewhere")).unwrap();
    fs::write(folder.join("in.txt"), "right").unwrap();
    fs::write(folder.join("elsewhere/in.txt"), "wrong").unwrap();
    let told = scrat(folder, "run trip --timeline trace.json");
    assert_eq!((told.code, told.out.as_str()), (Some(0), "results/text.txt\n"), "{told:?}");
    assert_eq!(fs::read_to_string(folder.join("results/text.txt")).unwrap(), "1 right");
    assert!(folder.join("trace.json").exists());
    assert_eq!(fs::read_dir(folder.join("elsewhere")).unwrap().count(), 1);
    scrat(folder, "run trip").says(&["nothing to compute"]);
}

pub(crate) fn two_steps_never_share_a_path(folder: &Path) {
    fs::create_dir_all(folder.join("real/inner")).unwrap();
    #[cfg(unix)]
    std::os::unix::fs::symlink("real", folder.join("link")).unwrap();
    let absolute = folder.join("a.txt").display().to_string();
    for (one, other) in [
        ("a.txt", "a.txt"),
        ("a.txt", "./a.txt"),
        ("a.txt", "real/../a.txt"),
        ("a.txt", &absolute),
        ("real/a.txt", "link/a.txt"),
        ("a.txt", "link/inner/../../a.txt"),
        ("out", "out/b.txt"),
    ] {
        for command in ["run", "plan", "graph"] {
            let told = scrat(folder, &format!("{command} words --paths {one},{other}"));
            assert_eq!(told.code, Some(2), "{one} {other}: {told:?}");
            told.says(&["exported to", "hint: give each step a path of its own"]);
        }
    }
    assert!(!folder.join("a.txt").exists() && !folder.join("out").exists(), "nothing ran");
    assert_eq!(scrat(folder, "run words --paths /dev/null,/dev/null").code, Some(0));
}

pub(crate) fn an_export_takes_nothing_elses_place(folder: &Path) {
    fs::write(folder.join("in.txt"), "in").unwrap();
    fs::create_dir(folder.join("full")).unwrap();
    fs::write(folder.join("scrat.toml"), "").unwrap();
    scrat(folder, "run reading");
    for (path, what) in [
        ("in.txt", "an input of the pipeline"),
        ("full/../in.txt", "an input of the pipeline"),
        ("full", "a folder"),
        ("new/", "the name of a folder"),
        (".scrat/index.db", "in the stash"),
        (".scrat/nuts/mine.txt", "in the stash"),
        ("scrat.toml", "a file of settings"),
    ] {
        let told = scrat(folder, &format!("run reading --out {path}"));
        assert_eq!(told.code, Some(2), "{path}: {told:?}");
        told.says(&[what]);
    }
    #[cfg(unix)]
    std::os::unix::fs::symlink(".scrat", folder.join("link")).unwrap();
    fs::write(folder.join("mine.json"), "{}").unwrap();
    let index = fs::read(folder.join(".scrat/index.db")).unwrap();
    for path in [
        "in.txt",
        "out.txt",
        "full",
        "new/",
        ".scrat/index.db",
        "full/../.scrat/nuts/ab/new.json",
        "link/new.json",
        "scrat.toml",
        "mine.json",
    ] {
        for words in ["run reading --force", "graph reading"] {
            let told = scrat(folder, &format!("{words} --timeline {path}"));
            assert_eq!(told.code, Some(2), "{words} {path}: {told:?}");
            told.says(&[if path == "out.txt" && words != "graph reading" { "exported" } else { "hint: " }]);
        }
    }
    assert!(fs::read(folder.join(".scrat/index.db")).unwrap() == index, "nothing ran");
    assert_eq!(fs::read_to_string(folder.join("mine.json")).unwrap(), "{}");
    assert_eq!(fs::read_to_string(folder.join("scrat.toml")).unwrap(), "");
    assert_eq!(fs::read_to_string(folder.join("in.txt")).unwrap(), "in");
}

#[cfg(unix)]
pub(crate) fn only_files_are_replaced(folder: &Path) {
    use std::os::unix::fs::{FileTypeExt, PermissionsExt, symlink};
    fs::write(folder.join("in.txt"), "in").unwrap();
    assert!(Command::new("mkfifo").arg(folder.join("pipe")).status().unwrap().success());
    let is_fifo = || fs::symlink_metadata(folder.join("pipe")).unwrap().file_type().is_fifo();
    let told = scrat(folder, "run reading --out pipe");
    assert_eq!(told.code, Some(1));
    told.says(&["cannot write pipe: it is a FIFO that nobody reads from"]);
    assert!(is_fifo());
    let reader = Command::new("cat").arg(folder.join("pipe")).stdout(Stdio::piped()).spawn().unwrap();
    assert_eq!(scrat(folder, "run reading --out pipe").code, Some(0));
    assert_eq!(reader.wait_with_output().unwrap().stdout, b"1 in");
    assert!(is_fifo());

    assert_eq!(scrat(folder, "run reading --out /dev/null").code, Some(0));
    assert!(fs::metadata("/dev/null").unwrap().file_type().is_char_device());
    for out in ["/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"] {
        assert_eq!(scrat(folder, &format!("run reading --out {out}")).out, format!("1 in{out}\n"));
    }
    scrat(folder, "run reading --out /dev/stdout --format json").lines();
    let told = scrat(folder, "run reading --out /dev/full");
    assert_eq!(told.code, Some(1), "{told:?}");

    symlink("target.txt", folder.join("link.txt")).unwrap();
    assert_eq!(scrat(folder, "run reading --out link.txt").code, Some(0));
    assert!(fs::symlink_metadata(folder.join("link.txt")).unwrap().is_symlink());
    assert_eq!(fs::read_to_string(folder.join("target.txt")).unwrap(), "1 in");

    scrat(folder, "run reading");
    fs::set_permissions(folder.join("out.txt"), fs::Permissions::from_mode(0o640)).unwrap();
    fs::write(folder.join("in.txt"), "other").unwrap();
    scrat(folder, "run reading");
    assert_eq!(fs::read_to_string(folder.join("out.txt")).unwrap(), "1 other");
    assert_eq!(fs::metadata(folder.join("out.txt")).unwrap().permissions().mode() & 0o777, 0o640);

    let socket = std::os::unix::net::UnixListener::bind(folder.join("socket")).unwrap();
    let told = scrat(folder, "run reading --out socket");
    told.says(&["a socket is in its place"]);
    drop(socket);
}

pub(crate) fn deinit_removes_what_init_made_and_nothing_else(folder: &Path) {
    fs::create_dir_all(folder.join("data/tmp")).unwrap();
    fs::write(folder.join("data/tmp/precious.csv"), "1").unwrap();
    for words in ["deinit --stash . --yes", "deinit --stash data --yes", "stash clear --stash data --yes"] {
        assert_eq!(scrat(folder, words).code, Some(2), "{words}");
    }
    for words in ["init --stash .", "init --stash data", "init --stash /", "run words --stash data"] {
        let told = scrat(folder, words);
        assert_eq!(told.code, Some(2), "{words}: {told:?}");
        told.says(&["is not a stash and has other things in it", "hint: name an empty or a new folder"]);
    }
    let mut by_variable = command(folder, "run words");
    by_variable.env("SCRAT_STASH", "data");
    assert_eq!(told(by_variable).code, Some(2));

    assert_eq!(scrat(folder, "init").code, Some(0));
    fs::create_dir(folder.join("inner")).unwrap();
    let told = scrat(&folder.join("inner"), "deinit --yes");
    assert_eq!(told.code, Some(2), "what is further up was made by somebody else: {told:?}");
    told.says(&["there is no stash in", "the nearest one is"]);
    fs::write(folder.join("scrat.toml"), "jobs = 2\n").unwrap();
    fs::write(folder.join(".scrat/notes.txt"), "mine").unwrap();
    let told = scrat(folder, "deinit");
    told.says(&[
        "scrat.toml differs from what `scrat init` writes, and stays",
        "notes.txt does not belong to scrat",
        "remove .scrat with 0",
    ]);
    assert!(folder.join(".scrat/index.db").exists());
    scrat(folder, "deinit --yes").says(&["removed the stash in .scrat; the folder stays"]);
    assert_eq!(fs::read_dir(folder.join(".scrat")).unwrap().count(), 1);
    assert!(folder.join("scrat.toml").exists());
    fs::remove_file(folder.join("scrat.toml")).unwrap();

    fs::create_dir(folder.join("place")).unwrap();
    fs::remove_dir_all(folder.join(".scrat")).unwrap();
    #[cfg(unix)]
    std::os::unix::fs::symlink("place", folder.join(".scrat")).unwrap();
    assert_eq!(scrat(folder, "init").code, Some(0));
    let told = scrat(folder, "deinit --yes");
    told.says(&["removed the stash in .scrat and scrat.toml; the folder stays"]);
    assert!(folder.join(".scrat").exists(), "the link is the user's");
    assert_eq!(fs::read(folder.join("data/tmp/precious.csv")).unwrap(), b"1");
}
