use std::{cell::Cell, fmt, future::Future};

use super::{FILES, in_one};

/// A language that has messages.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Language(usize);

tokio::task_local! {
    static READER: Cell<Language>;
}

/// Runs work for a reader of a language, in which all of its messages are.
pub fn in_language<T>(
    language: Language,
    work: impl Future<Output = T>,
) -> impl Future<Output = T> {
    // No `async fn`, which would have room for `work` twice.
    READER.scope(Cell::new(language), work)
}

/// Does work for all readers at once, in English whatever the current one reads.
pub fn in_english<T>(work: impl FnOnce() -> T) -> T {
    of_one(Language::ENGLISH, work)
}

/// Does work for a reader of a language, whatever the current one reads.
pub(super) fn of_one<T>(language: Language, work: impl FnOnce() -> T) -> T {
    READER.sync_scope(Cell::new(language), work)
}

/// Changes the language of the current reader, once the account and its choice are known.
pub fn change_to(language: Language) {
    // Without a reader nothing changes.
    READER.try_with(|reader| reader.set(language)).unwrap_or_default();
}

/// The language of the reader; English at a shell, in the log and in jobs.
pub fn current() -> Language {
    READER.try_with(Cell::get).unwrap_or(Language::ENGLISH)
}

impl Language {
    /// The language in which all messages exist.
    pub const ENGLISH: Self = Self(0);

    /// All languages.
    pub fn all() -> impl Iterator<Item = Self> {
        (0..FILES.len()).map(Self)
    }

    /// Language code (BCP 47), such as `de`.
    pub fn code(self) -> &'static str {
        FILES.get(self.0).map_or("en", |(code, _)| code)
    }

    /// Name of the language in itself, such as `Deutsch`.
    pub fn name(self) -> String {
        in_one(self, "language-name", &[]).unwrap_or_default()
    }

    /// Whether it is written from right to left.
    pub fn is_rtl(self) -> bool {
        in_one(self, "language-direction", &[]).is_ok_and(|direction| direction == "rtl")
    }

    /// Locale of its dates (BCP 47), such as `en-GB`.
    pub fn locale(self) -> String {
        in_one(self, "language-locale", &[]).unwrap_or_else(|_| self.code().to_owned())
    }

    /// The language of a code.
    pub fn of_code(code: &str) -> Option<Self> {
        Self::all().find(|language| language.code().eq_ignore_ascii_case(code))
    }

    pub(super) fn number(self) -> usize {
        self.0
    }
}

impl fmt::Debug for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}
