//! The analyser of the crate being compiled: one for all expansions in a compiler process.

use std::sync::{Mutex, PoisonError};

use crate::crates::spec::{CrateSpec, SpecError};
use crate::crates::toolchain::TOOLCHAIN;

use super::analyzer::Analyzer;

static CURRENT: Mutex<Option<Analyzer>> = Mutex::new(None);

/// Calls `ask` with the analyser of the crate that the running rustc compiles, made at the first call.
///
/// Inside rustc sources are read once. Under an editor's server, which lives on and serves many crates,
/// they are read again each time.
///
/// # Errors
/// If it cannot be told which crate is compiled.
pub fn with_compiling<T>(ask: impl FnOnce(&Analyzer) -> T) -> Result<T, SpecError> {
    let spec = CrateSpec::compiling(TOOLCHAIN)?;
    let mut current = CURRENT.lock().unwrap_or_else(PoisonError::into_inner);
    let analyzer = match current.take() {
        Some(mut analyzer) if *analyzer.spec() == spec => {
            if spec.lasting {
                analyzer.refresh();
            }
            analyzer
        }
        _ => Analyzer::new(spec)?,
    };
    let outcome = ask(&analyzer);
    *current = Some(analyzer);
    Ok(outcome)
}
