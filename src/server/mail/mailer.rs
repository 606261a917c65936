//! The ways out for mails: an SMTP server, the files of a folder, or the memory of the process.

use std::time::Duration;

use super::{
    Composer, Failure, Inbox, Mail, MailError, Step,
    compose::Unwritable,
    folder::Folder,
    smtp::{Smtp, SmtpLine},
};
use crate::server::config::{MailDestination, MailSettings};

/// The way out for mails.
#[derive(Debug)]
pub enum Mailer {
    /// To an SMTP server.
    Smtp(Composer, Box<Smtp>),
    /// Into files of a folder.
    Folder(Composer, Folder),
    /// Into the memory of this process.
    Memory(Composer, Inbox),
}

/// A way out that is kept open between two mails.
#[derive(Default)]
pub struct Line(SmtpLine);

impl Mailer {
    /// Opens the way out of the settings; none if mails go nowhere. Nothing is connected yet.
    ///
    /// # Errors
    /// Fails if a file or folder of the settings cannot be used.
    pub fn open(
        settings: &MailSettings,
        (service, host): (&str, &str),
    ) -> Result<Option<Self>, MailError> {
        let composer = || Composer::new(settings, service, host);
        Ok(match &settings.to {
            MailDestination::Server(server) => {
                Some(Self::Smtp(composer(), Box::new(Smtp::open(server, host)?)))
            }
            MailDestination::Folder(path) => Some(Self::Folder(composer(), Folder::open(path)?)),
            MailDestination::Inbox => Some(Self::Memory(composer(), Inbox::default())),
            MailDestination::Nowhere => None,
        })
    }

    /// The same with another time limit for a mail: tests do not wait for the usual one.
    pub fn with_limit(mut self, within: Duration) -> Self {
        if let Self::Smtp(_, smtp) = &mut self {
            smtp.within = within;
        }
        self
    }

    /// The inbox, if mails go there.
    pub fn inbox(&self) -> Option<&Inbox> {
        match self {
            Self::Memory(_, inbox) => Some(inbox),
            _ => None,
        }
    }

    /// Sends a mail; `line` is kept by the caller for the next one.
    ///
    /// # Errors
    /// Returns what happened.
    pub async fn send(&self, line: &mut Line, mail: &Mail) -> Result<(), Failure> {
        let (Self::Smtp(composer, _) | Self::Folder(composer, _) | Self::Memory(composer, _)) =
            self;
        let unwritable = |error: Unwritable| Failure::unable(Step::Text, &error.to_string());
        let envelope = composer.compose(mail).map_err(unwritable)?;
        match self {
            Self::Smtp(_, smtp) => smtp.send(&mut line.0, &envelope).await,
            // Small files on this machine.
            Self::Folder(_, folder) => folder
                .add(&mail.id, &envelope)
                .map_err(|error| Failure::unable(Step::Connect, &error.to_string())),
            Self::Memory(_, inbox) => {
                inbox.add(mail, &envelope);
                Ok(())
            }
        }
    }

    /// Whether a mail would be taken on its way: an SMTP server is asked, and signed in to.
    ///
    /// # Errors
    /// Returns what happened.
    pub async fn try_out(&self) -> Result<(), Failure> {
        match self {
            Self::Smtp(_, smtp) => smtp.try_out().await,
            Self::Folder(..) | Self::Memory(..) => Ok(()),
        }
    }
}

impl Line {
    /// Ends what is kept open.
    pub async fn leave(&mut self) {
        self.0.leave().await;
    }
}
