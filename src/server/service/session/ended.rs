//! Ending sessions: the reason, the feed entry and the audit event of each.

use crate::server::{
    App,
    db::{Tx, sessions},
    error::Result,
    service::{
        audit::{Actor, Kind, Outcome, Record},
        feed::{self, Change},
        mail::{MailKind, Post},
        proof::Acr,
    },
};

/// The reason why a session ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::server::service) enum Ending {
    /// Its owner signed out of it.
    Logout,
    /// Its owner ended it from another session.
    Revoked,
    /// A replaced refresh token was used again (S52).
    Reuse,
    /// The session that it came from has ended.
    Parent,
    /// It got a new identity.
    Renewed,
    /// A new sign-in in its browser replaced it (S116).
    Superseded,
    /// Its owner has too many newer ones.
    TooMany,
    /// The account got a new password.
    Password,
    /// The account's authenticator app was set up, replaced or removed.
    Factor,
    /// The account got another address.
    Address,
    /// The owner of a mailbox closed the account to everybody in it.
    Secured,
    /// The erasure of the account was asked for.
    Deletion,
    /// A copy of a trusted browser's cookie was used.
    Trust,
    /// Its client has ended it.
    Client,
    /// The code that it came from was used twice.
    CodeReplay,
    /// Its owner took away what its client was let do.
    Withdrawn,
    /// Its owner lost a role that its client demands.
    Role,
}

impl Ending {
    /// The reason in its row.
    pub(in crate::server::service) fn reason(self) -> &'static str {
        match self {
            Self::Logout => "logout",
            Self::Revoked => "revoked",
            Self::Reuse => "reuse",
            Self::Parent => "parent",
            Self::Renewed => "renewed",
            Self::Superseded => "superseded",
            Self::TooMany => "too_many",
            Self::Password => "password",
            Self::Factor => "factor",
            Self::Address => "address",
            Self::Secured => "secured",
            Self::Deletion => "deletion",
            Self::Trust => "trust",
            Self::Client => "client",
            Self::CodeReplay => "code_replay",
            Self::Withdrawn => "withdrawn",
            Self::Role => "role",
        }
    }

    /// Whether the browser of the session has another one now, by the reason in the row: a late
    /// request with the old token must not make it forget the new one.
    pub(super) fn is_superseded(reason: Option<&str>) -> bool {
        [Self::Renewed, Self::Superseded].iter().any(|ending| reason == Some(ending.reason()))
    }

    /// Its audit event; none if the cause has an event of its own.
    fn event(self) -> Option<(Kind, Outcome)> {
        Some(match self {
            Self::Logout => (Kind::Logout, Outcome::Success),
            Self::Revoked | Self::TooMany => (Kind::SessionRevoke, Outcome::Success),
            Self::Reuse => (Kind::SessionReuse, Outcome::Refused),
            Self::Superseded => (Kind::SessionSupersede, Outcome::Success),
            Self::Client => (Kind::AppEnd, Outcome::Success),
            Self::CodeReplay => (Kind::AppCodeReplay, Outcome::Refused),
            Self::Parent
            | Self::Renewed
            | Self::Password
            | Self::Factor
            | Self::Address
            | Self::Secured
            | Self::Deletion
            | Self::Trust
            | Self::Withdrawn
            | Self::Role => {
                return None;
            }
        })
    }
}

/// The actor that ends a session.
#[derive(Clone, Copy, Debug)]
pub(super) enum By {
    /// Its owner.
    Owner,
    /// The service, by a rule.
    Rule,
    /// Unknown.
    Nobody,
}

/// The sessions that a unit of work has ended, which this process must apply after its commit.
#[must_use = "make_known after the commit"]
pub(in crate::server::service) struct Ended {
    ids: Vec<String>,
    now_s: i64,
    app: App,
}

impl Ended {
    /// An empty set.
    pub(in crate::server::service) fn new(app: &App) -> Self {
        Self { ids: Vec::new(), now_s: app.clock.now_s(), app: app.clone() }
    }

