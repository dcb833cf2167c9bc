//! The clock, read in one place: a hidden read is a stale hit.

use std::time::{SystemTime, UNIX_EPOCH};

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
