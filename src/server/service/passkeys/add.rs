use futures::FutureExt;
use serde::{Deserialize, Serialize};

use super::{
    PASSKEYS_MAX, PasskeyView, RegistrationAnswer, Rp,
    answers::refused,
    count,
    options::{CreationOptions, Whose},
};
use crate::{
    model::{ApiError, ErrorCode, Field, FieldError, SessionId, UserId, check_passkey_name},
    server::{
        App,
        db::{
            Tx,
            passkeys::{self, NewPasskeyRow},
            users,
        },
        error::{Error, Result},
        secure::{
            passkey::{self, NewPasskey, Registration, Wrong, decode, encode},
            random,
        },
        service::{
            ClientInfo,
            audit::{Actor, Kind, Outcome, Record},
            flows::{self, Draft, Flow, Holder, Of, Purpose},
            mail::{MailKind, Post},
            principal::Principal,
            session::device,
        },
    },
};

/// What a flow carries.
#[derive(Serialize, Deserialize)]
struct Adding {
    challenge: String,
    /// The name under which authenticators keep the passkeys of the account.
    handle: String,
}

/// Begins to add a passkey to the principal's account, in the session of the request alone.
///
/// # Errors
/// `reauthentication_required`, `too_many_requests`, `too_many_passkeys`; `not_found` where there are no passkeys.
pub async fn begin(
    app: &App,
    principal: &Principal,
    client_info: &ClientInfo,
) -> Result<CreationOptions> {
    count(app, principal, client_info).await?;
    principal.require_fresh(app)?;
    let rp = Rp::of(&app.config)?;
    let (user, session) = (principal.user(), principal.session());
    let there = passkeys::of_account(&app.db, user.as_str()).await?;
    if there.len() >= PASSKEYS_MAX {
        return Err(ErrorCode::TooManyPasskeys.into());
    }
    let account = users::by_id(&app.db, user.as_str()).await?.ok_or(ErrorCode::NotFound)?;
    let (handle, ..) = passkeys::owner(&app.db, user.as_str()).await?.ok_or(ErrorCode::NotFound)?;
    let handle = handle.unwrap_or_else(|| encode(&random::bytes::<32>()));
    let adding = Adding { challenge: passkey::challenge(), handle };
    let draft = Draft {
        user: Some((user, principal.claims().epoch)),
        session: Some(session),
        data: serde_json::to_value(&adding).map_err(|error| Error::Internal(error.to_string()))?,
        ..Draft::default()
    };
    let (flow, _) = flows::issue(app, Purpose::Passkey, Holder::Program, draft)?;
    let (now_s, of) = (app.clock.now_s(), session.to_string());
    let begun = app.db.write(move |tx| {
        async move {
            flows::supersede(tx, Purpose::Passkey, Of::Session(&of), now_s).await?;
            flow.insert(tx).await
        }
        .boxed()
    });
    begun.await?;
    let Adding { challenge, handle } = adding;
    let service = &app.brand.shown.name;
    Ok(CreationOptions::new(rp, service, (Whose::of(&account), &handle), challenge, &there))
}

/// What the authenticator is asked while a session adds a passkey. Changes nothing.
pub(super) async fn asked(
    app: &App,
    rp: Rp<'_>,
    user: &UserId,
    session: &SessionId,
) -> Result<Option<CreationOptions>> {
    let Some(flow) = flows::of_session(app, Purpose::Passkey, user, session).await? else {
        return Ok(None);
    };
    let Adding { challenge, handle } = flow.data()?;
    let there = passkeys::of_account(&app.db, user.as_str()).await?;
    let account = users::by_id(&app.db, user.as_str()).await?.ok_or(ErrorCode::NotFound)?;
    let service = &app.brand.shown.name;
    Ok(Some(CreationOptions::new(rp, service, (Whose::of(&account), &handle), challenge, &there)))
}

