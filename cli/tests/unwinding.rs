//! The first call of a stashed function in a process, made by a destructor while the thread unwinds. Alone in its process.

use std::sync::Arc;

use scrat::{Engine, Stash, stash};

#[stash]
fn double(x: u64) -> u64 {
    x * 2
}

struct Last(Arc<Engine>);

impl Drop for Last {
    fn drop(&mut self) {
        self.0.enter(|| assert_eq!(double(4), 8));
    }
}

#[test]
fn a_destructor_may_be_what_calls_a_stashed_function_first() {
    let folder = tempfile::tempdir().unwrap();
    let stash = Stash::create(&folder.path().join(".scrat")).unwrap();
    let last = Last(Arc::new(Engine::new(Some(stash), |_| {})));
    let caught = std::panic::catch_unwind(std::panic::AssertUnwindSafe(move || {
        let _last = last;
        panic!("the first one");
    }));
    assert!(caught.is_err());
    assert_eq!(double::stats().misses, 1);
}
