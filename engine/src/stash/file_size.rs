//! How large a file may become, where that is limited (`ulimit -f`, as on clusters). The system ends a process that writes
//! beyond it, unless it heeds the signal: then the write fails, and the result isn't stored.

/// The most bytes that a file of this process may have, if there is a limit.
#[cfg(unix)]
pub(super) fn limit() -> Option<u64> {
    rustix::process::getrlimit(rustix::process::Resource::Fsize).current
}

#[cfg(not(unix))]
pub(super) fn limit() -> Option<u64> {
    None
}

/// Sees to it that storing a result doesn't end the program, if nobody else has seen to it. A handler that does nothing
/// is enough, and programs that are started from here don't inherit it.
#[cfg(unix)]
pub(super) fn heed_limit() {
    use std::sync::Once;

    use nix::sys::signal::{SaFlags, SigAction, SigHandler, SigSet, Signal, sigaction};

    extern "C" fn heed(_: nix::libc::c_int) {}

    static ONCE: Once = Once::new();
    if limit().is_none() {
        return;
    }
    ONCE.call_once(|| {
        let ours = SigAction::new(SigHandler::Handler(heed), SaFlags::SA_RESTART, SigSet::empty());
        #[expect(unsafe_code, reason = "nothing safe sets what becomes of a signal")]
        // SAFETY: `heed` does nothing, so it may interrupt whatever there is; what stood there before is put back as it was.
        unsafe {
            if let Ok(before) = sigaction(Signal::SIGXFSZ, &ours)
                && !matches!(before.handler(), SigHandler::SigDfl)
            {
                let _ = sigaction(Signal::SIGXFSZ, &before);
            }
        }
    });
}

#[cfg(not(unix))]
pub(super) fn heed_limit() {}

/// Whether a file was not to become any larger.
pub(super) fn is_passed(error: &std::io::Error) -> bool {
    error.kind() == std::io::ErrorKind::FileTooLarge
}

#[cfg(all(test, unix))]
mod tests {
    use std::path::Path;

    use super::super::evict::given::Given;
    use crate::stash::{Stash, StashError};

    #[test]
    #[ignore = "it is called by the test below"]
    fn storing_in_a_process_of_its_own() {
        if !Path::new(".scrat").exists() {
            return;
        }
        let stash = Stash::open(Path::new(".scrat")).unwrap();
        let large = Given { bytes: vec![7; 1 << 20], ..Given::new("large") }.try_put(&stash);
        assert!(matches!(large, Err(StashError::FileLimit { .. })), "{large:?}");
        let refused = (0..10_000_u32).find_map(|number| Given::new(&number.to_string()).try_put(&stash).err());
        assert!(matches!(refused, Some(StashError::FileLimit { .. })), "{refused:?}");
        std::fs::write("over", "").unwrap();
    }

    #[test]
    fn whoever_stores_where_files_may_not_become_large_is_told_so_and_lives() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join(".scrat");
        let key = Given::new("before").put(&Stash::create(&root).unwrap());
        let mut shell = std::process::Command::new("sh");
        shell.current_dir(folder.path()).args(["-c", "ulimit -f 512; exec \"$@\"", "sh"]);
        shell.arg(std::env::current_exe().unwrap());
        shell.args(["--ignored", "--exact", "stash::file_size::tests::storing_in_a_process_of_its_own"]);
        let output = shell.output().unwrap();
        assert!(folder.path().join("over").exists(), "{}", String::from_utf8_lossy(&output.stdout));
        let stash = Stash::open(&root).unwrap();
        assert!(stash.lookup(&key).unwrap().is_some() && stash.check().unwrap().is_sound());
    }
}
