use futures::FutureExt;
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    model::{DeviceSort, ErrorCode, TrustedDeviceId, UserId},
    server::{
        App,
        db::{
            trusted_devices::{self, TrustedRow},
            users,
        },
        error::{Error, Result},
        secure::trust_token::TrustToken,
        service::{
            ClientInfo,
            audit::{Actor, Kind, Outcome, Record},
            limits::{self, Limit},
            principal::Principal,
            roles,
            session::device,
            session_user::SessionUser,
        },
    },
};

/// A browser in which one's own account is signed in to without a code. Times are Unix seconds.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct TrustedDevice {
    /// Its id.
    pub id: TrustedDeviceId,
    /// Whether it is the browser of the request.
    pub current: bool,
    /// Browser and system in words, such as "Firefox 140 on Linux".
    pub device: String,
    /// Sort of the device.
    pub device_sort: DeviceSort,
    /// When it was trusted.
    pub created_at: i64,
    /// Its last sign-in without a code.
    pub last_used_at: Option<i64>,
    /// When the trust ends.
    pub expires_at: i64,
}

/// The browsers that the principal's account trusts, newest first.
///
/// # Errors
/// Fails if the database fails.
pub async fn of_principal(
    app: &App,
    principal: &Principal,
    client_info: &ClientInfo,
) -> Result<Vec<TrustedDevice>> {
    of_account(app, principal.user(), client_info.trusted.as_ref()).await
}

/// The browsers that the session user's account trusts, newest first; `shown` is the cookie of theirs.
///
/// # Errors
/// Fails if the database fails.
pub async fn of_session_user(
    app: &App,
    session_user: &SessionUser,
    shown: Option<&TrustToken>,
) -> Result<Vec<TrustedDevice>> {
    of_account(app, session_user.user(), shown).await
}

/// Those in which a password is enough now.
async fn of_account(
    app: &App,
    user: &UserId,
    shown: Option<&TrustToken>,
) -> Result<Vec<TrustedDevice>> {
    let (now_s, ttl) = (app.clock.now_s(), app.config.trust_ttl);
    let account = users::by_id(&app.db, user.as_str()).await?;
    // Their trust counts for nothing while it does.
    if account.is_none_or(|account| roles::demand_factor(&app.config, account.roles.as_deref())) {
        return Ok(Vec::new());
    }
    let rows = trusted_devices::of_account(&app.db, user.as_str(), (now_s - ttl, now_s)).await?;
    let view = |row: TrustedRow| TrustedDevice {
        current: shown.is_some_and(|shown| *shown.id() == row.id),
        device: device::in_words(row.user_agent.as_deref()),
        device_sort: device::sort(row.user_agent.as_deref()),
        created_at: row.created_at,
        last_used_at: row.last_used_at,
        expires_at: row.ends_at(ttl),
        id: row.id,
    };
    Ok(rows.into_iter().map(view).collect())
}

/// Trusts one browser of the principal's account no longer.
///
/// # Errors
/// `reauthentication_required`, `too_many_requests`; `not_found` for one that is unknown, over or another account's, all alike
/// (S96).
pub async fn remove(
    app: &App,
    principal: &Principal,
    id: &TrustedDeviceId,
    client_info: &ClientInfo,
) -> Result<()> {
    let removed = removal(app, principal, Some(id.clone()), client_info).await?;
    if removed == 0 { Err(ErrorCode::NotFound.into()) } else { Ok(()) }
}

/// Trusts no browser of the principal's account any longer.
///
/// # Errors
/// `reauthentication_required`, `too_many_requests`.
pub async fn remove_all(app: &App, principal: &Principal, client_info: &ClientInfo) -> Result<()> {
    removal(app, principal, None, client_info).await.map(drop)
}

/// Removes one or all; returns how many.
async fn removal(
    app: &App,
    principal: &Principal,
    only: Option<TrustedDeviceId>,
    client_info: &ClientInfo,
) -> Result<u64> {
    principal.require_fresh(app)?;
    let user = principal.user().to_string();
    limits::count_change(app, Limit::Write(&user), principal, client_info).await?;
    let trusted = of_account(app, principal.user(), None).await?;
    if only.as_ref().is_some_and(|only| trusted.iter().all(|device| device.id != *only)) {
        return Ok(0);
    }
    let record = Record::new(app, client_info);
    let removed = app.db.write(move |tx| {
        async move {
            let removed = match &only {
                Some(id) => u64::from(trusted_devices::remove(tx, &user, id.as_str()).await?),
                None => trusted_devices::remove_all(tx, &user, None).await?,
            };
            if removed > 0 {
                let record =
                    record.about_some("trusted_device", only.as_ref().map(TrustedDeviceId::as_str));
                let record = record.about("count", removed);
                let event = (Kind::TrustedDeviceRemove, Outcome::Success);
                record.write(tx, event, Actor::Person(&user), Some(&user)).await?;
            }
            Ok::<_, Error>(removed)
        }
        .boxed()
    });
    removed.await
}
