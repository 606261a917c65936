use super::{Authenticated, FirstStep, Method, Methods, Second, Verified};
use crate::server::{
    App,
    db::users,
    error::Result,
    service::{flows::Flow, passkeys, roles},
};

/// The proof of the right code of a mail, by its flow, which is spent with it: whole, or the first step where the account has a
/// second factor or needs one. No trust in a browser takes the place of that: it is for people with the password. None if the
/// account is gone.
///
/// # Errors
/// Fails if the database fails.
pub(in crate::server::service) async fn by_mail(app: &App, flow: Flow) -> Result<Option<Verified>> {
    let Some(id) = flow.user.clone() else {
        return Ok(None);
    };
    let Some(user) = users::by_id(&app.db, id.as_str()).await? else {
        return Ok(None);
    };
    let now_s = app.clock.now_s();
    let who = Authenticated {
        user: id,
        methods: Methods::of(Method::Otp),
        at: now_s,
        epoch: flow.epoch.unwrap_or_default(),
        hash_seen: None,
        stronger: None,
        is_weak: false,
        second: Second::Carried(Box::new(flow), now_s, None),
        new_trust: None,
    };
    let is_demanded = roles::demand_factor(&app.config, user.roles.as_deref());
    let has_passkeys =
        is_demanded && user.passkeys > 0 && passkeys::are_usable(app, &user.id).await?;
    Ok(Some(match (user.totp_at, is_demanded) {
        (None, true) if has_passkeys => Verified::Half(FirstStep::of(who, is_demanded)),
        (Some(_), _) => Verified::Half(FirstStep::of(who, is_demanded)),
        (None, true) => Verified::Half(FirstStep::to_enrol(who)),
        (None, false) => Verified::Whole(who),
    }))
}
