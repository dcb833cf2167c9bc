//! How much stack a thread of a run has.
//!
//! A function that fits the stack of the main thread, where a direct call of it runs, must fit that of a step.

/// What threads have at least: what the main thread has by default on most systems.
pub(crate) const LEAST: usize = 8 << 20;

/// What threads have where the main thread has no limit. It is address space until it is used.
#[cfg(unix)]
const UNLIMITED: u64 = 256 << 20;

/// The stack of the main thread in bytes, or a sensible number where that has no limit.
#[cfg(unix)]
pub(crate) fn of_main_thread() -> usize {
    let limit = rustix::process::getrlimit(rustix::process::Resource::Stack).current;
    usize::try_from(limit.unwrap_or(UNLIMITED)).unwrap_or(LEAST).max(LEAST)
}

#[cfg(not(unix))]
pub(crate) fn of_main_thread() -> usize {
    LEAST
}

/// Reads a size: `64MiB`, `1 GiB`, `8388608`.
pub fn parse_size(text: &str) -> Option<usize> {
    let text = text.trim();
    let digits = text.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = text.split_at(digits);
    let factor: usize = match unit.trim().to_ascii_lowercase().as_str() {
        "" | "b" => 1,
        "k" | "kib" => 1 << 10,
        "kb" => 1_000,
        "m" | "mib" => 1 << 20,
        "mb" => 1_000_000,
        "g" | "gib" => 1 << 30,
        "gb" => 1_000_000_000,
        "t" | "tib" => 1 << 40,
        "tb" => 1_000_000_000_000,
        _ => return None,
    };
    number.parse::<usize>().ok()?.checked_mul(factor).filter(|&size| size > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_read_with_units_or_without() {
        for (text, size) in [("64MiB", 64 << 20), ("1 GiB", 1 << 30), ("8388608", 8 << 20), ("2mb", 2_000_000)] {
            assert_eq!(parse_size(text), Some(size), "{text}");
        }
        for text in ["", "much", "0", "-1", "1.5MiB", "99999999999GiB"] {
            assert_eq!(parse_size(text), None, "{text}");
        }
    }

    #[test]
    fn a_step_has_no_less_stack_than_most_programs() {
        assert!(of_main_thread() >= LEAST);
    }
}
