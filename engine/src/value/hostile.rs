//! Bytes that somebody else may have written, for the tests of what reads them.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

thread_local! {
    /// The largest piece of memory that the test of this thread has asked for.
    static LARGEST: Cell<usize> = const { Cell::new(0) };
}

fn note(size: usize) {
    // There is none while a thread ends.
    let _ended = LARGEST.try_with(|largest| largest.set(largest.get().max(size)));
}

struct Watched;

#[expect(unsafe_code, reason = "it hands on what it is asked for, in the tests alone")]
unsafe impl GlobalAlloc for Watched {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        note(layout.size());
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        note(layout.size());
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn realloc(&self, at: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        note(size);
        unsafe { System.realloc(at, layout, size) }
    }

    unsafe fn dealloc(&self, at: *mut u8, layout: Layout) {
        unsafe { System.dealloc(at, layout) }
    }
}

#[global_allocator]
static WATCHED: Watched = Watched;

/// Gives `read` the bytes as they are cut, and with each bit changed and each number another. It must not panic, and
/// not ask for memory that no value of so few bytes takes.
pub(super) fn try_all(whole: &[u8], read: impl Fn(&[u8])) {
    const MOST: usize = 256 << 20;
    try_each(whole, read);
    let largest = LARGEST.get();
    assert!(largest < MOST, "{largest} bytes were asked for at once");
}

/// The same for a library that may ask for all that a file claims, and goes on if it does not get it.
pub(super) fn try_each(whole: &[u8], read: impl Fn(&[u8])) {
    for end in 0..whole.len() {
        read(&whole[..end]);
    }
    let mut damaged = whole.to_vec();
    let mut read_with = |at: usize, other: &[u8]| {
        let end = whole.len().min(at + other.len());
        damaged[at..end].copy_from_slice(&other[..end - at]);
        read(&damaged);
        damaged[at..end].copy_from_slice(&whole[at..end]);
    };
    for (at, byte) in whole.iter().enumerate() {
        for bit in 0..8 {
            read_with(at, &[byte ^ 1 << bit]);
        }
        for number in [u64::MAX, 1 << 62, 1 << 44, 1 << 33] {
            read_with(at, &number.to_le_bytes());
            read_with(at, &number.to_be_bytes());
        }
        for number in [u32::MAX, 1 << 31, 1 << 30] {
            read_with(at, &number.to_le_bytes());
            read_with(at, &number.to_be_bytes());
        }
    }
}
