//! The instance secret: in the environment, or in a file that the first start creates.

use std::{
    fs,
    io::ErrorKind,
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
};

use zeroize::Zeroizing;

use super::{
    config::Config,
    dates,
    db::OpenMode,
    files::{self, FileError},
    secure::{
        random,
        seal::{InstanceSecret, WeakSecret},
        secret::Secret,
    },
    text,
};

/// The reason why there is no secret for a database, with advice.
#[derive(Debug, thiserror::Error)]
pub enum SecretError {
    /// The secret is short or copied.
    #[error("instance secret: {0}; use 32 random bytes, for example from: openssl rand -base64 32")]
    Weak(#[from] WeakSecret),
    /// The file cannot be used.
    #[error("instance secret file {0}")]
    File(#[from] FileError),
    /// The database was made with a secret, and this machine has none.
    #[error(
        "instance secret file {0}: it is missing, and this database was made with it; put it back from where it is \
         kept, or set VESTIBULE_SECRET to its text. If it is lost for good: vestibule secret rotate --lost"
    )]
    Missing(String),
    /// The database was made with another secret.
    #[error(
        "the instance secret is not the one this database was made with; restore secret.key, or set \
         VESTIBULE_SECRET to the old value or, after vestibule secret rotate, to the new one"
    )]
    Wrong,
    /// The name is reserved for rotations.
    #[error("{0}: names beside the secret's file are used by Vestibule itself; name another file")]
    Reserved(String),
    /// A first start has not finished.
    #[error(
        "this database has no instance secret yet: its first start did not finish; run vestibule serve"
    )]
    Unfinished,
}

/// The secret that matches the check value of a database; a new one may be created for a database
/// without a check value.
///
/// # Errors
/// Fails if there is no secret, or it is weak, readable by others, or another one.
pub fn find(
    config: &Config,
    check: Option<&str>,
    open_mode: OpenMode,
) -> Result<InstanceSecret, SecretError> {
    if check.is_none() && open_mode != OpenMode::Make {
        return Err(SecretError::Unfinished);
    }
    let is_right =
        |secret: &InstanceSecret| check.is_none_or(|check| secret.check_value() == check);
    let in_use = match &config.secret {
        Some(secret) => InstanceSecret::new(secret).map_err(SecretError::from),
        None => in_file(config, check.is_none(), is_right),
    };
    let wrong = match in_use {
        Ok(secret) if is_right(&secret) => {
            if open_mode == OpenMode::Make {
                forget_unused(config, None);
            }
            return Ok(secret);
        }
        Ok(_) => SecretError::Wrong,
        Err(missing @ SecretError::Missing(_)) => missing,
        Err(error) => return Err(error),
    };
    // A rotation has changed the database and was killed before it changed the file.
    let next = next_to(&config.secret_file);
    if config.has_own_secret_file() && next.exists() {
        let secret = read(config, &next, is_right)?;
        if is_right(&secret) {
            // It may stay where it is.
            if open_mode == OpenMode::Make
                && let Err(error) = put_in_place(&config.secret_file)
            {
                let new = next.display();
                tracing::warn!(%error, "the instance secret is in {new}, and cannot take the place of the old one");
            }
            return Ok(secret);
        }
    }
    Err(wrong)
}

/// Checks the file, as far as that is possible without a database.
///
/// # Errors
/// Fails if the secret is weak, readable by others, or missing.
pub fn check(config: &Config) -> Result<(), SecretError> {
    in_file(config, false, |_| true).map(drop)
}

fn in_file(
    config: &Config,
    may_make: bool,
    is_right: impl Fn(&InstanceSecret) -> bool,
) -> Result<InstanceSecret, SecretError> {
    let path = &config.secret_file;
    match path.try_exists() {
        Ok(false) if may_make => Ok(InstanceSecret::new(&make(path)?)?),
        Ok(false) => Err(SecretError::Missing(path.display().to_string())),
        // An error is reported by `read`.
        Ok(true) | Err(_) => read(config, path, is_right),
    }
}

fn read(
    config: &Config,
    path: &Path,
    is_right: impl Fn(&InstanceSecret) -> bool,
) -> Result<InstanceSecret, SecretError> {
    match config.has_own_secret_file() {
        true => files::refuse_open(path)?,
        false => files::refuse_open_given(path)?,
    }
    let bytes = fs::read(path).map_err(FileError::of(path))?;
    // With a byte order mark it was another secret: that of a database made with it.
    let is_marked = bytes.starts_with(text::MARK);
    let text = text::of(bytes).map_err(|why| FileError::new(path, why.to_string()))?;
    let text = Secret::new(text);
    let secret = InstanceSecret::new(&text)?;
    if is_marked && !is_right(&secret) {
        let marked = Secret::new(format!("\u{feff}{}", text.expose()));
        return Ok(InstanceSecret::new(&marked)?);
    }
    Ok(secret)
}

