//! The notice to the owner of an account that its sign-ins are throttled, because too many failed (S32).

use futures::FutureExt;

use crate::server::{
    App,
    db::{Tx, addresses, audit, credentials::CredentialRow, of_spare, users},
    error::Result,
    service::{
        limits::{self, Limit},
        mail::{MailFacts, MailKind, NewMail, Post},
    },
};

/// Time in which failed sign-ins count, and in which there is one notice, in milliseconds.
const DAY_MS: i64 = 86_400_000;
/// Number of the account's newest events that are looked at.
const NEWEST: i64 = 1_000;

/// Tells the owner of a name that it is throttled, whether it exists or not; `find` looks for the account. Once a day: further
/// attempts cost no more than a count. The answer to the attempt does not depend on it.
pub(super) async fn tell(
    app: &App,
    name: &str,
    find: impl Future<Output = Result<Option<CredentialRow>>>,
) {
    if !app.mail.is_on() {
        return;
    }
    let Ok(counted) = limits::take(app, &[Limit::Telling(name)]).await else {
        return;
    };
    let told = async {
        let found = find.await?.filter(|found| found.disabled_at.is_none());
        let id = found.map(|found| found.id.to_string()).unwrap_or_default();
        let (in_unit, since_ms) = (app.clone(), app.clock.now_ms() - DAY_MS);
        let written =
            app.db.write(move |tx| async move { write(&in_unit, tx, &id, since_ms).await }.boxed());
        written.await
    };
    if let Err(error) = of_spare(told).await {
        tracing::error!(%error, "the owner of a throttled account was not told");
        // The next attempt tries again.
        counted.give_back(app).await;
    }
}

/// Writes the notice with the number of addresses from which sign-ins failed. For nobody, and for an account that no mail
/// reaches, a decoy makes the same writes (S21).
async fn write(app: &App, tx: &mut Tx<'_>, id: &str, since_ms: i64) -> Result<()> {
    // Two processes reach the limit on their own; the second sees the mail of the first.
    users::lock(tx, id).await?;
    let sources = audit::failing_sources(tx, id, since_ms, NEWEST).await?;
    let facts = MailFacts { sources: Some(sources), ..MailFacts::default() };
    if addresses::confirmed(tx, id).await?.is_empty() {
        let mail = NewMail {
            kind: MailKind::ManyFailures,
            user_id: None,
            address: "nobody",
            language: app.config.mail.language,
            facts: &MailFacts { at: app.clock.now_s(), ..facts },
        };
        return mail.write(app, tx, true).await;
    }
    let post = Post::of_operator(app);
    post.notify_about(tx, id, MailKind::ManyFailures, facts).await
}
