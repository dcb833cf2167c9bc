//! The clock, read in one place: a hidden read is a stale hit.

use std::time::{Instant, SystemTime, UNIX_EPOCH};

/// Nanoseconds since 1970, which fit until 2262.
pub(crate) fn now() -> i64 {
    #[expect(clippy::disallowed_methods, reason = "this is the one place")]
    nanos(SystemTime::now())
}

/// Nanoseconds since 1970 of a time.
pub(crate) fn nanos(time: SystemTime) -> i64 {
    match time.duration_since(UNIX_EPOCH) {
        Ok(since) => i64::try_from(since.as_nanos()).unwrap_or(i64::MAX),
        Err(before) => i64::try_from(before.duration().as_nanos()).map_or(i64::MIN, |nanos| -nanos),
    }
}

/// A moment by both clocks: the one that tells the time, and the one that is never set.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Moment {
    pub time: i64,
    pub since: Instant,
}

impl Moment {
    pub(crate) fn now() -> Self {
        Self { time: now(), since: Instant::now() }
    }

    /// Whether the clock has been set back between this moment and a later one. What was said since then about times
    /// may have been said before.
    pub(crate) fn was_set_back_until(&self, later: &Self) -> bool {
        /// What both clocks may differ by without having been set.
        const DRIFT: i64 = 500_000_000;
        let passed = i64::try_from(later.since.saturating_duration_since(self.since).as_nanos()).unwrap_or(i64::MAX);
        later.time.saturating_sub(self.time).saturating_add(DRIFT) < passed
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_clock_that_was_set_back_is_noticed_and_one_that_was_set_forward_is_not() {
        let before = Moment::now();
        let after = |time: i64, since: u64| Moment {
            time: before.time + time,
            since: before.since + Duration::from_secs(since),
        };
        const SECOND: i64 = 1_000_000_000;
        assert!(!before.was_set_back_until(&before));
        assert!(!before.was_set_back_until(&after(10 * SECOND, 10)));
        assert!(!before.was_set_back_until(&after(3_600 * SECOND, 10)));
        assert!(before.was_set_back_until(&after(-SECOND, 10)));
        assert!(before.was_set_back_until(&after(8 * SECOND, 10)));
    }
}
