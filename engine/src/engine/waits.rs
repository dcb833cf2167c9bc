//! Since when this process waits for what others compute. Who waits for long says so, once for each function.

use std::collections::HashMap;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use crate::digest::Digest;
use crate::sync::lock;

/// How long is waited in silence.
pub(super) const SILENCE: Duration = Duration::from_secs(2);

/// The keys that are waited for.
#[derive(Debug, Default)]
pub(crate) struct Waits(Mutex<HashMap<Digest, Instant>>);

impl Waits {
    /// Notes that a key is still another process's, and says whether it has been for long.
    pub(crate) fn is_long(&self, key: &Digest) -> bool {
        self.is_longer(key, SILENCE)
    }

    fn is_longer(&self, key: &Digest, than: Duration) -> bool {
        let began = *lock(&self.0).entry(*key).or_insert_with(Instant::now);
        began.elapsed() >= than
    }

    /// Notes that it is waited for no longer.
    pub(crate) fn end(&self, key: &Digest) {
        lock(&self.0).remove(key);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wait_is_long_from_its_own_beginning_on() {
        const LONG: Duration = Duration::from_millis(5);
        let waits = Waits::default();
        let [one, other] = [b"one", b"two"].map(|name| Digest::of(name));
        assert!(!waits.is_longer(&one, Duration::from_secs(60)));
        std::thread::sleep(LONG);
        assert!(waits.is_longer(&one, LONG));
        assert!(!waits.is_longer(&other, Duration::from_secs(60)));
        waits.end(&one);
        assert!(!waits.is_longer(&one, Duration::from_secs(60)));
    }
}
