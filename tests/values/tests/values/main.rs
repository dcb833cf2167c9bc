//! Values of all the types that have a format, kept in one process and read in another, and files of other programs.

#![expect(clippy::unwrap_used, reason = "a test stops where something goes wrong")]
#![expect(clippy::type_complexity, reason = "types within types are what is tried")]

/// Users have all of it, of which this is the part that has frames.
extern crate polars_core as polars;

mod lazy;
mod python;
mod readme;
mod refused;
mod table;

use std::path::Path;
use std::sync::{Arc, Mutex};

use scrat::{Engine, Event, Stash};

/// Runs something with the stash in a folder, and says what the engine warned of.
fn with_stash(folder: &Path, work: impl FnOnce(&Arc<Engine>)) -> Vec<String> {
    let warnings = Arc::new(Mutex::new(Vec::new()));
    let stash = Stash::create(&folder.join(".scrat")).unwrap();
    let heard = warnings.clone();
    let engine = Arc::new(Engine::new(Some(stash), move |event| {
        if let Event::Warning(warning) = event {
            heard.lock().unwrap().push(format!("{warning:?}"));
        }
    }));
    engine.enter(|| work(&engine));
    let warnings = warnings.lock().unwrap();
    warnings.clone()
}
