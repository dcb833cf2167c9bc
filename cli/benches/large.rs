//! What 200 MB of numbers cost, beside what the machine itself takes to copy, digest, write and read as many bytes:
//! `cargo bench -p scrat --bench large`. Divide the medians.

use std::path::Path;
use std::sync::Arc;

use divan::{Bencher, black_box};
use scrat::{Digest, Engine, Mapped, Stash, stash};

const COUNT: usize = 25_000_000;

fn main() {
    divan::main();
}

/// Numbers that no compression makes smaller.
fn numbers() -> Vec<f64> {
    let mut state = 1_u64;
    let step = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        state as f64
    };
    std::iter::repeat_with(step).take(COUNT).collect()
}

fn bytes() -> Vec<u8> {
    numbers().into_iter().flat_map(f64::to_le_bytes).collect()
}

#[stash]
fn made(_seed: u64) -> Vec<f64> {
    numbers()
}

#[stash]
fn mapped(_seed: u64) -> Mapped<[f64]> {
    numbers().into()
}

#[stash]
fn first(numbers: &[f64]) -> f64 {
    numbers[0]
}

fn in_stash<R>(work: impl FnOnce(&Path) -> R) -> R {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let stash = Stash::create(&folder.path().join(".scrat")).expect("a stash can be made");
    Arc::new(Engine::new(Some(stash), |_| {})).enter(|| work(folder.path()))
}

#[divan::bench(sample_count = 5)]
fn floor_copy(bencher: Bencher<'_, '_>) {
    let numbers = numbers();
    bencher.bench_local(|| black_box(numbers.clone()));
}

#[divan::bench(sample_count = 5)]
fn floor_digest(bencher: Bencher<'_, '_>) {
    let bytes = bytes();
    bencher.bench_local(|| Digest::of(black_box(&bytes)));
}

#[divan::bench(sample_count = 5)]
fn floor_write_a_file(bencher: Bencher<'_, '_>) {
    let bytes = bytes();
    in_stash(|folder| bencher.bench_local(|| std::fs::write(folder.join("bytes"), black_box(&bytes))));
}

#[divan::bench(sample_count = 5)]
fn floor_read_a_file(bencher: Bencher<'_, '_>) {
    in_stash(|folder| {
        std::fs::write(folder.join("bytes"), bytes()).expect("there is room");
        bencher.bench_local(|| std::fs::read(folder.join("bytes")));
    });
}

#[divan::bench(sample_count = 5)]
fn floor_make_the_numbers(bencher: Bencher<'_, '_>) {
    bencher.bench_local(numbers);
}

/// With the making of the numbers.
#[divan::bench(sample_count = 5)]
fn store(bencher: Bencher<'_, '_>) {
    let mut seed = 0;
    in_stash(|_| {
        bencher.bench_local(|| {
            seed += 1;
            made(seed)
        });
    });
}

#[divan::bench(sample_count = 5)]
fn hit(bencher: Bencher<'_, '_>) {
    in_stash(|_| {
        made(0);
        bencher.bench_local(|| made(black_box(0)));
    });
}

/// The file is digested once a process, which is the first sample.
#[divan::bench(sample_count = 5)]
fn hit_mapped(bencher: Bencher<'_, '_>) {
    in_stash(|_| {
        mapped(0);
        // A file that changed just now is digested each time.
        std::thread::sleep(std::time::Duration::from_secs(3));
        bencher.bench_local(|| mapped(black_box(0))[COUNT - 1]);
    });
}

#[divan::bench(sample_count = 5)]
fn hit_as_an_argument(bencher: Bencher<'_, '_>) {
    let numbers = numbers();
    in_stash(|_| {
        first(&numbers);
        bencher.bench_local(|| first(black_box(&numbers)));
    });
}
