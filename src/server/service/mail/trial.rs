//! Mails outside of the outbox: a test to one address, and previews.

use super::{
    kind::MailKind,
    state::{look, mailer, words},
    words::{MailFacts, in_language},
};
use crate::{
    model::Problem,
    server::{
        clock::Clock,
        config::Config,
        mail::{Failure, Line, Mail, MailError, Rendered, judge},
        say::{Language, WordsError},
        secure::mail_address::MailAddress,
    },
};

/// The reason why a mail was not sent, or not made.
#[derive(Debug, thiserror::Error)]
pub enum NotSent {
    /// The settings send no mails.
    #[error(
        "the settings name no way out: set VESTIBULE_MAIL_SERVER and VESTIBULE_MAIL_FROM. Until then mails go to {0}"
    )]
    NoMailer(String),
    /// The way out cannot be opened.
    #[error(transparent)]
    Mailer(#[from] MailError),
    /// The operator's words cannot be used.
    #[error("words: {0}")]
    Words(#[from] WordsError),
    /// The address is none.
    #[error("expected an address, such as ada@example.org")]
    Address(Problem),
    /// The message cannot be made.
    #[error("{0}")]
    Message(String),
    /// The attempt failed.
    #[error("not sent, at the step {:?}: {} ({})", .0.step, .0.said, advice(.0))]
    Failed(Failure),
}

/// What to do about a failure.
pub fn advice(failure: &Failure) -> &'static str {
    use crate::server::mail::{Step, Verdict};

    match (judge(failure), failure.step) {
        (Verdict::Ours, Step::Login) => "check mail_user and the password in mail_password_file",
        (Verdict::Ours, Step::Tls) => "check mail_tls, mail_port and mail_ca_file",
        (Verdict::Ours, Step::Resolve) => "check mail_server",
        (Verdict::Ours, _) => "check mail_user, or ask the operator of the server",
        (Verdict::Address, _) => "the address takes no mail",
        (Verdict::Policy, _) => {
            "the server takes no such mail: check mail_from, or ask its operator"
        }
        (Verdict::Again | Verdict::Full, Step::Connect | Step::Greet) => {
            "check mail_server, mail_port and mail_tls, and whether the server runs"
        }
        (Verdict::Again | Verdict::Full, _) => "a mail of the outbox would be tried again",
        (Verdict::Unknown, _) => "it may have arrived",
    }
}

/// Sends a test mail to an address by the settings, past the outbox; returns where it went.
///
/// # Errors
/// Returns why it was not sent.
pub async fn trial(config: &Config, clock: &Clock, to: &str) -> Result<String, NotSent> {
    let to = MailAddress::parse(to).map_err(NotSent::Address)?;
    let destination = config.mail.to.in_words();
    let mailer = mailer(config)?.filter(|mailer| mailer.inbox().is_none());
    let mailer = mailer.ok_or_else(|| NotSent::NoMailer(destination.clone()))?;
    let facts = MailFacts { at: clock.now_s(), ..MailFacts::default() };
    let content = rendered(config, MailKind::Test, config.mail.language, &facts)?;
    let mail = Mail { id: clock.new_id(), to, content, at: clock.now_s() };
    let mut line = Line::default();
    let sent = mailer.send(&mut line, &mail).await;
    line.leave().await;
    sent.map_err(NotSent::Failed).map(|()| destination)
}

/// A mail of a kind in a language, with made-up facts.
///
/// # Errors
/// Fails if the operator's words cannot be used.
pub fn preview(
    config: &Config,
    clock: &Clock,
    kind: MailKind,
    language: Language,
) -> Result<Rendered, NotSent> {
    rendered(config, kind, language, &MailFacts::example(clock.now_s()))
}

fn rendered(
    config: &Config,
    kind: MailKind,
    language: Language,
    facts: &MailFacts,
) -> Result<Rendered, NotSent> {
    let (look, words) = (look(config), words(config)?);
    let letter = in_language(config, (&look, &words), language, kind, facts);
    letter.render(&look).map_err(|error| NotSent::Message(error.to_string()))
}
