//! What the engine has to tell besides results, in sentences on stderr.

use scrat_engine::{Event, Warning};

use crate::print::tell_plainly;

/// Tells an event of a direct call.
pub(crate) fn tell(event: &Event) {
    if let Some(notice) = notice(event) {
        tell_plainly(format_args!("scrat: {notice}"));
    }
}

/// The sentence for an event, if it is one that people must hear of.
pub(crate) fn notice(event: &Event) -> Option<String> {
    match event {
        Event::StashMade { path } => Some(format!("made a stash in {}", path.display())),
        Event::Warning(warning) => Some(sentence(warning)),
        Event::Called { function, arguments, took } => {
            let how = took.map_or_else(|| "found".to_owned(), |took| format!("ran for {took:.1?}"));
            Some(format!("{function}({arguments}) {how}"))
        }
        _ => None,
    }
}

fn sentence(warning: &Warning) -> String {
    match warning {
        Warning::NoStash { error } => format!("{error}; functions run, but nothing is stored"),
        Warning::NoSuchFunction { setting, name } => {
            format!("`{name}`, named in the setting `{setting}`, is no stashed function of this program")
        }
        Warning::ReadOnlyStash { path, foreign } => {
            let hint = if *foreign {
                " (its index belongs to another user, who can share it with `scrat init --shared`)"
            } else {
                ""
            };
            let path = path.display();
            format!("the stash {path} cannot be written; what is in it is used, but nothing is stored{hint}")
        }
        Warning::LostIndex { path } => format!(
            "the index of {} was removed or replaced while this program used it; it goes on with the one that is \
             there, or with one made of the records",
            path.display()
        ),
        Warning::NoFingerprints { error } => format!(
            "the fingerprints that `scrat` appends to a program are missing ({error}); until `scrat run` or \
             another command builds the program again, results are valid for this build only"
        ),
        Warning::NoKey { function, error } => format!("{function} runs each time: {error}"),
        Warning::Unstorable { function, error } => format!("results of {function} are not stored: {error}"),
        Warning::NotStored { function, error } => format!("a result of {function} was not stored: {error}"),
        Warning::Damaged { function } => {
            format!("a stored result of {function} was damaged or gone; it is set aside, and the function runs again")
        }
        Warning::Unreadable { function, error } => {
            format!("a stored result of {function} could not be used ({error}); the function runs again")
        }
        Warning::Waiting { function, process: Some(process) } if *process == std::process::id() => {
            format!("waiting for another thread, which is computing {function}")
        }
        Warning::Waiting { function, process: Some(process) } => {
            format!("waiting for process {process}, which is computing {function}")
        }
        Warning::Waiting { function, process: None } => {
            format!("waiting for another process, which is computing {function}")
        }
        Warning::StashInUse { path } => {
            format!("waiting for another process, which is writing to the stash {}", path.display())
        }
        Warning::InputChanged { function, path } => {
            format!("{} changed while {function} ran, so its result was not stored", path.display())
        }
        other => format!("{other:?}"),
    }
}
