//! Long work on the index, done in pieces: each has the locks for a moment, and leaves others one.

use std::time::{Duration, Instant};

/// How long one piece takes at most, about: others wait for it.
pub(super) const PIECE: Duration = Duration::from_millis(20);

/// How long others have between two pieces. Whoever waits looks more often than this.
pub(super) const BREATH: Duration = Duration::from_millis(10);

/// Works on as many of these as fit into a piece, and says how many.
pub(super) fn some_of<T, E>(items: &[T], mut work: impl FnMut(&T) -> Result<(), E>) -> Result<usize, E> {
    let began = Instant::now();
    for (at, item) in items.iter().enumerate() {
        work(item)?;
        if began.elapsed() >= PIECE {
            return Ok(at + 1);
        }
    }
    Ok(items.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_takes_long_is_done_in_pieces() {
        let slow = |_: &u32| -> Result<(), &str> {
            std::thread::sleep(PIECE);
            Ok(())
        };
        assert_eq!(some_of(&[1, 2, 3], slow).unwrap(), 1);
        assert_eq!(some_of(&[1, 2, 3], |_| Ok::<_, &str>(())).unwrap(), 3);
        assert!(some_of(&[1], |_| Err("no")).is_err());
    }
}
