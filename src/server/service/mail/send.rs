//! The sender: claims what is due, sends it, and notes what came of it.

use std::{
    collections::VecDeque,
    sync::atomic::{AtomicUsize, Ordering},
    time::Duration,
};

use futures::{FutureExt, future::join_all};
use parking_lot::Mutex;

use super::{
    ended::Ended,
    kind::{FIRST, MailKind, PRIORITIES},
    post::{ADDRESS, PAYLOAD},
    retry,
    words::{MailFacts, in_language},
};
use crate::server::{
    App,
    clock::Stopwatch,
    db::{
        instance, of_same,
        outbox::{self, ClaimedRow},
    },
    error::Result,
    mail::{Letter, Line, Mail, Mailer},
    say::Language,
    secure::{identifier::Email, mail_address::MailAddress},
    service::flows::{self, FlowToken},
};

/// Number of mails that are sent at once. A server that hangs holds one each for the time limit of a mail.
const AT_ONCE: usize = 4;
/// Number of ids that are read at a time.
const BATCH: i64 = 100;
/// Time for which a claimed mail is its sender's, in seconds; longer than the time limit of a mail.
const LEASE: i64 = 120;
/// Time in which a turn begins to send mails.
const TURN: Duration = Duration::from_secs(60);
/// Pause of a worker that has nothing to send while another has.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// The part of an hour's mails that is kept for the first priority: one in so many.
const KEPT: i64 = 10;
/// An hour, in seconds.
const HOUR: i64 = 3_600;

/// Sends all mails that are due, as far as the settings allow; runs once a second in each process.
///
/// Two processes never send the same mail: the claim decides. A process that ends between the final dot and its own note
/// leaves a mail that is sent once more, with the same `Message-ID`, when its lease has run out.
///
/// # Errors
/// Fails if the database fails.
pub async fn send(app: &App) -> Result<()> {
    let Some(mailer) = app.mail.mailer() else { return Ok(()) };
    if is_paused(app).await? {
        return Ok(());
    }
    let turn = Turn {
        app,
        mailer,
        watch: Stopwatch::start(),
        queue: Mutex::default(),
        under_way: AtomicUsize::new(0),
    };
    if turn.fill().await? {
        // Each waits for the database with a patience of its own: what was sent must be noted.
        let lines = join_all((0..AT_ONCE).map(|_| of_same(turn.work()))).await;
        lines.into_iter().collect::<Result<()>>()?;
    }
    Ok(())
}

/// Whether the sender pauses. An operator who has asked for another try since its begin ends the pause.
async fn is_paused(app: &App) -> Result<bool> {
    let now_s = app.clock.now_s();
    let Some(pause) = app.mail.pause().filter(|pause| now_s < pause.until) else {
        return Ok(false);
    };
    let asked_ms = retry::asked_at_ms(app).await?;
    let is_asked = asked_ms.is_some_and(|asked_ms| asked_ms >= pause.begun_ms);
    if is_asked {
        app.mail.try_again(now_s);
    }
    Ok(!is_asked)
}

/// One run of the sender.
struct Turn<'t> {
    app: &'t App,
    mailer: &'t Mailer,
    watch: Stopwatch,
    /// Ids that seemed due, and whether the next read may find more.
    queue: Mutex<(VecDeque<String>, bool)>,
    /// Number of mails that are being sent.
    under_way: AtomicUsize,
}

