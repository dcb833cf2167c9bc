//! Folders as arguments and results.

use std::path::{Path, PathBuf};

use scrat::prelude::*;
use scrat::{Difference, Dir, Event, File, Filter, Stash};
use scrat_engine::{ExportConflict, PipelineError};

use crate::sandbox::{Sandbox, content_files, counts, graph, make_writable};

/// One file for each line, in a folder beside the text: two equal ones, an empty folder, and a program.
#[stash]
fn cut(text: File) -> Result<Dir> {
    let folder = text.path().with_extension("parts");
    std::fs::create_dir_all(folder.join("deep/empty"))?;
    for (number, line) in text.read_to_string()?.lines().enumerate() {
        std::fs::write(folder.join(format!("deep/{number}")), line)?;
    }
    std::fs::write(folder.join("tool"), "#!/bin/sh\n")?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        std::fs::set_permissions(folder.join("tool"), std::fs::Permissions::from_mode(0o755))?;
    }
    Ok(Dir::new(folder))
}

/// Takes as long as it takes somebody to see all of it.
#[stash]
fn pasted(parts: Dir, between: &str) -> Result<String> {
    let texts = parts.files()?.into_iter().map(|file| file.read_to_string()).collect::<Result<Vec<_>, _>>()?;
    Ok(texts.join(between))
}

#[pipeline(between = "+")]
fn cut_and_paste(text: File, between: String, to: String) -> Step<String> {
    pasted::step(cut::step(text).export(to), between)
}

#[pipeline]
fn paste(parts: Dir, to: String) -> Step<String> {
    pasted::step(parts, ",").export(to)
}

/// A sandbox with a text, and the paths of the text and of an export.
fn with_text(text: &str) -> (Sandbox, String, String) {
    let sandbox = Sandbox::new();
    let (from, to) = (sandbox.path("text"), sandbox.path("out/parts"));
    std::fs::write(&from, text).unwrap();
    (sandbox, from, to)
}

fn laid_out(sandbox: &Sandbox) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(sandbox.folder.path().join(".scrat/folders")).unwrap();
    entries.map(|entry| entry.unwrap().path()).collect()
}

fn read(path: impl AsRef<Path>) -> String {
    std::fs::read_to_string(path).unwrap()
}

#[test]
fn a_folder_comes_back_when_the_original_is_gone_and_equal_files_are_kept_once() {
    let (sandbox, from, to) = with_text("a\nb\na");
    let given = [("text", from.as_str()), ("to", to.as_str())];
    assert_eq!(counts(&sandbox.run("cut_and_paste", &given)), (0, 2, 0, 0));
    std::fs::remove_dir_all(sandbox.path("text.parts")).unwrap();
    let given = [given[0], given[1], ("between", "-")];
    assert_eq!(counts(&sandbox.run("cut_and_paste", &given)), (1, 1, 0, 0), "from the folder in the stash");
    // Three contents and the manifest.
    assert_eq!(content_files(&sandbox.folder.path().join(".scrat/nuts")).len(), 4);
    let stash = Stash::open(&sandbox.folder.path().join(".scrat")).unwrap();
    assert!(stash.check().unwrap().is_sound());
    assert_eq!(stash.check().unwrap().unused_files, 0);
}

#[test]
fn a_folder_is_exported_whole_and_what_was_edited_there_is_kept() {
    let (sandbox, from, to) = with_text("a\nb");
    let given = [("text", from.as_str()), ("to", to.as_str())];
    sandbox.run("cut_and_paste", &given);
    let at = |path: &str| Path::new(&to).join(path);
    assert_eq!(read(at("deep/1")), "b");
    assert!(at("deep/empty").is_dir());
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = |path| std::fs::metadata(at(path)).unwrap().permissions().mode() & 0o700;
        assert_eq!((mode("tool"), mode("deep/1")), (0o700, 0o600));
    }

    std::fs::remove_dir_all(&to).unwrap();
    assert_eq!(counts(&sandbox.run("cut_and_paste", &given)), (2, 0, 0, 0));
    assert_eq!(read(at("deep/0")), "a");

    std::fs::write(at("deep/0"), "mine").unwrap();
    std::fs::write(&from, "c").unwrap();
    std::fs::remove_dir_all(sandbox.path("text.parts")).unwrap();
    sandbox.run("cut_and_paste", &given);
    assert_eq!(read(at("deep/0")), "c");
    assert!(!at("deep/1").exists(), "nothing of the old one is left in the new one");
    assert_eq!(read(sandbox.path("out/parts.kept-1/deep/0")), "mine");

    std::fs::write(&from, "d").unwrap();
    std::fs::remove_dir_all(sandbox.path("text.parts")).unwrap();
    sandbox.run("cut_and_paste", &given);
    assert_eq!(std::fs::read_dir(sandbox.path("out")).unwrap().count(), 2, "what scrat wrote is replaced");
}

