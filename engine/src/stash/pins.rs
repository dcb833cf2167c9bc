//! Pins: nuts that are never evicted.

use super::journal::bytes_of;
use super::record::Record;
use super::{Stash, StashError};
use crate::digest::Digest;

impl Stash {
    /// Pins nuts, so that they are never evicted, whatever the limits are. Returns how many were not pinned before.
    ///
    /// # Errors
    /// If the stash can't be written.
    ///
    /// # Examples
    ///
    /// ```
    /// use scrat::{Engine, Filter, Stash, stash};
    ///
    /// #[stash(name = "pinned")]
    /// fn double(x: u64) -> u64 {
    ///     x * 2
    /// }
    ///
    /// # let folder = tempfile::tempdir()?;
    /// # let stash = Stash::create(&folder.path().join(".scrat"))?;
    /// # let engine = std::sync::Arc::new(Engine::new(Some(stash), |_| {}));
    /// # engine.enter(|| {
    /// double(21);
    /// # });
    /// # let stash = engine.stash().unwrap();
    /// let nut = &stash.list(&Filter::All)?[0];
    /// assert_eq!((stash.pin(&[nut.key])?, stash.pin(&[nut.key])?), (1, 0));
    /// assert!(stash.list(&Filter::All)?[0].pinned);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn pin(&self, nuts: &[Digest]) -> Result<usize, StashError> {
        self.set_pinned(nuts, true)
    }

    /// Takes the pins off nuts. Returns how many had one.
    ///
    /// # Errors
    /// If the stash can't be written.
    ///
    /// # Examples
    ///
    /// ```
    /// # let folder = tempfile::tempdir()?;
    /// # let stash = scrat::Stash::create(&folder.path().join(".scrat"))?;
    /// let nuts: Vec<_> = stash.list(&scrat::Filter::All)?.into_iter().map(|nut| nut.key).collect();
    /// assert_eq!(stash.unpin(&nuts)?, 0);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn unpin(&self, nuts: &[Digest]) -> Result<usize, StashError> {
        self.set_pinned(nuts, false)
    }

    fn set_pinned(&self, nuts: &[Digest], pinned: bool) -> Result<usize, StashError> {
        self.write_with("pin nuts", |index| {
            let mut keys = Vec::new();
            let mut set = index.prepare_cached("UPDATE nuts SET pinned = ?2 WHERE key = ?1 AND pinned <> ?2")?;
            for key in nuts {
                if set.execute((key.as_bytes(), pinned))? > 0 {
                    keys.push(*key);
                }
            }
            let count = keys.len();
            if count > 0 {
                self.append(index, &bytes_of(&Record::Pinned { keys, pinned }, b"")?)?;
            }
            Ok(count)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::evict::given::{Given, Place};
    use super::super::{Filter, Stash};

    #[test]
    fn a_pin_outlives_the_index_the_records_and_both_being_written_anew() {
        let place = Place::new();
        let stash = place.stash();
        let [one, two] = ["one", "two"].map(|name| Given::new(name).put(&stash));
        stash.pin(&[one, two]).unwrap();
        stash.unpin(&[two]).unwrap();
        let pinned = |stash: &Stash| {
            let nuts = stash.list(&Filter::All).unwrap();
            nuts.into_iter().filter(|nut| nut.pinned).map(|nut| nut.key).collect::<Vec<_>>()
        };
        assert_eq!(pinned(&stash), [one]);
        drop(stash);
        let rebuilt = || {
            Stash::rebuild(&place.root).unwrap();
            Stash::open(&place.root).unwrap()
        };
        let stash = rebuilt();
        assert_eq!(pinned(&stash), [one]);
        stash.compact().unwrap();
        drop(stash);
        let stash = rebuilt();
        assert_eq!(pinned(&stash), [one]);
        std::fs::remove_file(place.root.join("records")).unwrap();
        Given::new("three").put(&stash);
        drop(stash);
        let stash = rebuilt();
        assert_eq!(pinned(&stash), [one]);
        stash.remove_keys(&[one]).unwrap();
        Given::new("one").put(&stash);
        assert_eq!(pinned(&stash), [], "what was deleted is pinned no more");
        drop(stash);
        assert_eq!(pinned(&rebuilt()), []);
    }
}
