//! The trials. Each takes how long it shall be and a seed, and returns what it counted and what went wrong.

pub mod calls;
pub mod damage;
pub mod kills;
pub mod many;
pub mod model;
pub mod once;
pub mod power;

use std::collections::BTreeSet;
use std::fmt::{self, Display};
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use crate::functions::plain;
use crate::process::{Answer, Became, Order, follow};

/// What a trial counted, and what went wrong.
#[derive(Debug, Default)]
pub struct Figures {
    /// What was counted, in the order in which it is told.
    pub rows: Vec<(String, String)>,
    /// What must not be, the first of it.
    pub failures: Vec<String>,
    /// How much went wrong.
    pub failed: usize,
}

/// How many failures are told: the first ones explain the others.
const TOLD: usize = 20;

impl Figures {
    fn row(&mut self, what: &str, number: impl Display) {
        self.rows.push((what.to_owned(), number.to_string()));
    }

    fn fail(&mut self, what: String) {
        self.failed += 1;
        if self.failures.len() < TOLD {
            self.failures.push(what);
        }
    }

    /// Compares what came with what must come.
    fn judge(&mut self, answer: &Answer, expected: Expected, when: &dyn Fn() -> String) {
        let Some(n) = answer.order.number() else { return };
        if answer.value != plain(&answer.order.name, n) {
            self.fail(format!("{}: {} gave a wrong value", when(), answer.order));
        }
        if expected == Expected::Kept && answer.became != Became::Kept {
            self.fail(format!("{}: {} was stored and is lost ({:?})", when(), answer.order, answer.became));
        }
    }
}

impl Display for Figures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (what, number) in &self.rows {
            writeln!(f, "| {what} | {number} |")?;
        }
        for failure in &self.failures {
            writeln!(f, "FAILED: {failure}")?;
        }
        Ok(())
    }
}

/// What is known of a call before it is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Expected {
    /// Its result must be there.
    Kept,
    /// Its result may be there.
    Anything,
}

/// Whether all orders are still followed without running anything, by a new process.
fn all_kept(
    figures: &mut Figures,
    program: &Path,
    stash: &Path,
    orders: &BTreeSet<Order>,
    when: &dyn Fn() -> String,
) -> Result<()> {
    let answers = follow(program, stash, None, orders)?;
    if answers.len() != orders.len() {
        figures.fail(format!("{}: {} of {} answers came", when(), answers.len(), orders.len()));
    }
    for answer in &answers {
        figures.judge(answer, Expected::Kept, when);
    }
    Ok(())
}

/// A call of any function, for one of some arguments.
fn any_call(random: &mut fastrand::Rng, from: u64, arguments: u64) -> Order {
    let name = random.choice(crate::functions::NAMES).unwrap_or("small");
    Order::call(name, from + random.u64(..arguments))
}

/// Copies a folder with all that is in it.
fn copy(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from).with_context(|| from.display().to_string())? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}