#[test]
fn an_edited_export_is_not_the_content_of_the_stash() {
    let (sandbox, from, to) = with_text("a");
    let given = [("text", from.as_str()), ("to", to.as_str())];
    sandbox.run("cut_and_paste", &given);
    std::fs::write(Path::new(&to).join("deep/0"), "mine").unwrap();
    let stash = Stash::open(&sandbox.folder.path().join(".scrat")).unwrap();
    assert!(stash.check().unwrap().is_sound());
}

#[test]
fn a_folder_in_the_stash_that_somebody_changed_is_not_used() {
    let (sandbox, from, to) = with_text("a\nb");
    let given = |between| [("text", from.as_str()), ("to", to.as_str()), ("between", between)];
    sandbox.run("cut_and_paste", &given("1"));
    let engine = sandbox.engine();
    let folder = engine.enter(|| cut(File::new(&from)).unwrap());
    assert_eq!(laid_out(&sandbox), [folder.path()]);
    make_writable(&folder.path().join("deep/0"));
    std::fs::write(folder.path().join("deep/0"), "rotten").unwrap();
    std::fs::write(folder.path().join("more"), "").unwrap();

    assert_eq!(counts(&sandbox.run("cut_and_paste", &given("2"))), (1, 1, 0, 0));
    let again = engine.enter(|| cut(File::new(&from)).unwrap());
    assert_ne!(again, folder);
    assert_eq!(again.file("deep/0").read_to_string().unwrap(), "a");
    assert_eq!(read(folder.path().join("deep/0")), "rotten", "somebody may be using it");
}

#[test]
fn a_folder_without_one_of_its_files_in_the_stash_is_made_again() {
    let (sandbox, from, _) = with_text("a\nb");
    sandbox.engine().enter(|| cut(File::new(&from)).unwrap());
    let lost = content_files(&sandbox.folder.path().join(".scrat/nuts")).into_iter().find(|file| read(file) == "a");
    std::fs::remove_file(lost.unwrap()).unwrap();
    let engine = sandbox.engine();
    let folder = engine.enter(|| cut(File::new(&from)).unwrap());
    assert_eq!(
        (engine.enter(cut::stats).misses >= 1, folder.file("deep/0").read_to_string().unwrap()),
        (true, "a".into())
    );
}

#[test]
fn many_readers_of_a_folder_get_one_whole_folder() {
    let (sandbox, from, _) = with_text(&(0..200).map(|number| format!("{number}\n")).collect::<String>());
    sandbox.engine().enter(|| cut(File::new(&from)).unwrap());
    std::thread::scope(|scope| {
        let readers: Vec<_> = (0..8)
            .map(|_| {
                scope.spawn(|| {
                    sandbox.engine().enter(|| cut(File::new(&from)).unwrap().files().map(|files| files.len()))
                })
            })
            .collect();
        assert!(readers.into_iter().all(|reader| reader.join().unwrap().unwrap() == 201));
    });
    assert_eq!(laid_out(&sandbox).len(), 1);
    assert_eq!(std::fs::read_dir(sandbox.folder.path().join(".scrat/tmp")).unwrap().count(), 0);
}

#[test]
fn a_removed_result_takes_its_folder_with_it() {
    let (sandbox, from, _) = with_text("a");
    for _ in 0..2 {
        sandbox.engine().enter(|| cut(File::new(&from)).unwrap());
    }
    assert_eq!(laid_out(&sandbox).len(), 1);
    let stash = Stash::open(&sandbox.folder.path().join(".scrat")).unwrap();
    stash.remove(&Filter::All).unwrap();
    assert_eq!(laid_out(&sandbox).len(), 0);
    assert_eq!(content_files(&sandbox.folder.path().join(".scrat/nuts")).len(), 0);
    assert!(stash.other_things().is_empty());
    assert!(stash.dismantle(false).unwrap());
}

