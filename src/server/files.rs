//! Owner and permissions of our files and of files with secrets.

use std::{
    fs::{self, DirBuilder, File, Metadata, OpenOptions},
    io::{Error as IoError, ErrorKind, Write},
    os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, fchown},
    path::{Path, PathBuf},
};

use rustix::{fs::StatVfsMountFlags, process::geteuid};

/// Permission bits of group and others.
pub(super) const OTHERS: u32 = 0o077;
/// Write permission bits.
const WRITE: u32 = 0o222;

/// A file or folder that cannot be used; the text names it and gives advice.
#[derive(Debug, thiserror::Error)]
#[error("{}: {why}", path.display())]
pub struct FileError {
    path: PathBuf,
    why: String,
}

/// The result of a file operation.
pub type FileResult<T> = Result<T, FileError>;

impl FileError {
    /// An error with a sentence of its own.
    pub fn new(path: &Path, why: impl Into<String>) -> Self {
        Self { path: path.to_owned(), why: why.into() }
    }

    /// An error of the system. If it is about permissions, it names the owner of the file.
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

/// Creates a folder and its missing parents, for their owner alone.
///
/// # Errors
/// Fails if it cannot be created, or exists and is open to others.
pub fn make_folder(folder: &Path) -> FileResult<()> {
    if folder.is_dir() {
        return refuse_open(folder);
    }
    let above = parent(folder);
    if !above.is_dir() {
        make_folder_above(above)?;
    }
    match DirBuilder::new().mode(0o700).create(folder) {
        // Another start was faster.
        Err(error) if error.kind() == ErrorKind::AlreadyExists => refuse_open(folder),
        made => {
            made.map_err(FileError::of(folder))?;
            File::open(folder)
                .and_then(|made| give_to_owner_of(&made, above))
                .map_err(FileError::of(folder))
        }
    }
}

/// Creates the parents; existing ones may be open to others.
fn make_folder_above(folder: &Path) -> FileResult<()> {
    match make_folder(folder) {
        Err(_) if folder.is_dir() => Ok(()),
        made => made,
    }
}

/// Creates a file that must not exist, with mode 0600.
///
/// # Errors
/// Fails if it exists or cannot be created.
pub fn make(path: &Path) -> FileResult<File> {
    let mut options = OpenOptions::new();
    let file = options.write(true).create_new(true).mode(0o600).open(path);
    let file = file.map_err(FileError::of(path))?;
    give_to_owner_of(&file, parent(path)).map_err(FileError::of(path))?;
    Ok(file)
}

/// Creates a file that must not exist, with mode 0600, and names it when it is complete: a killed
/// process leaves no partial file under that name.
///
/// # Errors
/// Fails if it exists or cannot be written.
pub fn make_whole(path: &Path, bytes: &[u8]) -> FileResult<()> {
    let part = with_end(path, &format!(".{}.part", std::process::id()));
    // Left over from a killed process.
    drop(fs::remove_file(&part));
    let mut file = make(&part)?;
    let written = file.write_all(bytes).and_then(|()| file.sync_all());
    let named = written.and_then(|()| name(&part, path));
    drop(fs::remove_file(&part));
    named.map_err(FileError::of(path))
}

/// Gives a complete file a name that must be free. The other name may remain.
///
/// # Errors
/// Fails if the name is in use, or the folder cannot be written.
pub fn name(part: &Path, path: &Path) -> std::io::Result<()> {
    // Unlike a rename, this replaces nothing. Some file systems have no links.
    let named = fs::hard_link(part, path).or_else(|error| match error.kind() {
        ErrorKind::AlreadyExists => Err(error),
        _ if path.exists() => Err(ErrorKind::AlreadyExists.into()),
        _ => fs::rename(part, path),
    });
    named.and_then(|()| settle(path))
}

/// Creates a missing file with mode 0600, and checks that it may be read and written.
///
/// # Errors
/// Fails if it may not.
pub fn make_if_missing(path: &Path) -> FileResult<File> {
    match make(path) {
        Err(_) if path.exists() => {
            let options = OpenOptions::new().read(true).write(true).open(path);
            options.map_err(FileError::of(path))
        }
        made => made,
    }
}

/// A path with a suffix after its file name.
pub fn with_end(path: &Path, end: &str) -> PathBuf {
    let mut longer = path.as_os_str().to_owned();
    longer.push(end);
    longer.into()
}

/// Synchronises the folder of a file, so that its name survives a power failure.
///
/// # Errors
/// Fails if the folder cannot be synchronised.
pub fn settle(path: &Path) -> std::io::Result<()> {
    File::open(parent(path))?.sync_all()
}

/// Gives a file that root creates to the owner of its folder: a command run by root must not keep
/// the service from starting.
fn give_to_owner_of(made: &File, folder: &Path) -> std::io::Result<()> {
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

/// Checks that others may not read or write a file or folder of ours.
///
/// # Errors
/// Fails if they may, or if it cannot be inspected.
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

/// Checks that others cannot read a file with a secret that was given to Vestibule.
///
/// Its group may read it. Everybody may read it only if this process cannot change it: root's file
/// with mode 0444, as in Docker, or one on a read-only mount, as in Kubernetes.
///
/// # Errors
/// Fails if others can read it, or if it cannot be inspected.
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
