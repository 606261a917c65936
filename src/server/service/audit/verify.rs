use super::{
    earlier,
    flaw::Flaw,
    head::{Head, HeadError, link},
};
use crate::server::{
    App,
    db::{audit, audit::EventRow, audit_chain},
    error::{Error, Result},
    secure::audit_chain::AuditChain,
};

/// Number of events per read.
const PAGE: i64 = 1000;
/// Number of restarts after retention has deleted events during the read.
const TRIES: usize = 3;

/// The result of a step along the chain.
type Step<T> = std::result::Result<T, HeadError>;

/// A head that was noted earlier, elsewhere: position and hash.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Noted {
    /// The position.
    pub pos: i64,
    /// The hash at that position.
    pub hash: String,
}

/// The result of a verification.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Number of intact events, up to the first flaw.
    pub whole: i64,
    /// The earliest and the latest of them, in Unix milliseconds.
    pub times_ms: Option<(i64, i64)>,
    /// The last position deleted by retention; 0 if none.
    pub cut_pos: i64,
    /// The last intact event, and its hash.
    pub head: Option<(i64, String)>,
    /// Number of unsealed events.
    pub unsealed: i64,
    /// The oldest of them, in Unix milliseconds.
    pub unsealed_since_ms: Option<i64>,
    /// The last position whose hash was made under a lost secret, so that it is not verified; 0 if
    /// none.
    pub unproven_until: i64,
    /// The first flaw.
    pub flaw: Option<Flaw>,
}

/// Verifies the log page by page: that no event was altered, removed, inserted or moved since it
/// was sealed. A head noted earlier also proves that the database was not replaced by an older
/// copy.
///
/// # Errors
/// Fails if the database fails; a flaw is part of the report.
pub async fn verify(app: &App, noted: Option<&Noted>) -> Result<Report> {
    let mut report = Report::default();
    for _ in 0..TRIES {
        report = walk(app, noted).await?;
        // A server may be running: events that retention deleted meanwhile are not missing.
        let is_cut = match Head::read(app).await {
            Ok((head, _)) => head.cut.0 > report.cut_pos,
            _ => false,
        };
        if report.flaw.is_none() || !is_cut {
            break;
        }
    }
    (report.unsealed, report.unsealed_since_ms) = audit::waiting(&app.db).await?;
    Ok(report)
}

async fn walk(app: &App, noted: Option<&Noted>) -> Result<Report> {
    let mut report = Report::default();
    match Walk::start(app).await {
        Ok(mut walk) => {
            report.cut_pos = walk.head.cut.0;
            // Nothing is left to verify of deleted events.
            let unproven_until = walk.chain.unproven_until();
            report.unproven_until =
                if unproven_until > report.cut_pos { unproven_until } else { 0 };
            let ended = walk.follow(&mut report, noted).await;
            report.head = (report.whole > 0).then_some(walk.at);
            report.flaw = flaw(ended)?;
        }
        Err(error) => report.flaw = flaw(Err(error))?,
    }
    Ok(report)
}

fn flaw(ended: Step<()>) -> Result<Option<Flaw>> {
    match ended {
        Ok(()) => Ok(None),
        Err(HeadError::Flaw(flaw)) => Ok(Some(flaw)),
        Err(HeadError::Other(error)) => Err(error),
    }
}

/// The state of the walk along the chain.
struct Walk<'a> {
    app: &'a App,
    /// The chain with the earlier keys as stored now.
    chain: AuditChain,
    head: Head,
    at: (i64, String),
}

impl<'a> Walk<'a> {
    async fn start(app: &'a App) -> Step<Self> {
        let (head, _) = Head::read(app).await?;
        let chain = AuditChain::new(&app.secret, &earlier::read(&app.db, &app.secret).await?);
        Ok(Self { app, chain, at: head.cut.clone(), head })
    }

    async fn follow(&mut self, report: &mut Report, noted: Option<&Noted>) -> Step<()> {
        // The head alone authenticates the deleted part.
        let is_here = |noted: &Noted, at: &(i64, String)| (noted.pos, &noted.hash) == (at.0, &at.1);
        let mut held = noted.is_none_or(|n| n.pos < self.at.0 || is_here(n, &self.at));
        let mut after = i64::MIN;
        loop {
            let page = self.page(after).await?;
            let Some(last) = page.last() else {
                break;
            };
            after = last.chain_pos.unwrap_or(i64::MAX);
            for event in &page {
                self.step(event).await?;
                held |= noted.is_some_and(|n| is_here(n, &self.at));
                let (from, to) = report.times_ms.unwrap_or((event.at_ms, event.at_ms));
                report.times_ms = Some((from.min(event.at_ms), to.max(event.at_ms)));
                report.whole += 1;
            }
        }
        if self.at != self.head.last {
            return Err(Flaw::Truncated(self.at.0 + 1, self.head.last.0).into());
        }
        self.count().await?;
        held.then_some(()).ok_or(Flaw::NotHeld.into())
    }

    /// Compares the numbers of events and positions.
    ///
    /// Events with a duplicate position at the end of a page, or with a negative one, are on no
    /// page.
    async fn count(&self) -> Step<()> {
        let counts = audit_chain::counts(&self.app.db).await.map_err(Error::from)?;
        let (sealed, places) = counts.ok_or(Flaw::HeadMissing)?;
        match sealed > places {
            true => Err(Flaw::Surplus(sealed - places).into()),
            false => Ok(()),
        }
    }

    /// Advances by one event, if it is the next.
    async fn step(&mut self, event: &EventRow) -> Step<()> {
        let pos = event.chain_pos.unwrap_or_default();
        if pos > self.head.last.0 {
            // The sealer may have run meanwhile.
            (self.head, _) = Head::read(self.app).await?;
        }
        if pos <= self.at.0 || pos > self.head.last.0 {
            return Err(Flaw::Outside(pos).into());
        }
        if pos > self.at.0 + 1 {
            return Err(Flaw::Missing(self.at.0 + 1).into());
        }
        if !self.follows(&self.at.1, event) {
            return Err(self.diagnose(event, pos).await?.into());
        }
        self.at = (pos, event.chain_hash.clone().unwrap_or_default());
        Ok(())
    }

    fn follows(&self, previous: &str, event: &EventRow) -> bool {
        let place = event.chain_pos.unwrap_or_default();
        let link = link(&self.chain, place, previous, event);
        // With a lost key, only the absence of gaps is verified.
        event.chain_hash.is_some() && (link.is_none() || link == event.chain_hash)
    }

    /// Finds the fault of an event that does not follow the last intact one.
    async fn diagnose(&self, event: &EventRow, pos: i64) -> Step<Flaw> {
        let near = self.page(pos - PAGE / 2).await?;
        let hash = event.chain_hash.as_deref().unwrap_or_default();
        let mut others = near.iter().filter_map(|other| other.chain_hash.as_deref());
        if others.any(|other| self.follows(other, event)) || self.follows("", event) {
            return Ok(Flaw::Moved(pos));
        }
        let next = near.iter().find(|other| other.chain_pos > Some(pos));
        Ok(match next {
            Some(next) if self.follows(hash, next) => Flaw::Altered(pos),
            None if hash == self.head.last.1 => Flaw::Altered(pos),
            _ => Flaw::Forged(pos),
        })
    }

    async fn page(&self, after: i64) -> Step<Vec<EventRow>> {
        let page = audit_chain::page(&self.app.db, after, PAGE).await;
        page.map_err(|error| HeadError::Other(error.into()))
    }
}
