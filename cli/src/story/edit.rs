//! An edit of code, as it is shown: line by line, in colours.

use owo_colors::OwoColorize;
use scrat_engine::CodeChange;

use crate::print::result;
use crate::words::reasons::diff;

/// The changed lines, in colours.
pub(crate) fn show(change: &CodeChange) {
    for line in diff(&change.old, &change.new).lines() {
        match line.as_bytes().first() {
            Some(b'+') => result(format_args!("    {}", line.green())),
            Some(b'-') => result(format_args!("    {}", line.red())),
            _ => result(format_args!("    {line}")),
        }
    }
}
