//! An operator's words in place of ours, for mails: files of a folder, checked when they are read.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt, fs,
    path::Path,
    sync::Arc,
};

use fluent_bundle::{FluentResource, concurrent::FluentBundle};
use fluent_syntax::{ast::Entry, parser};

use super::{FILES, Language, Value, bundle, format, placeholders::Placeholders};

/// Names of messages that may be replaced begin with this.
const OF_MAILS: &str = "mail-";
/// Maximum size of a file, in bytes.
const FILE_MAX: u64 = 256 * 1024;

tokio::task_local! {
    static WORDS: Arc<Words>;
}

/// Other words of mails, by the number of the language.
#[derive(Default)]
pub struct Words(Vec<Option<FluentBundle<FluentResource>>>);

/// The reason why words cannot be used: file and fault.
#[derive(Debug, thiserror::Error)]
#[error("{file}: {why}")]
pub struct WordsError {
    file: String,
    why: String,
}

impl WordsError {
    /// A fault of a file.
    pub fn new(file: &Path, why: impl Into<String>) -> Self {
        Self { file: file.display().to_string(), why: why.into() }
    }
}

impl fmt::Debug for Words {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Words({})", self.0.iter().flatten().count())
    }
}

impl Words {
    /// Reads the files of a folder, such as `de.ftl`. Each message must be one of ours, with no placeholder that ours
    /// lacks; other files are errors too, because their words would be missed.
    ///
    /// # Errors
    /// Returns the first fault.
    pub fn read(folder: &Path) -> Result<Self, WordsError> {
        let failed = |file: &Path, why: String| WordsError::new(file, why);
        let listed = fs::read_dir(folder).map_err(|error| failed(folder, error.to_string()))?;
        let ours = placeholders(FILES[0].1).map_err(|why| failed(folder, why))?;
        let mut words: Vec<_> = Language::all().map(|_| None).collect();
        for entry in listed {
            let path = entry.map_err(|error| failed(folder, error.to_string()))?.path();
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            if name.starts_with('.') {
                continue;
            }
            let language = name.strip_suffix(".ftl").and_then(Language::of_code);
            let codes = || Language::all().map(|language| format!("{}.ftl", language.code()));
            let language = language.ok_or_else(|| {
                failed(
                    &path,
                    format!("expected a file named {}", codes().collect::<Vec<_>>().join(", ")),
                )
            })?;
            let text = text(&path).map_err(|why| failed(&path, why))?;
            check(&text, &ours).map_err(|why| failed(&path, why))?;
            if let Some(place) = words.get_mut(language.number()) {
                *place = Some(bundle(language.code(), &text));
            }
        }
        Ok(Self(words))
    }
}

/// Does work for a reader of a language, whose messages are replaced by these words.
pub fn with_words<T>(language: Language, words: &Arc<Words>, work: impl FnOnce() -> T) -> T {
    WORDS.sync_scope(words.clone(), || super::language::of_one(language, work))
}

/// The message in the words of [`with_words`], if they have it.
pub(super) fn replaced(
    language: Language,
    id: &str,
    values: &[(&'static str, Value<'_>)],
) -> Option<String> {
    let said = WORDS.try_with(|words| {
        let bundle = words.0.get(language.number())?.as_ref()?;
        format(bundle, language, id, values).ok()
    });
    said.ok().flatten()
}

fn text(path: &Path) -> Result<String, String> {
    let size = fs::metadata(path).map_err(|error| error.to_string())?.len();
    if size > FILE_MAX {
        return Err(format!("it has more than {} KiB", FILE_MAX / 1024));
    }
    fs::read_to_string(path).map_err(|error| error.to_string())
}

/// Checks words against the placeholders of our messages.
fn check(text: &str, ours: &BTreeMap<String, BTreeSet<String>>) -> Result<(), String> {
    for (name, used) in placeholders(text)? {
        let Some(known) = ours.get(&name).filter(|_| name.starts_with(OF_MAILS)) else {
            return Err(format!(
                "{name} is no message of mails; locales/en.ftl has those that begin with {OF_MAILS}"
            ));
        };
        if let Some(unknown) = used.difference(known).next() {
            let known: Vec<_> = known.iter().map(|name| format!("${name}")).collect();
            let known = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
            return Err(format!("{name} has no placeholder ${unknown}; it has {known}"));
        }
    }
    Ok(())
}

/// The messages of a text by name, each with its placeholders.
fn placeholders(text: &str) -> Result<BTreeMap<String, BTreeSet<String>>, String> {
    let file = parser::parse(text).map_err(|(_, errors)| {
        // The message that cannot be read, rather than the place at which that was noticed.
        let begin = |error: &parser::ParserError| error.slice.as_ref().unwrap_or(&error.pos).start;
        let at = errors.first().map_or(0, begin);
        let line = text.get(..at).unwrap_or_default().matches('\n').count() + 1;
        format!("line {line} cannot be read as Fluent (projectfluent.org)")
    })?;
    let mut messages = BTreeMap::new();
    for entry in &file.body {
        match entry {
            Entry::Message(message) => {
                let found = message.value.as_ref().map(Placeholders::of).unwrap_or_default();
                // Ours refer to no other message, so a reference is no placeholder of theirs either.
                let names = found.variables.into_iter().chain(found.references);
                messages.insert(message.id.name.to_owned(), names.map(str::to_owned).collect());
            }
            Entry::Term(term) => {
                return Err(format!("-{} is a term, which are not read", term.id.name));
            }
            _ => {}
        }
    }
    Ok(messages)
}
