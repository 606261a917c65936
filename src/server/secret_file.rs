//! Where the instance secret is: in the environment, or in a file that the first start makes.

use std::{
    fs,
    io::Write,
    path::{Path, PathBuf},
};

use super::{
    config::Config,
    db::Opening,
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
         VESTIBULE_SECRET to the old value"
    )]
    Wrong,
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
    opening: Opening,
) -> Result<InstanceSecret, SecretError> {
    if check.is_none() && opening != Opening::Make {
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
            if opening == Opening::Make {
                forget_others(config);
            }
            return Ok(secret);
        }
        Ok(_) => SecretError::Wrong,
        Err(missing @ SecretError::Missing(_)) => missing,
        Err(error) => return Err(error),
    };
    // A rotation has changed the database and was killed before it changed the file.
    let next = next_to(&config.secret_file, "new");
    if config.secret.is_none() && next.exists() {
        let secret = read(config, &next, is_right)?;
        if is_right(&secret) {
            if opening == Opening::Make {
                put_in_place(&config.secret_file)?;
                forget_others(config);
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
    let marked = bytes.starts_with("\u{feff}".as_bytes()).then(|| bytes.clone());
    let text = text::of(bytes).map_err(|why| FileError::new(path, why.to_string()))?;
    let secret = InstanceSecret::new(&Secret::new(text))?;
    match marked.and_then(|bytes| String::from_utf8(bytes).ok()) {
        Some(marked) if !is_right(&secret) => Ok(InstanceSecret::new(&Secret::new(marked))?),
        _ => Ok(secret),
    }
}

/// Makes a file with a new secret.
///
/// # Errors
/// It is there, or cannot be written.
pub fn make(path: &Path) -> Result<Secret, FileError> {
    let secret = Secret::new(random::token());
    let mut file = files::make(path)?;
    let written = file.write_all(secret.expose().as_bytes()).and_then(|()| file.sync_all());
    written.and_then(|()| files::settle(path)).map_err(FileError::of(path))?;
    Ok(secret)
}

/// The file in which a rotation keeps a secret beside the one in use: `new` before it is used, `old` until the
/// rotation has ended.
pub fn next_to(path: &Path, which: &str) -> PathBuf {
    files::with_end(path, &format!(".{which}"))
}

/// Keeps the secret in use aside, and puts the new one in its place.
///
/// # Errors
/// The files.
pub fn put_in_place(path: &Path) -> Result<(), FileError> {
    let (new, old) = (next_to(path, "new"), next_to(path, "old"));
    drop(fs::remove_file(&old));
    // None is there where it was lost.
    if path.exists() {
        fs::hard_link(path, &old).map_err(FileError::of(&old))?;
    }
    fs::rename(&new, path).map_err(FileError::of(path))?;
    files::settle(path).map_err(FileError::of(path))
}

/// What a rotation has left behind that was killed: the secret in use is the right one.
pub fn forget_others(config: &Config) {
    for which in ["new", "old"] {
        drop(fs::remove_file(next_to(&config.secret_file, which)));
    }
}
