//! Files of ours and files with secrets: who may read them, and whose they are.

use std::{
    fs::{self, DirBuilder, File, Metadata, OpenOptions},
    io::{Error as IoError, ErrorKind, Write},
    os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, fchown},
    path::{Path, PathBuf},
};

use rustix::{fs::StatVfsMountFlags, process::geteuid};

/// Bits that nobody but the owner may have.
pub(super) const OTHERS: u32 = 0o077;
/// Bits of writing.
const WRITE: u32 = 0o222;

/// A file or folder that cannot be used; the text names it and says what would do.
#[derive(Debug, thiserror::Error)]
#[error("{}: {why}", path.display())]
pub struct FileError {
    path: PathBuf,
    why: String,
}

/// What a file operation answers.
pub type FileResult<T> = Result<T, FileError>;

impl FileError {
    /// An error with words of its own.
    pub fn new(path: &Path, why: impl Into<String>) -> Self {
        Self { path: path.to_owned(), why: why.into() }
    }

    /// An error of the system. Where it is about rights, it says whose the file is.
    pub fn of(path: &Path) -> impl FnOnce(IoError) -> Self {
        let path = path.to_owned();
        move |error| {
            let near = path.ancestors().find_map(|near| Some((near, fs::metadata(near).ok()?)));
            let why = match (error.kind(), near) {
                (ErrorKind::PermissionDenied, Some((near, metadata))) => format!(
                    "{error}; {} belongs to uid {}, and this is uid {}",
                    near.display(),
                    metadata.uid(),
                    geteuid().as_raw()
                ),
                _ => error.to_string(),
            };
            Self { path, why }
        }
    }
}

/// Makes a folder and those above it that are missing, for their owner alone.
///
/// # Errors
/// It cannot be made, or is there and open to others.
pub fn make_folder(folder: &Path) -> FileResult<()> {
    if folder.is_dir() {
        return refuse_open(folder);
    }
    let above = parent(folder);
    if !above.is_dir() {
        make_folder_above(above)?;
    }
    match DirBuilder::new().mode(0o700).create(folder) {
        // Another start was quicker.
        Err(error) if error.kind() == ErrorKind::AlreadyExists => refuse_open(folder),
        made => {
            made.map_err(FileError::of(folder))?;
            File::open(folder).and_then(|made| give(&made, above)).map_err(FileError::of(folder))
        }
    }
}

/// Folders above ours may be open to others, if they are there.
fn make_folder_above(folder: &Path) -> FileResult<()> {
    match make_folder(folder) {
        Err(_) if folder.is_dir() => Ok(()),
        made => made,
    }
}

/// Makes a file that must not be there yet, with mode 0600.
///
/// # Errors
/// It is there, or cannot be made.
pub fn make(path: &Path) -> FileResult<File> {
    let mut options = OpenOptions::new();
    let file = options.write(true).create_new(true).mode(0o600).open(path);
    let file = file.map_err(FileError::of(path))?;
    give(&file, parent(path)).map_err(FileError::of(path))?;
    Ok(file)
}

/// Makes a file that must not be there yet, with mode 0600, and gives it its name when it is whole: a process that is
/// killed leaves no half of it under that name.
///
/// # Errors
/// It is there, or cannot be written.
pub fn make_whole(path: &Path, bytes: &[u8]) -> FileResult<()> {
    let part = with_end(path, &format!(".{}.part", std::process::id()));
    // Of a process that was killed.
    drop(fs::remove_file(&part));
    let mut file = make(&part)?;
    let written = file.write_all(bytes).and_then(|()| file.sync_all());
    let named = written.and_then(|()| name(&part, path));
    drop(fs::remove_file(&part));
    named.map_err(FileError::of(path))
}

/// Gives a file that is whole its name, which nothing has yet. The other name may be left.
///
/// # Errors
/// Something has the name; the folder.
pub fn name(part: &Path, path: &Path) -> std::io::Result<()> {
    // Unlike renaming, this replaces nothing. Some file systems have no links.
    let named = fs::hard_link(part, path).or_else(|error| match error.kind() {
        ErrorKind::AlreadyExists => Err(error),
        _ if path.exists() => Err(ErrorKind::AlreadyExists.into()),
        _ => fs::rename(part, path),
    });
    named.and_then(|()| settle(path))
}

/// Makes a file with mode 0600 where it is missing, and finds out whether it may be read and written.
///
/// # Errors
/// It may not.
pub fn make_if_missing(path: &Path) -> FileResult<File> {
    match make(path) {
        Err(_) if path.exists() => {
            let options = OpenOptions::new().read(true).write(true).open(path);
            options.map_err(FileError::of(path))
        }
        made => made,
    }
}

