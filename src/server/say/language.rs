use std::{cell::Cell, fmt, future::Future};

use super::{FILES, in_one};

/// A language that there are messages in.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Language(usize);

tokio::task_local! {
    static READER: Cell<Language>;
}

/// Does something for a reader of a language: whatever is said in it is said in that.
pub async fn in_language<T>(language: Language, work: impl Future<Output = T>) -> T {
    READER.scope(Cell::new(language), work).await
}

/// From now on the same reader wants another language: who they are has turned out, and that they chose it.
pub fn change_to(language: Language) {
    // Where nobody reads, nothing changes.
    READER.try_with(|reader| reader.set(language)).unwrap_or_default();
}

/// The language of the reader. At a shell, in the log and in jobs it is English.
pub fn current() -> Language {
    READER.try_with(Cell::get).unwrap_or(Language::ENGLISH)
}

impl Language {
    /// The one that all messages are in.
    pub const ENGLISH: Self = Self(0);

    /// All of them.
    pub fn all() -> impl Iterator<Item = Self> {
        (0..FILES.len()).map(Self)
    }

    /// Its code (BCP 47), such as `de`.
    pub fn code(self) -> &'static str {
        FILES.get(self.0).map_or("en", |(code, _)| code)
    }

    /// What it calls itself, such as `Deutsch`.
    pub fn name(self) -> String {
        in_one(self, "language-name", &[]).unwrap_or_default()
    }

    /// Whether it runs from right to left.
    pub fn is_rtl(self) -> bool {
        in_one(self, "language-direction", &[]).is_ok_and(|direction| direction == "rtl")
    }

    /// How dates are written in it (BCP 47), such as `en-GB`.
    pub fn locale(self) -> String {
        in_one(self, "language-locale", &[]).unwrap_or_else(|_| self.code().to_owned())
    }

    /// The language of this code.
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
