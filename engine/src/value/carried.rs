//! Within which time the system carries what was written to a file's pages to a disk.

use std::fs::File;
use std::time::Duration;

/// How soon that is done. None if it can't be told, or never is: in memory, on a network, and in folders that the system
/// makes up.
#[cfg(target_os = "linux")]
pub(super) fn carried_within(file: &File) -> Option<Duration> {
    if !is_on_a_disk(file) {
        return None;
    }
    use std::sync::OnceLock;
    static WITHIN: OnceLock<Option<Duration>> = OnceLock::new();
    let setting = |name| {
        let text = std::fs::read_to_string(format!("/proc/sys/vm/dirty_{name}_centisecs")).ok()?;
        text.trim().parse().ok()
    };
    *WITHIN.get_or_init(|| within(setting("expire")?, setting("writeback")?))
}

/// Pages of this age, in hundredths of a second, are carried by somebody who looks so often: never, if that is 0. Twice
/// that, and a while for a disk that has much to do.
#[cfg(target_os = "linux")]
fn within(expire: u64, writeback: u64) -> Option<Duration> {
    let twice = expire.checked_add(writeback)?.checked_mul(2)?.checked_mul(10)?;
    (writeback > 0).then(|| Duration::from_millis(twice).saturating_add(Duration::from_secs(20)))
}

/// Whether the file system tells where on a disk the file is. Layers of file systems (overlayfs) ask the one that has the
/// file.
#[cfg(target_os = "linux")]
fn is_on_a_disk(file: &File) -> bool {
    use rustix::ioctl::{Opcode, Updater, ioctl, opcode};

    /// What the system is asked: `struct fiemap`, with room for no extent, so that they are only counted.
    #[repr(C)]
    struct Fiemap {
        start: u64,
        length: u64,
        flags: u32,
        mapped_extents: u32,
        extent_count: u32,
        reserved: u32,
    }
    const FIEMAP: Opcode = opcode::read_write::<Fiemap>(b'f', 11);
    // SMB answers for the server's disk, and others write there.
    const NETWORKS: [u32; 2] = [0xff53_4d42, 0xfe53_4d42];
    let is_away = rustix::fs::fstatfs(file).map_or(true, |system| NETWORKS.contains(&(system.f_type as u32)));
    let mut asked = Fiemap { start: 0, length: u64::MAX, flags: 0, mapped_extents: 0, extent_count: 0, reserved: 0 };
    #[expect(unsafe_code, reason = "nothing safe asks for a file's extents")]
    // SAFETY: the number is that of FS_IOC_FIEMAP, which reads and writes one such structure, and beyond it only as many
    // extents as it says that there is room for: none.
    let answer = unsafe { ioctl(file, Updater::<FIEMAP, Fiemap>::new(&mut asked)) };
    !is_away && answer.is_ok()
}

/// Elsewhere nobody tells. What Linux takes by default should do.
#[cfg(not(target_os = "linux"))]
pub(super) fn carried_within(_: &File) -> Option<Duration> {
    Some(Duration::from_secs(90))
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn pages_are_carried_in_the_time_that_the_system_is_set_to() {
        assert_eq!(within(3_000, 500), Some(Duration::from_secs(90)), "as Linux is set by default");
        assert_eq!(within(60_000, 6_000), Some(Duration::from_secs(1_340)), "to spare a battery");
        assert_eq!(within(3_000, 0), None, "never");
        assert_eq!(within(u64::MAX, 500), None);
    }

    #[test]
    fn what_is_in_memory_alone_or_made_up_is_on_no_disk() {
        for path in ["/proc/uptime", "/sys/kernel/mm/transparent_hugepage/enabled", "/dev/shm"] {
            if let Ok(file) = File::open(path) {
                assert_eq!(carried_within(&file), None, "{path}");
            }
        }
    }
}