/// Creates a file with a new secret.
///
/// # Errors
/// Fails if the file exists or cannot be written.
pub fn make(path: &Path) -> Result<Secret, FileError> {
    let secret = Secret::new(random::token());
    files::make_whole(path, secret.expose().as_bytes())?;
    Ok(secret)
}

/// The file of the new secret during a rotation, next to the current one.
pub fn next_to(path: &Path) -> PathBuf {
    files::with_end(path, ".new")
}

/// Rejects a file for a new secret whose name is reserved for Vestibule.
///
/// # Errors
/// Returns `Reserved`.
pub fn refuse_reserved(config: &Config, path: &Path) -> Result<(), SecretError> {
    let folder = |path: &Path| {
        let folder = files::parent(path);
        folder.canonicalize().unwrap_or_else(|_| folder.to_owned())
    };
    let name = |path: &Path| path.file_name().map(|name| name.to_string_lossy().into_owned());
    let own = &config.secret_file;
    let (Some(own_name), Some(given)) = (name(own), name(path)) else { return Ok(()) };
    match given.starts_with(&format!("{own_name}.")) && folder(own) == folder(path) {
        true => Err(SecretError::Reserved(path.display().to_string())),
        false => Ok(()),
    }
}

/// Checks, before anything is changed, that another file can replace the secret: a mounted file
/// cannot be replaced.
///
/// # Errors
/// Fails if it is a mount, or cannot be inspected.
pub fn refuse_mounted(path: &Path) -> Result<(), FileError> {
    if !path.exists() {
        return Ok(());
    }
    let probe = files::with_end(path, ".probe");
    drop(fs::remove_file(&probe));
    let is_mounted = match fs::hard_link(path, &probe) {
        Ok(()) => {
            fs::remove_file(&probe).map_err(FileError::of(&probe))?;
            false
        }
        // This includes a mount from the same file system.
        Err(error) if error.kind() == ErrorKind::CrossesDevices => true,
        // The file system has no links.
        Err(_) => {
            let device = |path: &Path| fs::metadata(path).map(|metadata| metadata.dev());
            let (file, folder) = (device(path), device(files::parent(path)));
            file.map_err(FileError::of(path))? != folder.map_err(FileError::of(path))?
        }
    };
    match is_mounted {
        true => Err(FileError::new(
            path,
            "it is mounted there, and cannot be replaced from here: mount the data folder instead of this file, or set \
             VESTIBULE_SECRET_FILE to another path of it and give --to FILE",
        )),
        false => Ok(()),
    }
}

/// Renames the current secret, and puts the new one in its place; returns the path of the old one,
/// if there was one. It can be repeated after an interruption.
///
/// # Errors
/// Fails if a file cannot be moved. Both secrets are then where they were.
pub fn put_in_place(path: &Path) -> Result<Option<PathBuf>, FileError> {
    let new = next_to(path);
    // The old file is absent if the secret was lost.
    let kept = path.exists().then(|| keep(path, &new)).transpose()?;
    fs::rename(&new, path).and_then(|()| files::settle(path)).map_err(FileError::of(path))?;
    Ok(kept)
}

/// Copies the current secret to a name with the creation time of the new one.
fn keep(path: &Path, new: &Path) -> Result<PathBuf, FileError> {
    let bytes = Zeroizing::new(fs::read(path).map_err(FileError::of(path))?);
    let made = fs::metadata(new).map_err(FileError::of(new))?;
    let made = dates::rfc3339_ms(made.mtime() * 1000 + made.mtime_nsec() / 1_000_000);
    let name = format!(".before-{}", made.unwrap_or_default().replace(':', "-"));
    let mut kept = files::with_end(path, &name);
    let mut others = 1;
    while kept.exists() {
        if fs::read(&kept).map(Zeroizing::new).map_err(FileError::of(&kept))? == bytes {
            return Ok(kept);
        }
        others += 1;
        kept = files::with_end(path, &format!("{name}-{others}"));
    }
    files::make_whole(&kept, &bytes)?;
    Ok(kept)
}

/// Deletes the new secret of a rotation that was killed before it changed the database: only in the
/// data folder, only a file with such a secret, and not the one with this check value.
pub fn forget_unused(config: &Config, but: Option<&str>) {
    let new = next_to(&config.secret_file);
    let Some(text) = fs::read_to_string(&new).ok().filter(|_| config.has_own_secret_file()) else {
        return;
    };
    let text = Secret::new(text);
    let is_kept = |secret: InstanceSecret| but.is_some_and(|but| secret.check_value() == but);
    if random::is_token(text.expose()) && !InstanceSecret::new(&text).is_ok_and(is_kept) {
        drop(fs::remove_file(&new));
    }
}
