//! The trials as a command, and the squirrels that they start.

use std::path::Path;
use std::time::Instant;

use anyhow::{Result, bail};
use trust::trial::{Figures, calls, damage, kills, many, model, once, power};

/// The trials, and how long each is when it is whole.
const TRIALS: [(&str, usize, &str); 8] = [
    ("kills", 10_000, "Four writers are killed at random moments"),
    ("once", 100, "16 processes want the same 1,000 results of a new stash"),
    ("new", 1_000, "16 processes open a stash that does not exist yet"),
    ("calls", 1, "Each system call fails, or is the last one"),
    ("damage", 1, "Each byte of each file is damaged"),
    ("many", 1_000_000, "Very many results"),
    ("power", 2_000, "The power is cut"),
    ("model", 100_000, "Edits, runs, kills, deletions, damage and lost indexes in any order"),
];

#[expect(clippy::print_stdout, reason = "the command prints the page")]
fn main() -> Result<()> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match &*words {
        ["squirrel", ..] => trust::squirrel::main(trust::functions::stashed),
        ["spoil", template, file, from, stride] => {
            damage::spoil(Path::new(template), Path::new(file), from.parse()?, stride.parse()?)
        }
        ["all"] => all(100),
        ["all", percent] => all(percent.parse()?),
        [name, size] | [name, size, _] => {
            let seed = words.get(2).map_or(Ok(1), |seed| seed.parse())?;
            let figures = trial(name, size.parse()?, seed)?;
            println!("{figures}");
            anyhow::ensure!(figures.failed == 0, "{} failures", figures.failed);
            Ok(())
        }
        _ => bail!(
            "trust all [PERCENT], or trust NAME SIZE [SEED], with kills, once, new, calls, damage, many, power or model"
        ),
    }
}

/// Makes all trials, or so many hundredths of each, and prints what came.
#[expect(clippy::print_stdout, reason = "the command prints the page")]
fn all(percent: usize) -> Result<()> {
    let mut failed = 0;
    for (name, whole, title) in TRIALS {
        // Of two of them, the size is how far apart things are that are tried.
        let size = if whole == 1 { 100 / percent.clamp(1, 100) } else { (whole * percent / 100).max(1) };
        let begun = Instant::now();
        let figures = trial(name, size, 1)?;
        failed += figures.failed;
        println!(
            "### {title}\n\n| `trust {name} {size}` | |\n| --- | --- |\n{figures}| failures | {} |",
            figures.failed
        );
        println!("| took | {} s |\n", begun.elapsed().as_secs());
    }
    anyhow::ensure!(failed == 0, "{failed} failures");
    Ok(())
}

fn trial(name: &str, size: usize, seed: u64) -> Result<Figures> {
    let program = std::env::current_exe()?;
    match name {
        "kills" => kills::run(&program, size, seed),
        "once" => once::run(&program, size, 16, 1_000, seed),
        "new" => once::run(&program, size, 16, 2, seed),
        "calls" => calls::run(&program, size, seed),
        "damage" => damage::run(&program, size as u64, seed),
        "many" => many::run(&program, size, seed),
        "power" => power::run(&program, size, seed),
        "model" => model::run(&program, size, seed),
        other => bail!("there is no trial `{other}`"),
    }
}
