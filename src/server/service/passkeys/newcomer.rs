//! The passkey of an account that is registered with it, and without a password.

use super::{
    RegistrationAnswer, Rp,
    add::{judged, named},
    answers::refused,
    ceremony::{Ceremony, Purpose, count_options},
    options::{CreationOptions, Whose},
};
use crate::{
    model::{ApiError, ErrorCode, Field},
    server::{
        App,
        db::{
            Tx,
            passkeys::{self, NewPasskeyRow},
        },
        error::{Error, Result},
        secure::{
            identifier::Username,
            passkey::{self, NewPasskey, decode, encode},
            random,
        },
        service::{
            ClientInfo,
            audit::{Actor, Kind, Outcome, Record},
            flows::Holder,
            session::device,
        },
    },
};

/// A request for the passkey of a new account.
pub struct AskedNew {
    /// It, sealed: it comes back with the answer.
    pub ceremony: String,
    /// What the authenticator is asked.
    pub options: CreationOptions,
}

/// Checks that accounts are registered without a password here.
fn rp(app: &App) -> Result<Rp<'_>> {
    if app.config.password_required {
        return Err(ErrorCode::NotFound.into());
    }
    Rp::of(&app.config)
}

/// Counts a request for the passkey of a new account.
///
/// # Errors
/// `not_found` where new accounts need a password; `too_many_requests`.
pub(in crate::server::service) async fn admit_newcomer(
    app: &App,
    holder: Holder<'_>,
    client_info: &ClientInfo,
) -> Result<()> {
    rp(app)?;
    count_options(app, Purpose::Register(holder, ""), client_info).await
}

/// Asks for the passkey of a new account of this name. Nothing is written.
///
/// # Errors
/// `not_found` where new accounts need a password.
pub(in crate::server::service) fn ask_newcomer(
    app: &App,
    holder: Holder<'_>,
    username: &Username,
) -> Result<AskedNew> {
    let rp = rp(app)?;
    let handle = encode(&random::bytes::<32>());
    let ceremony = Ceremony::new(app, Some(handle.clone()));
    let whose = Whose { username: &username.shown, display_name: None };
    let sealed = ceremony.seal(app, Purpose::Register(holder, &username.canonical))?;
    let service = &app.brand.shown.name;
    let options = CreationOptions::new(rp, service, (whose, &handle), ceremony.challenge, &[]);
    Ok(AskedNew { ceremony: sealed, options })
}

/// Whether no account has the passkey of an answer that a form carries; `false` where that cannot be told.
pub async fn is_unknown(app: &App, credential: &str) -> bool {
    let Ok(answer) = RegistrationAnswer::of_form(credential) else { return false };
    match decode(&answer.id) {
        Ok(_) => matches!(passkeys::by_credential(&app.db, &answer.id).await, Ok(None)),
        Err(_) => false,
    }
}

/// The passkey of a registration, with what it answers.
#[derive(Clone, Copy)]
pub struct Bringing<'b> {
    /// Where the registration was begun.
    pub holder: Holder<'b>,
    /// What the authenticator was asked, sealed.
    pub ceremony: &'b str,
    /// Its answer.
    pub answer: &'b RegistrationAnswer,
    /// The name of the passkey; empty for that of its authenticator.
    pub name: &'b str,
}

/// A passkey that a registration brings, and stores with the account.
#[derive(Clone)]
pub(in crate::server::service) struct NewcomersPasskey {
    id: String,
    new: NewPasskey,
    name: String,
    rp_id: String,
    transports: String,
    handle: String,
    /// The challenge that it answers, by its hash, and its end.
    challenge: (String, i64),
}

impl NewcomersPasskey {
    /// The passkey of an answer, for an account of this name.
    ///
    /// # Errors
    /// `not_found` where new accounts need a password; `flow_over`; `invalid_input` for a wrong name or answer.
    pub(in crate::server::service) fn of(
        app: &App,
        username: &str,
        Bringing { holder, ceremony, answer, name }: Bringing<'_>,
        client_info: &ClientInfo,
    ) -> Result<Self> {
        let rp = rp(app)?;
        let username = Username::parse(username)
            .map_err(|problem| ApiError::field(Field::Username, problem))?;
        let purpose = Purpose::Register(holder, &username.canonical);
        let ceremony = Ceremony::open(app, purpose, ceremony)?;
        let challenge = (ceremony.hash(), ceremony.expires_at);
        let handle = ceremony.handle.ok_or(ErrorCode::FlowOver)?;
        let name = named(name)?;
        let new = judged(&rp, &ceremony.challenge, answer).map_err(refused)?;
        let name = name.unwrap_or_else(|| {
            let known = new.aaguid.as_deref().and_then(passkey::name).map(str::to_owned);
            known.unwrap_or_else(|| device::in_words(client_info.user_agent.as_deref()))
        });
        let (id, rp_id) = (app.clock.new_id(), rp.id.to_owned());
        let transports = answer.response.transports();
        Ok(Self { id, new, name, rp_id, transports, handle, challenge })
    }

    /// Whether it may be on several devices.
    pub(in crate::server::service) fn syncs(&self) -> bool {
        self.new.seen.may_be_backed_up
    }

    /// Stores it in the unit of work that has inserted the account.
    ///
    /// # Errors
    /// `flow_over` if the challenge was answered before; `passkey_exists`; an error of the database.
    pub(in crate::server::service) async fn write(
        &self,
        tx: &mut Tx<'_>,
        user: &str,
        now_s: i64,
        record: &Record,
    ) -> Result<()> {
        let (hash, expires_at) = &self.challenge;
        if !passkeys::spend_challenge(tx, hash, *expires_at).await? {
            return Err(ErrorCode::FlowOver.into());
        }
        passkeys::set_handle(tx, user, &self.handle).await?;
        let seen = &self.new.seen;
        let row = NewPasskeyRow {
            id: &self.id,
            user: (user, 0),
            credential_id: &encode(&self.new.id),
            public_key: &encode(&self.new.public_key),
            sign_count: seen.sign_count.into(),
            rp_id: &self.rp_id,
            transports: &self.transports,
            aaguid: self.new.aaguid.as_deref(),
            name: &self.name,
            backup: (seen.may_be_backed_up, seen.is_backed_up),
            now_s,
        };
        if !passkeys::insert(tx, &row).await? {
            return Err(ErrorCode::PasskeyExists.into());
        }
        let event = (Kind::PasskeySet, Outcome::Success);
        let record = record.clone().about("passkey", self.id.as_str());
        Ok::<_, Error>(record.write(tx, event, Actor::Person(user), Some(user)).await?)
    }
}