#[test]
fn an_input_folder_is_what_is_in_it() {
    let sandbox = Sandbox::new();
    let (parts, to) = (sandbox.path("parts"), sandbox.path("pasted"));
    std::fs::create_dir(&parts).unwrap();
    std::fs::write(sandbox.path("parts/a"), "1").unwrap();
    let given = [("parts", parts.as_str()), ("to", to.as_str())];
    assert_eq!(counts(&sandbox.run("paste", &given)), (0, 1, 0, 0));
    std::fs::write(sandbox.path("parts/a"), "1").unwrap();
    assert_eq!(counts(&sandbox.run("paste", &given)), (1, 0, 0, 0), "a time is no change");
    std::fs::rename(&parts, sandbox.path("moved")).unwrap();
    let moved = sandbox.path("moved");
    assert_eq!(counts(&sandbox.run("paste", &[("parts", &moved), given[1]])), (1, 0, 0, 0), "nor is a place");
    std::fs::write(sandbox.path("moved/b"), "2").unwrap();
    let (graph, plan) = sandbox.plan("paste", &[("parts", &moved), given[1]]);
    let changes = graph.steps().find_map(|step| plan.reason(step)).unwrap().argument_changes();
    let named = vec!["b".to_owned()];
    assert_eq!(changes[0].difference, Some(Difference::Entries { named, changed: 0, added: 1, removed: 0 }));
    assert_eq!(counts(&sandbox.run("paste", &[("parts", &moved), given[1]])), (0, 1, 0, 0), "a new file is one");
    assert_eq!(read(&to), "1,2");
}

/// Its input grows while it runs.
#[stash]
fn growing(parts: Dir) -> Result<usize> {
    let before = parts.files()?.len();
    std::fs::write(parts.path().join(format!("{before}")), "")?;
    Ok(before)
}

#[test]
fn a_file_that_appears_in_an_input_folder_while_the_function_runs_keeps_the_result_from_being_stored() {
    let sandbox = Sandbox::new();
    let parts = sandbox.path("parts");
    std::fs::create_dir(&parts).unwrap();
    sandbox.engine().enter(|| assert_eq!(growing(Dir::new(&parts)).unwrap(), 0));
    let events = sandbox.events.lock().unwrap();
    let changed = |event: &Event| matches!(event, Event::Warning(scrat::Warning::InputChanged { path, .. }) if *path == Path::new(&parts));
    assert!(events.iter().any(changed), "{events:?}");
}

#[test]
fn an_export_and_an_input_folder_keep_apart() {
    let sandbox = Sandbox::new();
    std::fs::create_dir_all(sandbox.path("parts/inner")).unwrap();
    std::fs::write(sandbox.path("parts/inner/text"), "a").unwrap();
    let refused = |pipeline: &str, given: [(&str, &str); 2]| {
        let mut typed = scrat_engine::Given::default();
        given.iter().for_each(|(name, text)| typed.set(name, vec![(*text).to_owned()]));
        let pipeline = scrat_engine::pipelines().into_iter().find(|known| known.name == pipeline).unwrap();
        match pipeline.graph(&typed) {
            Err(PipelineError::Exports(ExportConflict::Taken { what, .. })) => what,
            other => panic!("{other:?}"),
        }
    };
    let path = |name| sandbox.path(name);
    let what = refused("paste", [("parts", &path("parts")), ("to", &path("parts/inner/new"))]);
    assert_eq!(what, "in a folder that is an input of the pipeline");
    let what = refused("cut_and_paste", [("text", &path("parts/inner/text")), ("to", &path("parts"))]);
    assert_eq!(what, "a folder with an input of the pipeline in it");
    let what = refused("cut_and_paste", [("text", &path("parts/inner/text")), ("to", ".")]);
    assert_eq!(what, "a folder with sources or settings of the program in it");
    let graph = graph("paste", &[("parts", &path("parts")), ("to", &path("out"))]);
    assert_eq!(graph.input_files().len(), 1);
    assert!(graph.reads(Path::new(&path("parts/inner/text"))) && !graph.reads(Path::new(&path("out"))));
}