    /// Adds sessions that the unit has ended, with their lines in the feed.
    pub(super) fn add(&mut self, ids: Vec<String>) {
        self.ids.extend(ids);
    }

    /// Ends a session and the grants that end with it, with their lines in the feed and its event;
    /// `false` if it was over. One that got a new identity leaves its grants to that.
    pub(super) async fn end(
        &mut self,
        tx: &mut Tx<'_>,
        id: &str,
        ending: Ending,
        by: By,
        record: &Record,
    ) -> Result<bool> {
        let Some(owner) = sessions::revoke(tx, id, ending.reason(), self.now_s).await? else {
            return Ok(false);
        };
        self.record(tx, id, &owner, ending, by, record).await?;
        if ending != Ending::Renewed {
            // Who was not its owner may have let a program in that stays.
            let with_offline = matches!(ending, Ending::Reuse | Ending::Revoked);
            self.ids.extend(end_grants(tx, (id, with_offline), self.now_s).await?);
        }
        Ok(true)
    }

    /// Ends all sessions of an account except `keep`; returns how many.
    pub(in crate::server::service) async fn end_all(
        &mut self,
        tx: &mut Tx<'_>,
        owner: &str,
        keep: Option<&str>,
        ending: Ending,
        record: &Record,
    ) -> Result<usize> {
        let ids = sessions::revoke_all(tx, owner, keep, ending.reason(), self.now_s).await?;
        for id in &ids {
            self.record(tx, id, owner, ending, By::Owner, record).await?;
        }
        Ok(ids.len())
    }

    /// Ends the sessions of an account that were opened by a password alone; returns how many.
    pub(in crate::server::service) async fn end_single(
        &mut self,
        tx: &mut Tx<'_>,
        owner: &str,
        ending: Ending,
        record: &Record,
    ) -> Result<usize> {
        let acr = Acr::Aal1.as_str();
        let ids = sessions::revoke_of(tx, (owner, acr), ending.reason(), self.now_s).await?;
        for id in &ids {
            self.record(tx, id, owner, ending, By::Rule, record).await?;
        }
        Ok(ids.len())
    }

    async fn record(
        &mut self,
        tx: &mut Tx<'_>,
        id: &str,
        owner: &str,
        ending: Ending,
        by: By,
        record: &Record,
    ) -> Result<()> {
        feed::record(tx, &Change::Session(id.to_owned()), self.now_s).await?;
        if let Some(event) = ending.event() {
            let actor = match by {
                By::Owner => Actor::Person(owner),
                By::Rule => Actor::System,
                By::Nobody => Actor::Unknown,
            };
            record.clone().about("session", id).write(tx, event, actor, Some(owner)).await?;
        }
        if ending == Ending::Reuse {
            // Nobody knows whose program it was: that of the owner, or of somebody who has copied a token.
            let post = Post::of_operator(&self.app);
            post.notify(tx, owner, MailKind::SessionReuse).await?;
        }
        self.ids.push(id.to_owned());
        Ok(())
    }

    /// Applies the set after the commit: this process refuses the access tokens of these sessions
    /// from now on.
    pub(in crate::server::service) fn make_known(self) {
        for id in self.ids {
            self.app.tokens.revoked.add(&Change::Session(id), self.now_s);
        }
    }
}

/// Ends the grants of a session, offline ones where it is to be so, with their lines in the feed; returns their ids. What ends with it is
/// no act of anybody, so there is no event.
///
/// # Errors
/// Fails if the database fails.
pub(super) async fn end_grants(
    tx: &mut Tx<'_>,
    parent: (&str, bool),
    now_s: i64,
) -> Result<Vec<String>> {
    let ended = sessions::revoke_children(tx, parent, Ending::Parent.reason(), now_s).await?;
    for id in &ended {
        feed::record(tx, &Change::Session(id.clone()), now_s).await?;
    }
    Ok(ended)
}
