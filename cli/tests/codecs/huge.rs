//! A text of a gibibyte.

use std::time::Instant;

use scrat::stash;

use crate::sandbox::Sandbox;

const LENGTH: usize = 1 << 30;

#[stash]
fn huge(seed: u64) -> String {
    let mut state = seed;
    let letters = std::iter::repeat_with(|| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        char::from(b'a' + (state >> 60) as u8)
    });
    letters.take(LENGTH).collect()
}

#[stash]
fn first_and_length(text: &str) -> (char, usize) {
    (text.chars().next().unwrap(), text.len())
}

/// The most memory that this process has had, in megabytes.
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.trim().strip_suffix(" kB")?.parse::<u64>().ok()).unwrap_or_default() / 1024
}

#[test]
#[ignore = "it takes three gibibytes of memory, and one of disk"]
fn a_text_of_a_gibibyte_is_stored_and_read() {
    let sandbox = Sandbox::new();
    for round in ["stored", "read"] {
        let began = Instant::now();
        sandbox.process(|| {
            let text = huge(1);
            assert_eq!(text.len(), LENGTH);
            eprintln!("{round} in {:.1?}, {} MB at most", began.elapsed(), peak());
            assert_eq!(first_and_length(&text).1, LENGTH);
            eprintln!("and taken as an argument by {:.1?}, {} MB at most", began.elapsed(), peak());
        });
    }
    assert_eq!((huge::stats().hits, first_and_length::stats().hits), (1, 1));
    assert_eq!(sandbox.warnings(), [""; 0]);
}
