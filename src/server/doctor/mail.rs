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
            format!(
                "no mail is taken by {}, so all wait: {}",
                app.config.mail.to.in_words(),
                pause.why
            ),
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
            Ok(()) => Fine(format!("mails are taken by {}", app.config.mail.to.in_words())),
            Err(failure) => refused(app, &failure),
        });
    }
    let from = &app.config.mail.from.address;
    let bounce = app.config.mail.bounce.as_ref().unwrap_or(from);
    findings.push(spf(bounce.domain()).await);
    findings.push(dmarc(from.domain()).await);
    findings
}

fn refused(app: &App, failure: &Failure) -> Finding {
    Fault(
        format!(
            "no mail is taken by {}, at the step {:?}: {}",
            app.config.mail.to.in_words(),
            failure.step,
            failure.said
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

/// What receivers ask about the domain of the envelope's sender (RFC 7208). The relay signs (DKIM): its keys have names that
/// only it knows.
async fn spf(domain: &str) -> Finding {
    told("SPF", domain, has(domain, "v=spf1").await)
}

/// What receivers ask about the domain that people see; a domain without a record has that of a parent (RFC 7489).
async fn dmarc(domain: &str) -> Finding {
    let mut outcome = Ok(false);
    for parent in parents(domain) {
        outcome = has(&format!("_dmarc.{parent}"), "v=dmarc1").await;
        if outcome != Ok(false) {
            break;
        }
    }
    told("DMARC", domain, outcome)
}

/// A domain and those above it, without the top one.
fn parents(domain: &str) -> impl Iterator<Item = &str> {
    let above = |domain: &&'_ str| domain.find('.').map(|at| at + 1);
    std::iter::successors(Some(domain), move |domain| domain.get(above(domain)?..))
        .filter(|domain| domain.contains('.'))
}

async fn has(name: &str, begin: &str) -> Result<bool, String> {
    let found = dns::texts(name).await?;
    Ok(found.iter().any(|text| text.to_ascii_lowercase().starts_with(begin)))
}

fn told(what: &str, domain: &str, outcome: Result<bool, String>) -> Finding {
    match outcome {
        Ok(true) => Fine(format!("{domain} has an {what} record")),
        Ok(false) => Warning(
            format!("{domain} has no {what} record, so receivers may take our mails for junk"),
            "add it to the DNS of the domain; the operator of the SMTP server says what it must be"
                .into(),
        ),
        Err(why) => Warning(
            format!("the {what} record of {domain} cannot be looked up: {why}"),
            "look it up from another machine".into(),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_policy_is_looked_for_upwards() {
        let of = |domain| parents(domain).collect::<Vec<_>>();
        assert_eq!(
            of("mail.acme.co.example"),
            ["mail.acme.co.example", "acme.co.example", "co.example"]
        );
        assert_eq!(of("localhost"), [""; 0]);
    }
}
