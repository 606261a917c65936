use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    model::UserId,
    server::{
        App,
        db::invitations::{self, InvitationRow},
        error::{Error, Result},
        service::{agent::Agent, paging::PageSize, principal::Principal, roles::Permission},
    },
};

/// Maximum number of invitations on a page.
const PAGE_MAX: i64 = 100;

/// The state of an invitation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum InvitationState {
    /// Its link works.
    Open,
    /// It became an account.
    Accepted,
    /// It was revoked, by an agent, a newer one for its address, or a restored backup.
    Revoked,
    /// Its time is over.
    Expired,
}

impl InvitationState {
    /// Its name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Accepted => "accepted",
            Self::Revoked => "revoked",
            Self::Expired => "expired",
        }
    }
}

/// An invitation. Times are Unix seconds.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct InvitationView {
    /// Its id.
    pub id: String,
    /// The address to which it went.
    pub address: String,
    /// The roles that the account gets, without `user`.
    pub roles: Vec<String>,
    /// Its state.
    pub state: InvitationState,
    /// Id of the administrator who made it; null for the command line.
    pub invited_by: Option<UserId>,
    /// When it was made.
    pub created_at: i64,
    /// When its link ends.
    pub expires_at: i64,
    /// Id of the account that it became.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_id: Option<UserId>,
}

/// A page of invitations.
#[derive(Debug, Serialize, ToSchema)]
pub struct InvitationPage {
    /// Invitations, newest first; at most a hundred.
    pub invitations: Vec<InvitationView>,
    /// Cursor for `before=` of the next page, if there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_before: Option<String>,
}

impl InvitationView {
    /// The view of a row at a time, in Unix seconds.
    pub(super) fn of(row: InvitationRow, now_s: i64) -> Result<Self> {
        let state = match (row.accepted_at, row.revoked_at) {
            (Some(_), _) => InvitationState::Accepted,
            (None, Some(at)) if at < row.expires_at => InvitationState::Revoked,
            (None, Some(_)) => InvitationState::Expired,
            (None, None) if row.expires_at <= now_s => InvitationState::Expired,
            (None, None) => InvitationState::Open,
        };
        Ok(Self {
            id: row.id,
            address: row.address,
            roles: row.roles.split_whitespace().map(str::to_owned).collect(),
            state,
            invited_by: row.invited_by.map(UserId::try_from).transpose()?,
            created_at: row.created_at,
            expires_at: row.expires_at,
            user_id: row.user_id.map(UserId::try_from).transpose()?,
        })
    }
}

/// A page of invitations, the newest first.
///
/// # Errors
/// `forbidden`; an error of the database.
pub async fn list(
    app: &App,
    principal: &Principal,
    before: Option<&str>,
    limit: Option<i64>,
) -> Result<InvitationPage> {
    principal.require(Permission::UsersRead)?;
    page(app, before, limit).await
}

/// Passes all invitations to `write`, the newest first, for an agent with the permission. Holds one page in memory.
///
/// # Errors
/// Returns the error of `write`; `forbidden`, `reauthentication_required`; an error of the database.
pub async fn each<E: From<Error>>(
    app: &App,
    agent: Agent<'_>,
    mut write: impl FnMut(InvitationView) -> std::result::Result<(), E>,
) -> std::result::Result<(), E> {
    agent.permit(app, Permission::UsersRead)?;
    let mut before = None;
    loop {
        let InvitationPage { invitations, next_before } =
            page(app, before.as_deref(), None).await?;
        invitations.into_iter().try_for_each(&mut write)?;
        if next_before.is_none() {
            return Ok(());
        }
        before = next_before;
    }
}

async fn page(app: &App, before: Option<&str>, limit: Option<i64>) -> Result<InvitationPage> {
    let (size, now_s) = (PageSize::new(limit.unwrap_or(PAGE_MAX), PAGE_MAX), app.clock.now_s());
    let page = size.cut(invitations::page(&app.db, before, size.to_read()).await?);
    let next_before = page.cursor().map(|row| row.id.clone());
    let views = page.rows.into_iter().map(|row| InvitationView::of(row, now_s));
    Ok(InvitationPage { invitations: views.collect::<Result<_>>()?, next_before })
}
