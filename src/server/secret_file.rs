//! Where the instance secret is: in the environment, or in a file that the first start makes.

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

/// Why there is no secret to open a database with; each says what to do.
#[derive(Debug, thiserror::Error)]
pub enum SecretError {
    /// A short or copied one.
    #[error("instance secret: {0}; use 32 random bytes, for example from: openssl rand -base64 32")]
    Weak(#[from] WeakSecret),
    /// Its file.
    #[error("instance secret file {0}")]
    File(#[from] FileError),
    /// The database has one, this machine has none.
    #[error(
        "instance secret file {0}: it is missing, and this database was made with it; put it back from where it is \
         kept, or set VESTIBULE_SECRET to its text. If it is lost for good: vestibule secret rotate --lost"
    )]
    Missing(String),
    /// The database was made with another one.
    #[error(
        "the instance secret is not the one this database was made with; restore secret.key, or set \
         VESTIBULE_SECRET to the old value or, after vestibule secret rotate, to the new one"
    )]
    Wrong,
    /// A name that a rotation uses for itself.
    #[error("{0}: names beside the secret's file are used by Vestibule itself; name another file")]
    Reserved(String),
    /// A first start has not come so far.
    #[error(
        "this database has no instance secret yet: its first start did not finish; run vestibule serve"
    )]
    Unfinished,
}

/// The secret whose check value a database has; for one that has none yet, a secret that may be made.
///
/// # Errors
/// There is none, a weak one, one that others can read, or another one.
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
            // It is right where it is, too.
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

/// Whether the file can be used, as far as can be told without a database.
///
/// # Errors
/// A weak secret, one that others can read, or none.
pub fn look(config: &Config) -> Result<(), SecretError> {
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
        // Or it says why it cannot be read.
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
    // With a byte order mark it was another secret: the one of a database that was made with it.
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

/// Makes a file with a new secret.
///
/// # Errors
/// It is there, or cannot be written.
pub fn make(path: &Path) -> Result<Secret, FileError> {
    let secret = Secret::new(random::token());
    files::make_whole(path, secret.expose().as_bytes())?;
    Ok(secret)
}

/// The file in which a rotation has the new secret, beside the one in use, until it takes its place.
pub fn next_to(path: &Path) -> PathBuf {
    files::with_end(path, ".new")
}

/// Refuses a file for a new secret that is taken for another one: the names beside the secret are Vestibule's.
///
/// # Errors
/// `Reserved`.
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

/// Finds out, before anything is changed, whether another file can take the place of the secret: a file that is a mount
/// cannot be replaced.
///
/// # Errors
/// It is a mount, or cannot be looked at.
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
        // Also where the mount is of the same file system.
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

/// Keeps the secret in use in a file of its own, and puts the new one in its place; answers where the old one is, if
/// there was one. It can be done again where it was interrupted.
///
/// # Errors
/// The files. Then both secrets are where they were.
pub fn put_in_place(path: &Path) -> Result<Option<PathBuf>, FileError> {
    let new = next_to(path);
    // None is there where it was lost.
    let kept = path.exists().then(|| keep(path, &new)).transpose()?;
    fs::rename(&new, path).and_then(|()| files::settle(path)).map_err(FileError::of(path))?;
    Ok(kept)
}

/// Copies the secret in use to a name with the time at which the new one was made.
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

/// Removes the new secret of a rotation that was killed before it changed the database: only from the data folder, only
/// what has the form of such a secret, and not the one with this check value.
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
