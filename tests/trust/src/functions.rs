//! The stashed functions that the trials call, and what they must return.

use scrat::prelude::*;

use crate::squirrel::ran;

/// Their names.
pub const NAMES: [&str; 6] = ["small", "text", "large", "dense", "same", "sum"];

/// How many numbers a large result has: more than is kept in the index.
const LARGE: u64 = 6_000;

/// Calls a stashed function, for a number that says what it returned.
pub fn stashed(name: &str, n: u64) -> u64 {
    match name {
        "small" => small(n),
        "text" => mark(text(n).as_bytes()),
        "large" => mark_numbers(&large(n)),
        "dense" => mark_numbers(&dense(n)),
        "same" => mark_numbers(&same(n)),
        "sum" => sum(n),
        other => crate::layers::stashed(other, n),
    }
}

/// The number that [`stashed`] must give.
pub fn plain(name: &str, n: u64) -> u64 {
    match name {
        "small" => scatter(n),
        "text" => mark(words(n).as_bytes()),
        "large" => mark_numbers(&random(n)),
        "dense" => mark_numbers(&rising(n)),
        "same" => mark_numbers(&rising(n % 3 + 1_000_000)),
        "sum" => random(n).iter().fold(scatter(n), |sum, number| sum.wrapping_add(*number)),
        other => panic!("there is no function `{other}`"),
    }
}

#[stash]
fn small(n: u64) -> u64 {
    ran("small", n);
    scatter(n)
}

#[stash]
fn text(n: u64) -> String {
    ran("text", n);
    words(n)
}

/// A file of its own that cannot be compressed.
#[stash]
fn large(n: u64) -> Vec<u64> {
    ran("large", n);
    random(n)
}

/// A file that is compressed.
#[stash]
fn dense(n: u64) -> Vec<u64> {
    ran("dense", n);
    rising(n)
}

/// A file that many results share.
#[stash]
fn same(n: u64) -> Vec<u64> {
    ran("same", n);
    rising(n % 3 + 1_000_000)
}

/// Calls others.
#[stash]
fn sum(n: u64) -> u64 {
    ran("sum", n);
    large(n).iter().fold(small(n), |sum, number| sum.wrapping_add(*number))
}

fn words(n: u64) -> String {
    format!("the {n}th nut lies under {}", "leaf ".repeat((n % 60) as usize + 1))
}

fn random(n: u64) -> Vec<u64> {
    (0..LARGE).map(|at| scatter(n.wrapping_mul(LARGE) + at)).collect()
}

fn rising(n: u64) -> Vec<u64> {
    (0..LARGE).map(|at| n + at / 100).collect()
}

/// Numbers without a pattern (splitmix64's last steps).
fn scatter(n: u64) -> u64 {
    let n = n.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let n = (n ^ (n >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let n = (n ^ (n >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    n ^ (n >> 31)
}

fn mark(bytes: &[u8]) -> u64 {
    bytes.iter().fold(bytes.len() as u64, |mark, byte| scatter(mark ^ u64::from(*byte)))
}

fn mark_numbers(numbers: &[u64]) -> u64 {
    numbers.iter().fold(numbers.len() as u64, |mark, number| scatter(mark ^ number))
}
