//! Direct calls.
use scrat::prelude::*;
use std::sync::atomic::{AtomicU32, Ordering};

static CALLS: AtomicU32 = AtomicU32::new(0);

#[stash]
fn double(x: u32, name: &str, list: &[u8], #[stash(ignore)] loud: bool) -> Result<Vec<u32>> {
    CALLS.fetch_add(1, Ordering::SeqCst);
    if loud {
        bail!("loud {name}")
    }
    Ok(vec![x * 2, list.len() as u32])
}

#[stash]
fn generic<T: serde::Serialize + serde::de::DeserializeOwned + Send + Sync + Default + 'static>(x: T) -> T {
    drop(x);
    T::default()
}

#[test]
fn hit() {
    let dir = tempfile::tempdir().unwrap();
    let engine =
        std::sync::Arc::new(scrat::Engine::new(Some(scrat::Stash::create(&dir.path().join(".scrat")).unwrap()), |e| {
            println!("{e:?}");
        }));
    engine.enter(|| {
        assert!(double(1, "a", &[1], true).is_err());
        assert_eq!(double(1, "a", &[1], false).unwrap(), [2, 1]);
        assert_eq!(double(1, "a", &[1], false).unwrap(), [2, 1]);
        assert_eq!(CALLS.load(Ordering::SeqCst), 2);
        assert!(double::is_stashed(1, "a", &[1], true));
        assert!(double::forget(1, "a", &[1], true).unwrap());
        assert!(!double::is_stashed(1, "a", &[1], true));
        assert_eq!(generic(4_u8), 0);
        assert!(generic(vec![4_u8]).is_empty());
        let a = double::step(3, "x", vec![1], false);
        let _b = generic::step(&a);
        assert_eq!(double::stats().hits, 1);
    });
}
