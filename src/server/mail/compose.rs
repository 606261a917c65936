//! The message of a mail (RFC 5322, MIME): its headers, and both parts.

use std::time::{Duration, UNIX_EPOCH};

use lettre::{
    Address,
    address::Envelope as SmtpEnvelope,
    message::{
        Mailbox, MessageBuilder, MultiPart, SinglePart,
        header::{ContentTransferEncoding, ContentType, HeaderName, HeaderValue},
    },
};

use super::Rendered;
use crate::server::{
    config::{MailSettings, Sender},
    secure::mail_address::MailAddress,
};

/// A mail to one address.
#[derive(Clone, Debug)]
pub struct Mail {
    /// Id of its row in the outbox; the local part of its `Message-ID`, the same at each attempt.
    pub id: String,
    /// The recipient.
    pub to: MailAddress,
    /// Its content.
    pub content: Rendered,
    /// Time of sending, in Unix seconds.
    pub at: i64,
}

/// A message with its sender and recipient for SMTP.
#[derive(Clone, Debug)]
pub struct Envelope {
    /// Sender: the address for notices about delivery.
    pub from: MailAddress,
    /// Recipient.
    pub to: MailAddress,
    /// The message in ASCII with CRLF; in UTF-8 if the recipient's address is.
    pub message: Vec<u8>,
}

/// The message cannot be written.
#[derive(Debug, thiserror::Error)]
#[error("the message cannot be written: {0}")]
pub struct Unwritable(String);

/// What all mails of a service have.
#[derive(Clone, Debug)]
pub struct Composer {
    from: Sender,
    reply_to: Option<Sender>,
    bounce: MailAddress,
    /// Name of the service.
    service: String,
    /// Host of the public URL.
    host: String,
}

impl Composer {
    /// The composer of a service.
    pub fn new(settings: &MailSettings, service: &str, host: &str) -> Self {
        let bounce = settings.bounce.clone().unwrap_or_else(|| settings.from.address.clone());
        Self {
            from: settings.from.clone(),
            reply_to: settings.reply_to.clone(),
            bounce,
            service: service.to_owned(),
            host: host.to_owned(),
        }
    }

    /// The host of the public URL.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// Writes the message of a mail.
    ///
    /// # Errors
    /// Fails if the library refuses it.
    pub fn compose(&self, mail: &Mail) -> Result<Envelope, Unwritable> {
        let sent = UNIX_EPOCH + Duration::from_secs(mail.at.max(0).unsigned_abs());
        let content = &mail.content;
        let (from, to) = (address(&self.bounce), address(&mail.to));
        // Without one the library would read the headers that it has just written.
        let envelope = SmtpEnvelope::new(Some(from), vec![to]);
        let envelope = envelope.map_err(|error| Unwritable(error.to_string()))?;
        let mut message = MessageBuilder::new()
            .envelope(envelope)
            .date(sent)
            .from(self.named(&self.from))
            .to(Mailbox::new(None, address(&mail.to)))
            .subject(content.subject.as_str())
            .message_id(Some(format!("<{}@{}>", mail.id, self.host)));
        if let Some(reply_to) = &self.reply_to {
            message = message.reply_to(self.named(reply_to));
        }
        let ours = [
            ("Content-Language", content.language.code()),
            // RFC 3834: no vacation notice answers.
            ("Auto-Submitted", "auto-generated"),
            // The same for Exchange.
            ("X-Auto-Response-Suppress", "All"),
        ];
        for (name, value) in ours {
            let name = HeaderName::new_from_ascii_str(name);
            message = message.raw_header(HeaderValue::new(name, value.to_owned()));
        }
        // The last part is the one that a program should show (RFC 2046 section 5.1.4).
        let parts = MultiPart::alternative()
            .singlepart(part(ContentType::TEXT_PLAIN, &content.text))
            .singlepart(part(ContentType::TEXT_HTML, &content.html));
        let message = message.multipart(parts).map_err(|error| Unwritable(error.to_string()))?;
        Ok(Envelope {
            from: self.bounce.clone(),
            to: mail.to.clone(),
            message: message.formatted(),
        })
    }

    fn named(&self, sender: &Sender) -> Mailbox {
        let name = sender.name.as_ref().unwrap_or(&self.service);
        Mailbox::new(Some(name.clone()), address(&sender.address))
    }
}

/// A part in quoted-printable: its lines are short, and ASCII alone.
fn part(kind: ContentType, text: &str) -> SinglePart {
    SinglePart::builder()
        .header(kind)
        .header(ContentTransferEncoding::QuotedPrintable)
        .body(text.replace("\r\n", "\n").replace('\n', "\r\n"))
}

/// An address as the library has it. Its own check takes no local part in quotes; ours is stricter in all else.
pub(super) fn address(address: &MailAddress) -> Address {
    Address::new_dangerous(address.local(), address.domain())
}
