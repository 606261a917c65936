//! The content of a mail: one list of blocks, from which both parts are made.

use super::palette::Palette;
use crate::server::{colour::Accent, say::Language};

/// A piece of a mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Block {
    /// The heading.
    Heading(String),
    /// A paragraph.
    Text(String),
    /// A link: its words, and its address.
    Button(String, String),
    /// A code to be typed, in the form in which it is read.
    Code(String),
    /// Properties: the name and the value of each.
    Facts(Vec<(String, String)>),
    /// A paragraph in small letters.
    Small(String),
}

/// A mail in words, in one language.
#[derive(Clone, Debug)]
pub struct Letter {
    /// Subject.
    pub subject: String,
    /// The content.
    pub blocks: Vec<Block>,
    /// Language of the words.
    pub language: Language,
}

/// The look of all mails of a service.
#[derive(Clone, Debug)]
pub struct Look {
    /// Name of the service.
    pub service: String,
    /// Host of the public URL.
    pub host: String,
    /// Colours.
    palette: Palette,
}

impl Look {
    /// The look of a service with these names and this accent.
    pub fn new(service: &str, host: &str, accent: Option<Accent>) -> Self {
        Self { service: service.to_owned(), host: host.to_owned(), palette: Palette::of(accent) }
    }

    /// The colours of mails.
    pub(super) fn palette(&self) -> &Palette {
        &self.palette
    }
}
