//! The files of the site: those in the binary, or those of a folder.

use std::{
    borrow::Cow,
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
    sync::Arc,
};

use bytes::Bytes;

use crate::server::secure::seal;

/// A file by its path below the folder of the site.
type Source = (Cow<'static, str>, Bytes);

/// Defines `EMBEDDED`, the files of the site in this binary: their paths below the folder, and their bytes. `build.rs`
/// writes it; the list is empty if `EMBED_SITE` was not set.
mod embedded {
    include!(concat!(env!("OUT_DIR"), "/site.rs"));
}

/// The codings in which `scripts/site.mjs` stores files, with the ends of their names.
const CODINGS: [(&str, &str); 2] = [("br", ".br"), ("gzip", ".gz")];

/// A file of the site.
#[derive(Clone, Debug, Default)]
pub struct File {
    /// The file itself.
    pub plain: Variant,
    /// The file by its content coding, as in `Content-Encoding`.
    pub coded: BTreeMap<&'static str, Variant>,
}

/// The bytes of a file in one coding.
#[derive(Clone, Debug, Default)]
pub struct Variant {
    /// Content of the answer.
    pub bytes: Bytes,
    /// Strong entity tag (RFC 9110, section 8.8.3).
    pub tag: String,
}

impl Variant {
    fn new(bytes: Bytes) -> Self {
        let tag = format!("\"{}\"", seal::sha256(&bytes));
        Self { bytes, tag }
    }
}

/// The files of the site by their paths, as `/pkg/vestibule.css`.
#[derive(Clone)]
pub struct Files {
    /// The folder, if they are not in the binary.
    folder: Option<PathBuf>,
    read: Arc<BTreeMap<String, File>>,
    is_watched: bool,
}

impl Files {
    /// The files in the binary, if it has any.
    pub fn embedded() -> Option<Self> {
        let sources: Vec<_> = embedded::EMBEDDED
            .iter()
            .map(|(path, bytes)| (Cow::Borrowed(*path), Bytes::from_static(bytes)))
            .collect();
        let read = Arc::new(named(sources));
        (!read.is_empty()).then_some(Self { folder: None, read, is_watched: false })
    }

    /// The files of a folder, which are read now. `cargo leptos watch` replaces them while the
    /// server runs; then (`is_watched`) they are read for each request. A folder that cannot be read has no files.
    pub fn of_folder(folder: PathBuf, is_watched: bool) -> Self {
        let read = Arc::new(named(below(&folder, &folder).unwrap_or_default()));
        Self { folder: Some(folder), read, is_watched }
    }

    /// The paths of all files.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        self.read.keys().map(String::as_str)
    }

    /// The file of a path.
    pub fn get(&self, path: &str) -> Option<File> {
        match &self.folder {
            Some(folder) if self.is_watched => {
                named(below(folder, folder).unwrap_or_default()).remove(path)
            }
            _ => self.read.get(path).cloned(),
        }
    }

    /// Where a file would be, for people.
    pub fn place(&self, path: &str) -> PathBuf {
        let folder = self.folder.clone().unwrap_or_default();
        folder.join(path.trim_start_matches('/'))
    }
}

/// The files by their paths, each with its codings.
fn named(sources: Vec<Source>) -> BTreeMap<String, File> {
    let mut files: BTreeMap<String, File> = BTreeMap::new();
    for (path, bytes) in sources {
        let coding =
            CODINGS.iter().find_map(|(coding, end)| Some((*coding, path.strip_suffix(end)?)));
        let (coding, name) = match coding {
            Some((coding, name)) => (Some(coding), name),
            None => (None, &*path),
        };
        let file = files.entry(format!("/{name}")).or_default();
        match coding {
            Some(coding) => drop(file.coded.insert(coding, Variant::new(bytes))),
            None => file.plain = Variant::new(bytes),
        }
    }
    // A copy whose file is not there is of another build.
    files.retain(|_, file| !file.plain.tag.is_empty());
    files
}

/// All files below a folder.
fn below(root: &Path, folder: &Path) -> io::Result<Vec<Source>> {
    let mut sources = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            sources.append(&mut below(root, &path)?);
        } else if let Some(name) = path.strip_prefix(root).ok().and_then(Path::to_str) {
            sources.push((name.to_owned().into(), fs::read(&path)?.into()));
        }
    }
    Ok(sources)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_has_its_codings_and_is_found_by_its_path_alone() {
        let folder = tempfile::tempdir().expect("a folder");
        fs::create_dir(folder.path().join("pkg")).expect("a folder");
        for (name, text) in [("pkg/a.js", "plain"), ("pkg/a.js.br", "brotli"), ("b.ico", "icon")] {
            fs::write(folder.path().join(name), text).expect("a file");
        }
        let files = Files::of_folder(folder.path().to_owned(), false);
        assert_eq!(files.paths().collect::<Vec<_>>(), ["/b.ico", "/pkg/a.js"]);
        let file = files.get("/pkg/a.js").expect("the file");
        assert_eq!(
            (&file.plain.bytes[..], &file.coded["br"].bytes[..]),
            (&b"plain"[..], &b"brotli"[..])
        );
        assert_ne!(file.plain.tag, file.coded["br"].tag);
        for path in ["/pkg/a.js.br", "pkg/a.js", "/pkg/../b.ico", "/pkg/", "/pkg", ""] {
            assert!(files.get(path).is_none(), "{path}");
        }
    }

    #[test]
    fn files_that_are_watched_are_read_anew() {
        let folder = tempfile::tempdir().expect("a folder");
        let place = folder.path().join("a.css");
        let [fixed, watched] = [false, true].map(|is_watched| {
            fs::write(&place, "old").expect("a file");
            Files::of_folder(folder.path().to_owned(), is_watched)
        });
        fs::write(&place, "new").expect("a file");
        let text = |files: &Files| files.get("/a.css").expect("the file").plain.bytes;
        assert_eq!((&text(&fixed)[..], &text(&watched)[..]), (&b"old"[..], &b"new"[..]));
    }
}