/// A path with something after its last name.
pub fn with_end(path: &Path, end: &str) -> PathBuf {
    let mut longer = path.as_os_str().to_owned();
    longer.push(end);
    longer.into()
}

/// Makes sure that the name of a file outlives a power cut.
///
/// # Errors
/// The folder cannot be synchronised.
pub fn settle(path: &Path) -> std::io::Result<()> {
    File::open(parent(path))?.sync_all()
}

/// What root makes in the folder of another user is that user's: a command by root must not keep the service from
/// starting.
fn give(made: &File, folder: &Path) -> std::io::Result<()> {
    let owner = fs::metadata(folder)?;
    if geteuid().is_root() && owner.uid() != 0 {
        fchown(made, Some(owner.uid()), Some(owner.gid()))?;
    }
    Ok(())
}

/// The folder of a file.
pub fn parent(path: &Path) -> &Path {
    match path.parent() {
        Some(above) if above.as_os_str().is_empty() => Path::new("."),
        Some(above) => above,
        None => path,
    }
}

/// Refuses a file or folder of ours that others may read or write.
///
/// # Errors
/// They may, or it cannot be looked at.
pub fn refuse_open(path: &Path) -> FileResult<()> {
    let metadata = fs::metadata(path).map_err(FileError::of(path))?;
    if metadata.mode() & OTHERS == 0 {
        return Ok(());
    }
    let shown = path.display();
    let advice = match metadata.is_dir() {
        true => format!("run: chmod 700 {shown}, or name a folder in it that Vestibule makes"),
        false => format!("run: chmod 600 {shown}"),
    };
    Err(FileError::new(path, format!("others can read it; {advice}")))
}

/// Refuses a file with a secret that was given to Vestibule and others can read. Its group may read it. Everybody may
/// only where the file cannot be changed by this process: root's with mode 0444, as Docker gives secrets, or one on a
/// read-only mount, as Kubernetes does.
///
/// # Errors
/// They can, or it cannot be looked at.
pub fn refuse_open_given(path: &Path) -> FileResult<()> {
    let metadata = fs::metadata(path).map_err(FileError::of(path))?;
    let is_closed = metadata.mode() & 0o027 == 0;
    match is_closed || is_unchangeable(&metadata) || is_mounted_read_only(path) {
        true => Ok(()),
        false => Err(FileError::new(
            path,
            format!(
                "others can read it; run: chmod 600 {0} (640 if the service reads it by its group). A mounted secret \
                 needs mode 0400 or 0440 (in Kubernetes defaultMode: 0400), or a read-only mount",
                path.display()
            ),
        )),
    }
}

fn is_unchangeable(metadata: &Metadata) -> bool {
    metadata.mode() & WRITE == 0 && metadata.uid() == 0 && !geteuid().is_root()
}

fn is_mounted_read_only(path: &Path) -> bool {
    rustix::fs::statvfs(path).is_ok_and(|mount| mount.f_flag.contains(StatVfsMountFlags::RDONLY))
}

#[cfg(test)]
mod tests {
    use std::{fs::Permissions, os::unix::fs::PermissionsExt};

    use super::*;

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).expect("a file").mode() & 0o777
    }

    #[test]
    fn what_is_ours_is_closed_to_others() {
        let folder = tempfile::tempdir().expect("a folder");
        let deep = folder.path().join("a/b/c");
        make_folder(&deep).expect("made");
        assert_eq!((mode(&deep), mode(&folder.path().join("a"))), (0o700, 0o700));
        for bits in [0o755, 0o750, 0o701] {
            fs::set_permissions(&deep, Permissions::from_mode(bits)).expect("changed");
            let refused = make_folder(&deep).expect_err("open").to_string();
            assert!(refused.contains("run: chmod 700"), "{refused}");
        }
        let file = folder.path().join("file");
        drop(make(&file).expect("made"));
        assert_eq!(mode(&file), 0o600);
        assert!(make(&file).is_err() && make_if_missing(&file).is_ok());
    }

    #[test]
    fn a_given_secret_may_be_its_groups() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("secret");
        drop(make(&file).expect("made"));
        for (bits, fine) in [
            (0o600, true),
            (0o400, true),
            (0o440, true),
            (0o640, true),
            (0o660, false),
            (0o644, false),
        ] {
            fs::set_permissions(&file, Permissions::from_mode(bits)).expect("changed");
            assert_eq!(refuse_open_given(&file).is_ok(), fine, "{bits:o}");
        }
    }
}
