//! The start lock: one start at a time in a folder.

use std::{
    fs::{File, OpenOptions, Permissions, TryLockError},
    os::unix::fs::{MetadataExt, OpenOptionsExt, PermissionsExt},
    path::Path,
    time::Duration,
};

use rustix::fs::OFlags;

use super::{
    clock::Stopwatch,
    files::{self, FileError, FileResult, OTHERS},
};

/// Interval of the tries: the system offers no wait with a time limit, and a failed start needs a
/// sentence.
const TRY_EVERY: Duration = Duration::from_millis(50);

/// Waits for other starts in a folder to finish. The lock ends when the returned file is closed.
///
/// # Errors
/// Fails if one of them takes longer than `patience`, or the file cannot be created.
pub fn lock(folder: &Path, patience: Duration) -> FileResult<File> {
    let path = folder.join("start.lock");
    let file = match files::make(&path) {
        Err(_) if path.symlink_metadata().is_ok() => existing(&path)?,
        made => made?,
    };
    let watch = Stopwatch::start();
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(file),
            Err(TryLockError::Error(error)) => return Err(FileError::of(&path)(error)),
            Err(TryLockError::WouldBlock) if watch.elapsed() >= patience => {
                let seconds = patience.as_secs();
                return Err(FileError::new(
                    &path,
                    format!(
                        "another process has held this lock for {seconds} seconds; see who does with: fuser {}",
                        path.display()
                    ),
                ));
            }
            Err(TryLockError::WouldBlock) => std::thread::sleep(TRY_EVERY),
        }
    }
}

/// Opens an existing lock file. Root may start in the folder of a user who puts a link there, whose
/// target must not get another mode.
fn existing(path: &Path) -> FileResult<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).custom_flags(OFlags::NOFOLLOW.bits() as i32);
    let file = options.open(path).map_err(FileError::of(path))?;
    let metadata = file.metadata().map_err(FileError::of(path))?;
    if !metadata.is_file() || metadata.nlink() > 1 {
        return Err(FileError::new(path, "it is a link to another file, or none; remove it"));
    }
    if metadata.mode() & OTHERS != 0 {
        // An earlier version created it with another mode. Processes that have it open already are
        // bounded by the time limit.
        file.set_permissions(Permissions::from_mode(0o600)).map_err(FileError::of(path))?;
    }
    Ok(file)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn a_lock_is_private_and_is_waited_for_in_vain_for_a_while_only() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("start.lock");
        fs::write(&path, "").expect("made");
        fs::set_permissions(&path, Permissions::from_mode(0o644)).expect("opened to others");
        let held = lock(folder.path(), Duration::ZERO).expect("free");
        assert_eq!(fs::metadata(&path).expect("a file").mode() & 0o777, 0o600);
        let refused = lock(folder.path(), Duration::ZERO).expect_err("held").to_string();
        assert!(refused.contains("start.lock: another process has held this lock"), "{refused}");
        drop(held);
        lock(folder.path(), Duration::ZERO).expect("free again");
    }

    #[test]
    fn a_link_in_its_place_is_refused_and_left_alone() {
        let folder = tempfile::tempdir().expect("a folder");
        let (path, other) = (folder.path().join("start.lock"), folder.path().join("other"));
        fs::write(&other, "").expect("made");
        fs::set_permissions(&other, Permissions::from_mode(0o644)).expect("opened to others");
        fs::hard_link(&other, &path).expect("linked");
        let refused = lock(folder.path(), Duration::ZERO).expect_err("a link").to_string();
        assert!(refused.contains("start.lock: it is a link"), "{refused}");
        fs::remove_file(&path).expect("removed");
        std::os::unix::fs::symlink(&other, &path).expect("linked");
        lock(folder.path(), Duration::ZERO).expect_err("a link");
        assert_eq!(fs::metadata(&other).expect("a file").mode() & 0o777, 0o644);
    }
}
