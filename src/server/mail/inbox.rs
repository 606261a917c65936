//! The inbox of a developer: the last mails in memory, for `/dev/mail`.

use std::collections::VecDeque;

use parking_lot::Mutex;

use super::{Envelope, Mail};
use crate::server::secure::{random, seal};

/// Number of mails that are kept.
const KEPT: usize = 200;

/// A mail in the inbox.
#[derive(Clone, Debug)]
pub struct Kept {
    /// The mail.
    pub mail: Mail,
    /// The message with its headers.
    pub message: String,
}

/// The last mails, and the key of this start that opens them.
#[derive(Debug)]
pub struct Inbox {
    key: String,
    mails: Mutex<VecDeque<Kept>>,
}

impl Default for Inbox {
    fn default() -> Self {
        Self { key: random::token(), mails: Mutex::default() }
    }
}

impl Inbox {
    /// The key of this start.
    pub fn key(&self) -> &str {
        &self.key
    }

    /// Whether a text is the key.
    pub fn is_key(&self, text: &str) -> bool {
        seal::same(&self.key, text)
    }

    /// Adds a mail.
    pub(super) fn add(&self, mail: &Mail, envelope: &Envelope) {
        let message = String::from_utf8_lossy(&envelope.message).into_owned();
        let mut mails = self.mails.lock();
        mails.push_front(Kept { mail: mail.clone(), message });
        mails.truncate(KEPT);
    }

    /// All mails, the newest first.
    pub fn all(&self) -> Vec<Kept> {
        self.mails.lock().iter().cloned().collect()
    }

    /// One mail by its id.
    pub fn find(&self, id: &str) -> Option<Kept> {
        self.mails.lock().iter().find(|kept| kept.mail.id == id).cloned()
    }
}
