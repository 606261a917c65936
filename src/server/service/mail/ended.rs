//! What came of an attempt: the row, the address, the log and the counts.

use futures::FutureExt;

use crate::server::{
    App,
    db::{
        addresses,
        outbox::{self, ClaimedRow, Noted},
    },
    error::{Error, Result},
    mail::{Failure, Step, Verdict, again_after, judge},
    metrics::MailOutcome,
    secure::random,
};

/// Time for which a full mailbox is tried, in seconds.
const FULL_FOR: i64 = 86_400;

/// What is written about a claimed mail.
pub(super) enum Ended {
    /// It was sent.
    Sent,
    /// It is tried again at this time (Unix seconds); nobody may know whether it arrived.
    Again { at: i64, is_unknown: bool, failure: Failure },
    /// It is tried again when the sender goes on, after those that wait too, and the attempt is not its own.
    Paused(Failure),
    /// It is left to a process that can open it.
    Left,
    /// The address takes no mail.
    Refused(Failure),
    /// It ends unsent.
    Dead(Failure),
    /// Its time was over.
    Expired,
    /// It cannot be read, for this reason.
    Unreadable(String),
}

impl Ended {
    /// What an attempt means for its mail. The sender begins a pause if the server does not let us send.
    pub(super) fn of(
        app: &App,
        row: &ClaimedRow,
        outcome: std::result::Result<(), Failure>,
    ) -> Self {
        let went_on = || {
            if app.mail.lets_us_send() {
                tracing::info!("mails are sent again");
            }
        };
        let Err(failure) = outcome else {
            went_on();
            return Self::Sent;
        };
        let verdict = judge(&failure);
        // Whatever it says about this mail, it has let us in.
        if failure.reply.is_some() && failure.step >= Step::From && verdict != Verdict::Ours {
            went_on();
        }
        let (now_ms, now_s) = (app.clock.now_ms(), app.clock.now_s());
        let chance = u32::from_be_bytes(random::bytes());
        let at = now_s + again_after(row.attempts, chance).as_secs() as i64;
        let again = |until: i64, is_unknown, failure| match at < until {
            true => Self::Again { at, is_unknown, failure },
            false => Self::Dead(failure),
        };
        match verdict {
            Verdict::Again => again(row.expires_at, false, failure),
            Verdict::Full => again(row.expires_at.min(row.created_at + FULL_FOR), false, failure),
            Verdict::Unknown if row.cut_at.is_none() => again(row.expires_at, true, failure),
            Verdict::Unknown | Verdict::Policy => Self::Dead(failure),
            Verdict::Address => Self::Refused(failure),
            Verdict::Ours => {
                if let Some(pause) = app.mail.begin_pause(&failure.said, now_ms) {
                    tracing::error!(
                        to = %app.config.mail.to.in_words(), step = ?failure.step, reply = %failure.said,
                        next_try_s = pause.until - now_s,
                        "no mail is taken, so all wait; check the settings of [mail]"
                    );
                }
                Self::Paused(failure)
            }
        }
    }

    fn outcome(&self) -> MailOutcome {
        match self {
            Self::Sent => MailOutcome::Sent,
            Self::Again { .. } => MailOutcome::Again,
            Self::Paused(_) | Self::Left => MailOutcome::Paused,
            Self::Refused(_) => MailOutcome::Refused,
            Self::Dead(_) | Self::Expired | Self::Unreadable(_) => MailOutcome::Dead,
        }
    }

    /// Writes it, unless another sender has the mail by now; `canonical` is the address.
    pub(super) async fn note(
        self,
        app: &App,
        row: ClaimedRow,
        canonical: Option<String>,
    ) -> Result<()> {
        let (now_s, outcome) = (app.clock.now_s(), self.outcome());
        self.log(&row);
        let written = app.db.write(move |tx| {
            async move {
                let place = (row.id.as_str(), row.claim);
                let failure = match &self {
                    Self::Sent | Self::Left | Self::Expired | Self::Unreadable(_) => None,
                    Self::Again { failure, .. }
                    | Self::Paused(failure)
                    | Self::Refused(failure)
                    | Self::Dead(failure) => Some(failure),
                };
                let noted = Noted {
                    code: failure.and_then(|failure| Some(i64::from(failure.reply.as_ref()?.code))),
                    reply: match &self {
                        Self::Unreadable(why) => Some(why),
                        Self::Expired => Some(outbox::EXPIRED),
                        _ => failure.map(|failure| failure.said.as_str()),
                    },
                };
                // The erasure of an account takes its addresses before its mails, so that the two may wait for each other: the
                // database ends one of them, which is tried again.
                let is_ours = match &self {
                    Self::Sent => outbox::finish(tx, place, "sent", noted, now_s).await?,
                    Self::Refused(_) => outbox::finish(tx, place, "refused", noted, now_s).await?,
                    Self::Dead(_) | Self::Expired | Self::Unreadable(_) => {
                        outbox::finish(tx, place, "dead", noted, now_s).await?
                    }
                    Self::Again { at, is_unknown, .. } => {
                        let cut_at = is_unknown.then_some(now_s);
                        outbox::put_back(tx, place, *at, (true, cut_at), noted).await?
                    }
                    // One mail that a server takes for another's fault does not hold up all others.
                    Self::Paused(_) | Self::Left => {
                        outbox::put_back(tx, place, now_s, (false, None), noted).await?
                    }
                };
                if let (true, Some(owner), Some(canonical)) = (is_ours, &row.user_id, &canonical) {
                    let address = (owner.as_str(), canonical.as_str());
                    match &self {
                        Self::Sent => drop(addresses::set_accepted(tx, address).await?),
                        Self::Refused(failure) => {
                            addresses::set_refused(tx, address, &failure.said, now_s).await?;
                        }
                        _ => {}
                    }
                }
                Ok::<_, Error>(is_ours)
            }
            .boxed()
        });
        if written.await? {
            app.metrics.mails(outcome, 1);
        }
        Ok(())
    }

    /// Says what an operator has to know. The address is in the outbox alone; what the server said is without it.
    fn log(&self, row: &ClaimedRow) {
        let (id, kind) = (&row.id, &row.kind);
        match self {
            Self::Sent => tracing::debug!(%id, %kind, "sent a mail"),
            Self::Again { failure, .. } => {
                tracing::debug!(%id, %kind, step = ?failure.step, reply = %failure.said, "a mail waits");
            }
            Self::Paused(_) | Self::Left => {}
            Self::Refused(failure) => {
                tracing::warn!(%id, %kind, reply = %failure.said, "an address takes no mail");
            }
            Self::Dead(failure) => {
                tracing::warn!(%id, %kind, step = ?failure.step, reply = %failure.said, "a mail was given up");
            }
            Self::Expired => tracing::warn!(%id, %kind, "a mail was given up: its time was over"),
            Self::Unreadable(why) => tracing::error!(%id, %kind, %why, "a mail cannot be read"),
        }
    }
}