impl Turn<'_> {
    /// Reads the ids of mails that are due, no more than may be sent in this hour; `false` if there are none.
    async fn fill(&self) -> Result<bool> {
        let now_s = self.app.clock.now_s();
        // A newer version that runs beside this one sends its own kinds.
        let (kinds, mut due) = (MailKind::known(), Vec::new());
        let per_hour = self.app.config.mail.per_hour;
        let mut sent = None;
        for priority in PRIORITIES {
            // What anybody can cause leaves room for those who are outside.
            let kept = if priority == FIRST { 0 } else { per_hour / KEPT };
            let room = BATCH - due.len() as i64;
            let mut found = match room {
                1.. => outbox::due(&self.app.db, &kinds, priority, now_s, room).await?,
                _ => Vec::new(),
            };
            if !found.is_empty() {
                if sent.is_none() {
                    let counted = outbox::sent_since(&self.app.db, now_s - HOUR, per_hour);
                    sent = Some(counted.await?);
                }
                let most = per_hour - kept - sent.unwrap_or_default() - due.len() as i64;
                found.truncate(usize::try_from(most).unwrap_or(0));
            }
            due.append(&mut found);
        }
        if due.is_empty() {
            return Ok(false);
        }
        let mut is_full = due.len() as i64 == BATCH;
        if !self.app.mail.is_proven() {
            // One mail finds out whether the server lets us send: some lock an account after a few wrong passwords.
            due.truncate(1);
            is_full = false;
        }
        let has_some = !due.is_empty();
        // Where the hour admits no more, there is nothing to read on for.
        *self.queue.lock() = (due.into(), is_full && has_some);
        Ok(has_some)
    }

    /// Sends mails by one line until none is due, the turn is over, or the server does not let us send.
    async fn work(&self) -> Result<()> {
        let mut line = Line::default();
        let worked = self.work_by(&mut line).await;
        line.leave().await;
        worked
    }

    async fn work_by(&self, line: &mut Line) -> Result<()> {
        while let Some(id) = self.next().await? {
            self.under_way.fetch_add(1, Ordering::Relaxed);
            let goes_on = self.claim_and_send(line, id).await;
            self.under_way.fetch_sub(1, Ordering::Relaxed);
            if !goes_on? {
                return Ok(());
            }
        }
        Ok(())
    }

    /// Claims and sends a mail; `false` if the server does not let us send.
    async fn claim_and_send(&self, line: &mut Line, id: String) -> Result<bool> {
        match self.claim(id).await? {
            Some(row) => self.send(line, row).await,
            None => Ok(true),
        }
    }

    /// The next id; none if this turn is over, the process stops, the sender pauses, or nothing is due and no mail under way.
    /// While another mail is held by a slow server, those that become due meanwhile do not wait for it.
    async fn next(&self) -> Result<Option<String>> {
        loop {
            if self.is_over() {
                return Ok(None);
            }
            let (next, may_be_more) = {
                let mut queue = self.queue.lock();
                let next = queue.0.pop_front();
                // One worker reads on.
                let may_be_more = next.is_none() && std::mem::take(&mut queue.1);
                (next, may_be_more)
            };
            if next.is_some() {
                return Ok(next);
            }
            if !may_be_more {
                if self.under_way.load(Ordering::Relaxed) == 0 || !self.app.mail.is_proven() {
                    return Ok(None);
                }
                tokio::time::sleep(LOOK_EVERY).await;
            }
            self.fill().await?;
        }
    }

    fn is_over(&self) -> bool {
        let pause = self.app.mail.pause();
        self.watch.elapsed() > TURN
            || self.app.background.is_closed()
            // Mails are sealed with the new secret, which this process does not have.
            || self.app.follower.replaced.is_cancelled()
            || pause.is_some_and(|pause| pause.until > self.app.clock.now_s())
    }

    async fn claim(&self, id: String) -> Result<Option<ClaimedRow>> {
        let now_s = self.app.clock.now_s();
        let claimed = self.app.db.write(move |tx| {
            async move { outbox::claim(tx, &id, now_s, now_s + LEASE).await }.boxed()
        });
        Ok(claimed.await?)
    }

    /// Sends a claimed mail, and notes what came of it; `false` if the server does not let us send.
    async fn send(&self, line: &mut Line, row: ClaimedRow) -> Result<bool> {
        let now_s = self.app.clock.now_s();
        if row.expires_at <= now_s {
            return self.expire(row).await;
        }
        let opened = opened(self.app, &row).and_then(|(address, link, to, letter)| {
            let content = letter.render(&self.app.mail.look).map_err(|error| error.to_string())?;
            Ok((address, link, Mail { id: row.id.clone(), to, content, at: now_s }))
        });
        let (address, link, mail) = match opened {
            Ok(opened) => opened,
            Err(_) if self.is_sealed_anew().await? => {
                Ended::Left.note(self.app, row, None).await?;
                return Ok(false);
            }
            Err(why) => {
                Ended::Unreadable(why).note(self.app, row, None).await?;
                return Ok(true);
            }
        };
        if let Some(link) = link
            && flows::purpose_of(self.app, &link).await?.is_none()
        {
            // A newer mail has replaced it, or its account has changed: its link would not work.
            return self.expire(row).await;
        }
        let ended = Ended::of(self.app, &row, self.mailer.send(line, &mail).await);
        let is_paused = matches!(ended, Ended::Paused { .. });
        ended.note(self.app, row, Email::canonical(&address)).await?;
        Ok(!is_paused)
    }

    /// Notes that the time of a mail was over, and reads on: the server was not asked, so it may be asked by the next one.
    async fn expire(&self, row: ClaimedRow) -> Result<bool> {
        Ended::Expired.note(self.app, row, None).await?;
        self.queue.lock().1 = true;
        Ok(true)
    }

    /// Whether the database has another instance secret than this process, which does not know it yet.
    async fn is_sealed_anew(&self) -> Result<bool> {
        let check = instance::get(&self.app.db, instance::SECRET_CHECK).await?;
        Ok(check.is_some_and(|check| check != self.app.secret.check_value()))
    }
}

/// The address as stored, the link of a flow, the address as it is written, and the content of a claimed mail.
fn opened(
    app: &App,
    row: &ClaimedRow,
) -> std::result::Result<(String, Option<FlowToken>, MailAddress, Letter), String> {
    let open = |purpose, text: &str| {
        app.secret.open(purpose, &row.id, text).map_err(|error| error.to_string())
    };
    let address = open(ADDRESS, &row.address_sealed)?;
    let address = String::from_utf8(address).map_err(|error| error.to_string())?;
    let to = MailAddress::parse(&address);
    let to = to.map_err(|problem| format!("the address cannot be written: {problem:?}"))?;
    let payload = open(PAYLOAD, row.payload_sealed.as_deref().unwrap_or_default())?;
    let facts: MailFacts = serde_json::from_slice(&payload).map_err(|error| error.to_string())?;
    let kind = MailKind::named(&row.kind).ok_or("its kind is unknown")?;
    let language = Language::of_code(&row.locale).unwrap_or(app.config.mail.language);
    let written = (&app.mail.look, &app.mail.words);
    let letter = in_language(&app.config, written, language, kind, &facts);
    Ok((address, facts.token(), to, letter))
}
