//! Lists of plain numbers: their bytes and nothing else.

use scrat::{Filter, Step, Value, pipeline, stash};

use crate::sandbox::Sandbox;

#[stash(compress = false)]
fn ramp(count: u64) -> Vec<f64> {
    (0..count).map(|at| at as f64 * 0.1).collect()
}

#[stash]
fn mean(numbers: &[f64]) -> f64 {
    numbers.iter().sum::<f64>() / numbers.len() as f64
}

#[pipeline]
fn ramps() -> Step<f64> {
    mean::step(ramp::step(300_000))
}

#[test]
fn many_numbers_are_their_bytes_in_a_file_and_a_call_finds_what_a_step_stored() {
    let sandbox = Sandbox::new();
    assert_eq!(sandbox.run("ramps").0, 2);
    let values = sandbox.process(|| ramp(300_000));
    assert_eq!((values.len(), ramp::stats().hits), (300_000, 1));
    let before = mean::stats().hits;
    sandbox.process(|| mean(&values));
    assert_eq!(mean::stats().hits, before + 1, "a literal is what a step gives");
    let root = sandbox.folder.path().join(".scrat");
    let nuts = sandbox.stash().list(&Filter::Function("codecs::numbers::ramp".to_owned())).unwrap();
    assert_eq!(nuts[0].size, 300_000 * 8);
    let digest = nuts[0].digest.to_string();
    let bytes = std::fs::read(root.join("nuts").join(&digest[..2]).join(&digest)).unwrap();
    assert_eq!(bytes[8..16], 0.1_f64.to_le_bytes());
    assert_eq!(std::fs::read_dir(root.join("tmp")).unwrap().count(), 0, "nothing is left over");
    assert_eq!(sandbox.warnings(), [""; 0]);
}

#[stash]
fn pair() -> Vec<u64> {
    vec![1, 7]
}

/// Nothing is known of its type, so its arguments are in serde's form.
#[stash]
fn text<T: Value + std::fmt::Debug>(value: T) -> String {
    format!("{value:?}")
}

#[pipeline]
fn confusable() -> (Step<String>, Step<String>) {
    (text::step::<Vec<u64>>(pair::step()), text::step::<Vec<u64>>(vec![7]))
}

#[test]
fn equal_bytes_of_two_codecs_are_two_values() {
    // The numbers 1 and 7 by themselves are the bytes of a list of one number in serde's form, which is 7.
    let sandbox = Sandbox::new();
    assert_eq!(sandbox.run("confusable").1, ["[1, 7]", "[7]"]);
    assert_eq!(sandbox.run("confusable"), (0, vec!["[1, 7]".to_owned(), "[7]".to_owned()]));
}

#[stash]
fn written(count: usize) -> Vec<u8> {
    vec![0; count]
}

#[test]
fn every_number_comes_back_whatever_it_is() {
    #[stash(name = "all numbers")]
    fn all(_: u8) -> (Vec<i128>, Vec<f32>) {
        (vec![i128::MIN, -1], vec![f32::MIN_POSITIVE, -0.0])
    }
    #[stash(name = "odd numbers")]
    fn odd(_: u8) -> Vec<f32> {
        vec![f32::NAN, -0.0, f32::NEG_INFINITY]
    }
    let sandbox = Sandbox::new();
    let bits = |numbers: Vec<f32>| numbers.into_iter().map(f32::to_bits).collect::<Vec<_>>();
    let first = sandbox.process(|| (all(1), bits(odd(1)), written(0), written(8)));
    let again = sandbox.process(|| (all(1), bits(odd(1)), written(0), written(8)));
    assert_eq!(first, again);
    assert_eq!((odd::stats().hits, written::stats().hits), (1, 2));
    assert_eq!(sandbox.warnings(), [""; 0]);
}