/// Adds the passkey of an answer to the principal's account, in the session that asked for it. A name that is left out is the one
/// of the authenticator, or of the browser.
///
/// # Errors
/// `flow_over` if nothing was asked; `invalid_input` for a wrong answer or name; `passkey_exists`, `too_many_passkeys`,
/// `too_many_requests`.
pub async fn confirm(
    app: &App,
    principal: &Principal,
    answer: &RegistrationAnswer,
    name: &str,
    client_info: &ClientInfo,
) -> Result<PasskeyView> {
    count(app, principal, client_info).await?;
    let rp = Rp::of(&app.config)?;
    let (user, session) = (principal.user(), principal.session());
    let flow = flows::of_session(app, Purpose::Passkey, user, session).await?;
    let flow = flow.ok_or(ErrorCode::FlowOver)?;
    let adding: Adding = flow.data()?;
    let name = named(name)?;
    let new = judged(&rp, &adding.challenge, answer).map_err(refused)?;
    let name = name.unwrap_or_else(|| {
        let known = new.aaguid.as_deref().and_then(passkey::name).map(str::to_owned);
        known.unwrap_or_else(|| device::in_words(client_info.user_agent.as_deref()))
    });
    let work = Work {
        id: app.clock.new_id(),
        user: user.clone(),
        epoch: principal.claims().epoch,
        rp_id: rp.id.to_owned(),
        handle: adding.handle,
        transports: answer.response.transports(),
        name,
        now_s: app.clock.now_s(),
        record: Record::new(app, client_info),
        post: Post::of_client(app, client_info),
        new,
        flow,
    };
    let credential = encode(&work.new.id);
    app.db.write(move |tx| async move { work.write(tx).await }.boxed()).await?;
    let row = passkeys::by_credential(&app.db, &credential).await?;
    let row = row.ok_or_else(|| Error::Internal("a new passkey is gone".into()))?;
    Ok(PasskeyView::of(app, row))
}

/// A name that somebody chose; none for an empty one.
///
/// # Errors
/// `invalid_input`.
pub(super) fn named(text: &str) -> Result<Option<String>> {
    let text = text.trim();
    check_passkey_name(text)
        .map_err(|problem| ApiError::fields(vec![FieldError::new(Field::PasskeyName, problem)]))?;
    Ok((!text.is_empty()).then(|| text.to_owned()))
}

/// Holds an answer against what was asked.
pub(super) fn judged(
    rp: &Rp<'_>,
    challenge: &str,
    answer: &RegistrationAnswer,
) -> std::result::Result<NewPasskey, Wrong> {
    let client_data = decode(&answer.response.client_data_json)?;
    let attestation = decode(&answer.response.attestation_object)?;
    let said = Registration { client_data: &client_data, attestation: &attestation };
    let new = passkey::register(&rp.expects(challenge), said)?;
    // Browsers write the id beside the data that it is in.
    if encode(&new.id) == answer.id { Ok(new) } else { Err(Wrong::Data) }
}

/// The inputs of the unit of work.
struct Work {
    id: String,
    user: UserId,
    epoch: i64,
    rp_id: String,
    handle: String,
    transports: String,
    name: String,
    now_s: i64,
    record: Record,
    post: Post,
    new: NewPasskey,
    flow: Flow,
}

impl Work {
    async fn write(self, tx: &mut Tx<'_>) -> Result<()> {
        let Self { id, user, epoch, now_s, record, post, new, flow, .. } = &self;
        let user = user.as_str();
        if !users::lock_unchanged(tx, user, None, None).await? {
            return Err(ErrorCode::InvalidToken.into());
        }
        if !flows::spend(tx, flow, *now_s).await? {
            return Err(ErrorCode::FlowOver.into());
        }
        // Another session may have added the first one meanwhile, under another name.
        if passkeys::set_handle(tx, user, &self.handle).await?.as_ref() != Some(&self.handle) {
            return Err(ErrorCode::FlowOver.into());
        }
        if passkeys::count(tx, user).await? >= PASSKEYS_MAX as i64 {
            return Err(ErrorCode::TooManyPasskeys.into());
        }
        let row = NewPasskeyRow {
            id,
            user: (user, *epoch),
            credential_id: &encode(&new.id),
            public_key: &encode(&new.public_key),
            sign_count: new.seen.sign_count.into(),
            rp_id: &self.rp_id,
            transports: &self.transports,
            aaguid: new.aaguid.as_deref(),
            name: &self.name,
            backup: (new.seen.may_be_backed_up, new.seen.is_backed_up),
            now_s: *now_s,
        };
        if !passkeys::insert(tx, &row).await? {
            return Err(ErrorCode::PasskeyExists.into());
        }
        let event = (Kind::PasskeySet, Outcome::Success);
        let record = record.clone().about("passkey", id.as_str());
        record.write(tx, event, Actor::Person(user), Some(user)).await?;
        post.notify(tx, user, MailKind::PasskeySet).await
    }
}
