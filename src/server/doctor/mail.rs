//! Checks of mails: the way out, and what the domain of the sender says about itself.

use super::{
    Finding::{self, Fault, Fine, Warning},
    dns,
};
use crate::server::{
    App,
    config::{Config, MailDestination},
    mail::Failure,
    service::mail,
};

/// Checks the settings and files of mails, without the network.
pub fn files(config: &Config) -> Vec<Finding> {
    let mut findings = Vec::new();
    let unusable = |error: String, how: &str| {
        Fault(format!("a server would not start: mail: {error}"), how.into())
    };
    if let Err(error) = mail::mailer(config) {
        findings.push(unusable(
            error.to_string(),
            "check VESTIBULE_MAIL_PASSWORD_FILE, VESTIBULE_MAIL_CA_FILE and VESTIBULE_MAIL_FOLDER",
        ));
    }
    if let Err(error) = mail::words(config) {
        findings.push(unusable(
            format!("words: {error}"),
            "correct the file, or unset VESTIBULE_MAIL_WORDS",
        ));
    }
    if matches!(config.mail.to, MailDestination::Nowhere) {
        findings.push(Warning(
            "no mail is sent: nobody is told of new devices, or of changes of their account".into(),
            "set VESTIBULE_MAIL_SERVER and VESTIBULE_MAIL_FROM (docs/mail.md)".into(),
        ));
    }
    findings
}

/// The pause of the sender of this process.
pub fn paused(app: &App) -> Vec<Finding> {
    let pause = app.mail.pause().map(|pause| {
        Fault(
            format!("the SMTP server does not let us send, so mails wait: {}", pause.why),
            "check the settings of [mail]; then run: vestibule mail retry".into(),
        )
    });
    pause.into_iter().collect()
}

/// Asks the SMTP server, and looks at the outbox and at the domain of the sender.
pub async fn check(app: &App) -> Vec<Finding> {
    let mut findings = vec![outbox(app).await];
    let MailDestination::Server(_) = &app.config.mail.to else { return findings };
    // What cannot be opened is told by `files`.
    if let Ok(Some(mailer)) = mail::mailer(&app.config) {
        findings.push(match mailer.try_out().await {
            Ok(()) => {
                Fine(format!("the SMTP server lets us send: {}", app.config.mail.to.in_words()))
            }
            Err(failure) => refused(&failure),
        });
    }
    findings.extend(domain(app.config.mail.from.address.domain()).await);
    findings
}

fn refused(failure: &Failure) -> Finding {
    Fault(
        format!(
            "the SMTP server does not let us send, at the step {:?}: {}",
            failure.step, failure.said
        ),
        format!("{}; then run: vestibule mail test ADDRESS", mail::advice(failure)),
    )
}

async fn outbox(app: &App) -> Finding {
    match mail::state_of_outbox(app).await {
        Err(error) => Fault(
            format!("the outbox cannot be read: {error}"),
            "check the database".into(),
        ),
        Ok(state) if state.is_late => Warning(
            format!("mails that wait: {}, the oldest since {}", state.waiting, state.oldest),
            "run: vestibule mail outbox. Does a server run on this database, and does its log speak of mails?".into(),
        ),
        Ok(state) if state.failed > 0 => Warning(
            format!("mails that failed within a day: {}", state.failed),
            "run: vestibule mail outbox".into(),
        ),
        Ok(state) => Fine(format!("mails that wait: {}", state.waiting)),
    }
}

/// What receivers ask about the domain of a sender (RFC 7208, RFC 7489). The relay signs (DKIM): its keys have names that
/// only it knows.
async fn domain(domain: &str) -> Vec<Finding> {
    let records = async |name: String, begin: &str| -> Result<bool, String> {
        let found = dns::texts(&name).await?;
        Ok(found.iter().any(|text| text.to_ascii_lowercase().starts_with(begin)))
    };
    let policies =
        [("SPF", domain.to_owned(), "v=spf1"), ("DMARC", format!("_dmarc.{domain}"), "v=dmarc1")];
    let mut findings = Vec::new();
    for (what, name, begin) in policies {
        findings.push(match records(name.clone(), begin).await {
            Ok(true) => Fine(format!("{domain} has an {what} record")),
            Ok(false) => Warning(
                format!("{name} has no {what} record, so receivers may take our mails for junk"),
                "add it to the DNS of the domain; the operator of the SMTP server says what it must be".into(),
            ),
            Err(why) => Warning(
                format!("the {what} record of {domain} cannot be looked up: {why}"),
                "look it up from another machine".into(),
            ),
        });
    }
    findings
}
