//! The outcomes of attempts, for the metrics and the log. The log lines name only the client's
//! address; tools such as fail2ban match them (docs/logs-and-metrics.md).

use super::ClientInfo;
use crate::{
    model::ErrorCode,
    server::{
        App,
        error::{Error, Result},
        log,
        metrics::{Attempt, Ended},
    },
};

/// Counts an attempt of a client and logs its outcome.
pub(super) fn record<T>(
    app: &App,
    attempt: Attempt,
    client_info: &ClientInfo,
    outcome: &Result<T>,
) {
    let code = outcome.as_ref().err().map(Error::code);
    let outcome = Ended(code);
    app.metrics.attempt(attempt, outcome);
    if code == Some(ErrorCode::SourceBlocked) {
        app.metrics.limited("block");
    }
    let client = client(client_info);
    let act = match attempt {
        Attempt::SignIn => "sign-in",
        Attempt::Refresh => "refresh",
        Attempt::Registration => "registration",
        Attempt::Proof => "proof",
    };
    match code {
        // This happens every ten minutes in each session, so it is not logged.
        None if attempt == Attempt::Refresh => {}
        None => tracing::info!(target: log::SECURITY, %client, "{act} succeeded"),
        Some(code) => refused(act, client_info, code),
    }
}

/// Counts and logs a right password that waits for a second factor. It is neither a success nor a refusal.
pub(super) fn half(app: &App, attempt: Attempt, client_info: &ClientInfo) {
    app.metrics.attempt(attempt, Ended(Some(ErrorCode::FactorRequired)));
    let client = client(client_info);
    tracing::info!(target: log::SECURITY, %client, "sign-in waits for its second factor");
}

/// Logs the refusal of a client's request.
pub(super) fn refused(act: &str, client_info: &ClientInfo, code: ErrorCode) {
    // Our own errors, and incomplete forms, are not logged here.
    if code.status() < 500 && code.status() != 422 {
        let (client, outcome) = (client(client_info), Ended(Some(code)));
        tracing::warn!(target: log::SECURITY, %client, %outcome, "{act} refused");
    }
}

fn client(client_info: &ClientInfo) -> &str {
    client_info.client_ip.as_deref().unwrap_or("unknown")
}
