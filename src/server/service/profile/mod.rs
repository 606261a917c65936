//! The user's own account.

mod recent;
mod rename;
mod view;

use std::sync::Arc;

use futures::FutureExt;
use serde_json::Value;

pub(in crate::server::service) use self::recent::read as recent;
pub(super) use self::view::{object, view};
pub use self::{recent::RecentProfiles, rename::rename};
use super::{
    ClientInfo,
    audit::{Actor, Kind, Outcome, Record},
    feed,
    limits::{self, Limit},
    principal::Principal,
    session_user::SessionUser,
};
use crate::{
    model::{
        ApiError, ErrorCode, Field, FieldError, Filled, Problem, ProfileForm, UserId, UserView,
    },
    server::{
        App,
        db::{profiles, users},
        error::{Error, Result},
        say::Language,
        secure::identifier::check_shown,
    },
};

/// The principal's account, from memory where it was read lately.
///
/// # Errors
/// `not_found` if the account does not exist; an error of the database.
pub async fn of_principal(app: &App, principal: &Principal) -> Result<Arc<UserView>> {
    recent::read(app, principal.user()).await
}

/// The session user's account, for a page.
///
/// # Errors
/// As [`of_principal`].
pub async fn of_session_user(app: &App, session_user: &SessionUser) -> Result<UserView> {
    by_id(app, session_user.user()).await
}

/// Changes the principal's account; returns it afterwards. Nothing is written without an effective
/// change.
///
/// # Errors
/// `invalid_input` for a long name or large metadata; `too_many_requests`.
pub async fn update(
    app: &App,
    principal: &Principal,
    form: ProfileForm,
    client_info: &ClientInfo,
) -> Result<UserView> {
    let mut errors = form.check();
    if let Some(Some(name)) = &form.display_name
        && errors.iter().all(|error| error.field != Field::DisplayName)
        && !name.trim().is_empty()
        && let Err(problem) = check_shown(name)
    {
        errors.push(FieldError::new(Field::DisplayName, problem));
    }
    errors.extend(form.profile.as_ref().map(shown).unwrap_or_default());
    if !errors.is_empty() {
        return Err(ApiError::fields(errors).into());
    }
    let id = principal.user().to_string();
    limits::count_change(app, Limit::Write(&id), principal, client_info).await?;
    let now_s = app.clock.now_s();
    let record = Record::new(app, client_info);
    let user = app
        .db
        .write(move |tx| {
            async move {
                let mut has_changed = false;
                if let Some(name) = &form.display_name {
                    let name = name.as_deref().map(str::trim).filter(|name| !name.is_empty());
                    has_changed |= profiles::set_display_name(tx, &id, name, now_s).await?;
                }
                if let Some(metadata) = form.metadata {
                    let json = Value::Object(metadata.unwrap_or_default()).to_string();
                    has_changed |= profiles::set_metadata(tx, &id, &json, now_s).await?;
                }
                if let Some(said) = form.profile.filter(|said| !said.is_empty()) {
                    // Concurrent changes are merged one after the other.
                    users::lock(tx, &id).await?;
                    let user = users::by_id_in(tx, &id).await?.ok_or(ErrorCode::NotFound)?;
                    let json = merged(&user.profile, &said);
                    has_changed |= profiles::set_profile(tx, &id, &json, now_s).await?;
                }
                if has_changed {
                    let event = (Kind::ProfileUpdate, Outcome::Success);
                    record.write(tx, event, Actor::Person(&id), Some(&id)).await?;
                    feed::record(tx, &feed::Change::Profile(id.clone()), now_s).await?;
                }
                users::by_id_in(tx, &id).await?.ok_or_else(|| Error::from(ErrorCode::NotFound))
            }
            .boxed()
        })
        .await?;
    app.profiles.forget(user.id.as_str());
    Ok(view(user))
}

/// The faults of the displayed texts of a profile.
pub(super) fn shown(said: &Filled) -> Vec<FieldError> {
    let wrong = |field, text: &str| match field {
        Field::Language if Language::of_code(text.trim()).is_none() => Some(Problem::Invalid),
        _ => check_shown(text).err(),
    };
    let said = said.iter().filter(|(_, text)| !text.trim().is_empty());
    said.filter_map(|(field, text)| Some(FieldError::new(field, wrong(field, text)?))).collect()
}

/// A stored profile with new texts. An empty text removes its field.
pub(super) fn merged(stored: &str, said: &Filled) -> String {
    let mut profile = object(stored);
    for (field, text) in said.iter() {
        let text = match field {
            Field::Language => Language::of_code(text.trim()).map_or("", Language::code),
            _ => text.trim(),
        };
        match text {
            "" => drop(profile.remove(field.name())),
            text => drop(profile.insert(field.name().to_owned(), text.into())),
        }
    }
    Value::Object(profile).to_string()
}

pub(super) async fn by_id(app: &App, id: &UserId) -> Result<UserView> {
    let user = users::by_id(&app.db, id.as_str()).await?;
    Ok(view(user.ok_or(ErrorCode::NotFound)?))
}
