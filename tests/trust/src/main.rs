//! The trials as a command, and the squirrels that they start.

use std::path::Path;

use anyhow::{Result, bail};
use trust::trial::{Figures, calls, damage, kills, model, once, power};

#[expect(clippy::print_stdout, reason = "the command prints the page")]
fn main() -> Result<()> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match &*words {
        ["squirrel", ..] => trust::squirrel::main(trust::functions::stashed),
        ["spoil", template, file, from, stride] => {
            damage::spoil(Path::new(template), Path::new(file), from.parse()?, stride.parse()?)
        }
        [name, size] | [name, size, _] => {
            let seed = words.get(2).map_or(Ok(1), |seed| seed.parse())?;
            let figures = trial(name, size.parse()?, seed)?;
            println!("{figures}");
            anyhow::ensure!(figures.failed == 0, "{} failures", figures.failed);
            Ok(())
        }
        _ => bail!("trust NAME SIZE [SEED], with kills, once, calls, damage or model"),
    }
}

fn trial(name: &str, size: usize, seed: u64) -> Result<Figures> {
    let program = std::env::current_exe()?;
    match name {
        "kills" => kills::run(&program, size, seed),
        "once" => once::run(&program, size, 16, 1_000, seed),
        "calls" => calls::run(&program, size, seed),
        "power" => power::run(&program, size, seed),
        "damage" => damage::run(&program, size as u64, seed),
        "model" => model::run(&program, size, seed),
        other => bail!("there is no trial `{other}`"),
    }
}
