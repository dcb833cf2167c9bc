//! What a call costs, beside a floor in the same run: `cargo bench -p scrat --bench calls`.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use divan::{Bencher, black_box};
use scrat::{Engine, Stash, stash};

fn main() {
    divan::main();
}

#[stash]
fn plain(x: u64) -> u64 {
    x.wrapping_mul(3)
}

#[stash]
fn texts(words: &[String], least: usize) -> Vec<String> {
    words.iter().filter(|word| word.len() >= least).cloned().collect()
}

/// Runs `work` in an engine over a stash of its own.
fn in_stash(work: impl FnOnce(&dyn Fn() -> Arc<Engine>)) {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let root = folder.path().join(".scrat");
    drop(Stash::create(&root).expect("a stash can be made"));
    let open = move || Arc::new(Engine::new(Stash::open(&root).ok(), |_| {}));
    work(&open);
}

#[divan::bench]
fn floor_hash_map_hit(bencher: Bencher<'_, '_>) {
    let known: HashMap<u64, u64> = (0..1_000).map(|x| (x, x)).collect();
    bencher.bench_local(|| known.get(&black_box(7)).copied());
}

#[divan::bench]
fn repeated_hit_plain_argument(bencher: Bencher<'_, '_>) {
    in_stash(|open| {
        open().enter(|| {
            plain(7);
            bencher.bench_local(|| plain(black_box(7)));
        });
    });
}

#[divan::bench]
fn repeated_hit_small_texts(bencher: Bencher<'_, '_>) {
    let words: Vec<String> = ["acorn", "beech", "hazel", "oak"].map(str::to_owned).to_vec();
    in_stash(|open| {
        open().enter(|| {
            texts(&words, 4);
            bencher.bench_local(|| texts(black_box(&words), 4));
        });
    });
}

/// Each hit is the first of its key in the process, so it comes from the index.
#[divan::bench(sample_count = 20, sample_size = 500)]
fn first_hit_from_the_stash(bencher: Bencher<'_, '_>) {
    const KEYS: u64 = 10_000;
    in_stash(|open| {
        open().enter(|| (0..KEYS).for_each(|x| assert_eq!(plain(x), x * 3)));
        let next = AtomicU64::new(0);
        open().enter(|| {
            bencher.bench_local(|| plain(next.fetch_add(1, Ordering::Relaxed) % KEYS));
        });
    });
}

#[divan::bench(sample_count = 20, sample_size = 200)]
fn miss_of_a_trivial_function(bencher: Bencher<'_, '_>) {
    in_stash(|open| {
        let next = AtomicU64::new(0);
        open().enter(|| {
            bencher.bench_local(|| plain(next.fetch_add(1, Ordering::Relaxed)));
        });
    });
}
