//! Deleting what the records have and the index lacks: an index that was put back from a copy is older than they are, and
//! would get it back from them.

use super::journal::bytes_of;
use super::record::Record;
use super::records::{Records, Standing};
use super::{Filter, Stash, StashError, io_error};
use crate::clock;
use crate::digest::Digest;

impl Stash {
    /// How many nuts that a filter selects are in the records alone.
    ///
    /// # Errors
    /// If the stash can't be read.
    ///
    /// # Examples
    ///
    /// ```
    /// # let folder = tempfile::tempdir()?;
    /// # let root = folder.path().join(".scrat");
    /// use scrat::{Filter, Stash};
    ///
    /// let stash = Stash::create(&root)?;
    /// assert_eq!(stash.count_unlisted(&Filter::All)?, 0);
    /// stash.remove_unlisted(&Filter::All)?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn count_unlisted(&self, filter: &Filter) -> Result<usize, StashError> {
        let mut standing = Standing::of(&self.records())?;
        self.read_with("read nuts", |index| standing.take_out(index).map(drop))?;
        if standing.results.is_empty() { Ok(0) } else { Ok(self.unlisted(&standing, filter)?.len()) }
    }

    /// Notes as deleted what the records alone have of the nuts that a filter selects.
    ///
    /// # Errors
    /// If the stash can't be read or written.
    pub fn remove_unlisted(&self, filter: &Filter) -> Result<(), StashError> {
        if self.count_unlisted(filter)? == 0 {
            return Ok(());
        }
        // What somebody was about to store is in the index now.
        self.write_with("remove nuts", |index| {
            let mut standing = Standing::of(&self.records())?;
            standing.take_out(index)?;
            let keys = self.unlisted(&standing, filter)?;
            if keys.is_empty() {
                return Ok(());
            }
            self.append(index, &bytes_of(&Record::Removed { keys, at: clock::now() }, b"")?)
        })
    }

    fn unlisted(&self, standing: &Standing, filter: &Filter) -> Result<Vec<Digest>, StashError> {
        let path = self.records();
        let error = |source| io_error("read", &path, source);
        let mut keys = Vec::new();
        let Some(mut records) = Records::open(&path).map_err(error)? else { return Ok(keys) };
        while let Some((record, _)) = records.next().map_err(error)? {
            if let Record::Nut(nut) = record
                && standing.results.get(&nut.key) == Some(&nut.created)
                && filter.means(&nut.function, &nut.key)
            {
                keys.push(nut.key);
            }
        }
        Ok(keys)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stash::evict::given::Given;

    #[test]
    fn what_only_the_records_have_is_deleted_as_well() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join(".scrat");
        let stash = Stash::create(&root).unwrap();
        let keys = || {
            let stash = Stash::open(&root).unwrap();
            let keys: Vec<_> = stash.list(&Filter::All).unwrap().iter().map(|nut| nut.key).collect();
            keys
        };
        Given::new("first").put(&stash);
        drop(stash);
        let old = std::fs::read(root.join("index.db")).unwrap();
        let put_old_index_back = || std::fs::write(root.join("index.db"), &old).unwrap();
        let second = Given::new("second");
        second.put(&Stash::open(&root).unwrap());

        put_old_index_back();
        let stash = Stash::open(&root).unwrap();
        assert_eq!(stash.remove(&Filter::Function("another".to_owned())).unwrap().nuts, 0);
        drop(stash);
        Stash::rebuild(&root).unwrap();
        assert!(keys().contains(&second.key()), "it is another function's");

        put_old_index_back();
        assert_eq!(Stash::open(&root).unwrap().remove(&Filter::All).unwrap().nuts, 1);
        Stash::rebuild(&root).unwrap();
        assert_eq!(keys(), []);
    }
}
