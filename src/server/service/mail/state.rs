//! The state of mails in a process: the way out, the look, and the pause of the sender.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use parking_lot::Mutex;

use super::{
    kind::MailKind,
    words::{MailFacts, in_language},
};
use crate::server::{
    app::{Core, OpenMode},
    config::{Config, MailDestination},
    mail::{Look, MailError, Mailer},
    say::{Language, Words, WordsError},
};

/// The first pause of the sender, in seconds; each further one is twice as long.
const PAUSE_MIN: i64 = 60;
/// The longest pause, in seconds.
const PAUSE_MAX: i64 = 900;

/// The reason why mails cannot be sent as the settings say.
#[derive(Debug, thiserror::Error)]
pub enum MailStartError {
    /// The way out cannot be opened.
    #[error(transparent)]
    Mailer(#[from] MailError),
    /// The words of the operator cannot be used.
    #[error("words: {0}")]
    Words(#[from] WordsError),
}

/// The state of mails.
pub struct MailState {
    /// The way out; none in a command, and where mails go nowhere.
    mailer: Option<Mailer>,
    /// Whether mails are written at all.
    is_on: bool,
    /// Look of all mails.
    pub look: Look,
    /// The operator's words.
    pub words: Arc<Words>,
    pause: Mutex<Option<Pause>>,
    /// Whether the server has answered an attempt, and not refused it for our sake.
    is_proven: AtomicBool,
    waiting: Mutex<(i64, Option<i64>)>,
}

/// A pause of the sender, because none of our mails is taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pause {
    /// Its begin, in Unix milliseconds.
    pub begun_ms: i64,
    /// Its end, in Unix seconds.
    pub until: i64,
    /// What the server said.
    pub why: String,
    /// Its length, in seconds.
    length: i64,
}

impl MailState {
    /// Opens the way out, and reads the operator's words; a process that only runs a command needs neither.
    ///
    /// # Errors
    /// Fails if a file or folder of the settings cannot be used.
    pub fn open(core: &Core) -> Result<Self, MailStartError> {
        let mut state = Self::closed(&core.config);
        if core.open_mode == OpenMode::Make {
            state.mailer = mailer(&core.config)?;
            state.words = words(&core.config)?;
        }
        Ok(state)
    }

    /// The state of a process that sends nothing: it only writes mails for those that do.
    fn closed(config: &Config) -> Self {
        Self {
            mailer: None,
            is_on: !matches!(config.mail.to, MailDestination::Nowhere),
            look: look(config),
            words: Arc::default(),
            pause: Mutex::default(),
            is_proven: AtomicBool::new(false),
            waiting: Mutex::default(),
        }
    }

    /// Whether mails are written.
    pub fn is_on(&self) -> bool {
        self.is_on
    }

    /// The way out.
    pub fn mailer(&self) -> Option<&Mailer> {
        self.mailer.as_ref()
    }

    /// The pause of the sender, if it pauses.
    pub fn pause(&self) -> Option<Pause> {
        self.pause.lock().clone()
    }

    /// Whether the server is known to let us send.
    pub(super) fn is_proven(&self) -> bool {
        self.is_proven.load(Ordering::Relaxed)
    }

    /// Begins a pause, twice as long as the one before. Returns it if its reason is news.
    pub(super) fn begin_pause(&self, why: &str, now_ms: i64) -> Option<Pause> {
        self.is_proven.store(false, Ordering::Relaxed);
        let mut pause = self.pause.lock();
        // Several mails were under way.
        if pause.as_ref().is_some_and(|pause| pause.until > now_ms / 1000) {
            return None;
        }
        let before = pause.take();
        let length = before.as_ref().map_or(PAUSE_MIN, |before| (2 * before.length).min(PAUSE_MAX));
        let is_news = before.is_none_or(|before| before.why != why);
        let until = now_ms / 1000 + length;
        let begun = Pause { begun_ms: now_ms, until, why: why.to_owned(), length };
        *pause = Some(begun.clone());
        is_news.then_some(begun)
    }

    /// Ends the pause for another try; the next one would be longer.
    pub(super) fn try_again(&self, now_s: i64) {
        if let Some(pause) = &mut *self.pause.lock() {
            pause.until = pause.until.min(now_s);
        }
    }

    /// Notes that the server takes mails of ours, which ends the pause; returns whether there was one.
    pub(super) fn lets_us_send(&self) -> bool {
        self.is_proven.store(true, Ordering::Relaxed);
        self.pause.lock().take().is_some()
    }

    /// The number of waiting mails at the last count, and the time of the oldest, in Unix seconds.
    pub fn waiting(&self) -> (i64, Option<i64>) {
        *self.waiting.lock()
    }

    pub(super) fn set_waiting(&self, waiting: (i64, Option<i64>)) {
        *self.waiting.lock() = waiting;
    }
}

/// The way out of the settings.
///
/// # Errors
/// Fails if a file or folder of the settings cannot be used.
pub fn mailer(config: &Config) -> Result<Option<Mailer>, MailError> {
    Mailer::open(&config.mail, (&config.brand.name, host(config)))
}

/// The operator's words, if the settings name a folder.
///
/// # Errors
/// Returns the first fault of them.
pub fn words(config: &Config) -> Result<Arc<Words>, WordsError> {
    let Some(folder) = config.mail.words.as_deref() else { return Ok(Arc::default()) };
    let (words, look, facts) = (Arc::new(Words::read(folder)?), look(config), MailFacts::longest());
    for language in Language::all() {
        for kind in MailKind::ALL {
            let letter = in_language(config, (&look, &words), language, *kind, &facts);
            letter.render(&look).map_err(|error| {
                let file = folder.join(format!("{}.ftl", language.code()));
                WordsError::new(&file, format!("{} becomes too long: {error}", kind.as_str()))
            })?;
        }
    }
    Ok(words)
}

/// The look of the settings.
pub fn look(config: &Config) -> Look {
    Look::new(&config.brand.name, host(config), config.brand.accent)
}

/// The host of the public URL, by which mails name the service.
fn host(config: &Config) -> &str {
    config.public_url.host_str().unwrap_or("localhost")
}
