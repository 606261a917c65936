use std::{
    io::{self, Write},
    sync::Arc,
};

use parking_lot::Mutex;
use tracing::{Level, subscriber::DefaultGuard};

/// What this thread says to the log; not what tasks of their own say.
pub(crate) struct Log {
    text: Text,
    _guard: DefaultGuard,
}

#[derive(Clone, Default)]
struct Text(Arc<Mutex<Vec<u8>>>);

impl Write for Text {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Log {
    /// Keeps what is said from now on.
    pub(crate) fn start() -> Self {
        Self::down_to(Level::INFO)
    }

    /// The same with everything that is said at any level.
    pub(crate) fn of_all() -> Self {
        Self::down_to(Level::TRACE)
    }

    fn down_to(level: Level) -> Self {
        let text = Text::default();
        let writer = text.clone();
        let subscriber = tracing_subscriber::fmt()
            .with_max_level(level)
            .with_ansi(false)
            .with_writer(move || writer.clone())
            .finish();
        Self { text, _guard: tracing::subscriber::set_default(subscriber) }
    }

    /// What was said.
    pub(crate) fn end(self) -> String {
        String::from_utf8(self.text.0.lock().clone()).expect("text")
    }
}
