//! A mail as it is sent: both parts of a letter, its links and its codes.

use super::{Block, Letter, Look, html, text};
use crate::server::say::Language;

/// Maximum size of the HTML part in bytes. Mail programs cut longer ones.
const HTML_MAX: usize = 20 * 1024;

/// A mail as both of its parts.
#[derive(Clone, Debug)]
pub struct Rendered {
    /// Subject, in one line.
    pub subject: String,
    /// The part in text.
    pub text: String,
    /// The part in HTML.
    pub html: String,
    /// Language of both.
    pub language: Language,
    /// Addresses of its links.
    pub links: Vec<String>,
    /// Codes in it, as digits.
    pub codes: Vec<String>,
}

impl Letter {
    /// Renders both parts.
    ///
    /// # Errors
    /// Returns the size of an HTML part that is too large.
    pub fn render(&self, look: &Look) -> Result<Rendered, TooLarge> {
        let html = html::render(self, look);
        if html.len() > HTML_MAX {
            return Err(TooLarge(html.len()));
        }
        let links = self.blocks.iter().filter_map(|block| match block {
            Block::Button(_, address) => Some(address.clone()),
            _ => None,
        });
        let codes = self.blocks.iter().filter_map(|block| match block {
            Block::Code(code) => Some(code.chars().filter(|c| !c.is_whitespace()).collect()),
            _ => None,
        });
        Ok(Rendered {
            subject: one_line(&self.subject),
            text: text::render(self, look),
            html,
            language: self.language,
            links: links.collect(),
            codes: codes.collect(),
        })
    }
}

/// An HTML part with more bytes than mail programs show.
#[derive(Debug, thiserror::Error)]
#[error("the HTML of a mail has {0} bytes, more than {HTML_MAX}")]
pub struct TooLarge(usize);

/// A subject without ends of lines, and without the marks that isolate names from the direction of the text around them:
/// mail programs show those as boxes.
fn one_line(subject: &str) -> String {
    let is_mark = |c: char| matches!(c, '\u{2066}'..='\u{2069}');
    let plain: String = subject.chars().filter(|c| !is_mark(*c)).collect();
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}
