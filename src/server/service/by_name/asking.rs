use futures::FutureExt;

use super::{Carried, Errand, MailAsked};
use crate::{
    model::{ApiError, ErrorCode, Field, Form, UserId},
    server::{
        App,
        db::{
            reached_addresses::{self, ReachedRow},
            users,
        },
        error::{Error, Result},
        secure::identifier::{Email, Username},
        service::{
            ClientInfo,
            audit::{Actor, Outcome, Record},
            flows::{self, Asker, BrowserToken, Draft, FlowToken, Holder, NewFlow, Of, Purpose},
            limits::{self, Limit},
            mail::{MailFacts, NewMail, language_of},
        },
    },
};

/// An attempt that was begun, perhaps for nobody.
pub struct Asked {
    /// The secret of the flow.
    pub token: FlowToken,
    /// The secret of the browser that it is bound to, if it is.
    pub browser: Option<BrowserToken>,
    /// Whether a flow was begun. None is if the name was typed too often: the mail of the flow before may be read now.
    pub is_begun: bool,
    /// The purpose of the flow.
    pub purpose: Purpose,
}

impl Asked {
    /// The answer to a program.
    pub fn answer(&self) -> MailAsked {
        MailAsked {
            flow: self.token.expose().to_owned(),
            expires_in: self.purpose.life(),
            resend_after: limits::RESEND_AFTER,
        }
    }
}

/// Sends a code to the confirmed address of a name, and a link where the errand has one. A name that is unknown, disabled, without
/// a confirmed address, or that was asked for too often gets the same answer, by the same statements.
///
/// # Errors
/// `mail_unavailable` for every name; `invalid_input` for an empty or long name; `too_many_requests` and `source_blocked`
/// by the source alone.
pub(in crate::server::service) async fn ask(
    app: &App,
    errand: Errand,
    identifier: &str,
    asker: Asker,
    client_info: &ClientInfo,
) -> Result<Asked> {
    if !app.mail.is_on() {
        return Err(ErrorCode::MailUnavailable.into());
    }
    let text = |field| if field == Field::Identifier { identifier } else { "" };
    let errors = Form::Forgot.check(text, app.config.password_policy());
    if !errors.is_empty() {
        return Err(ApiError::fields(errors).into());
    }
    let wanted = Limit::mailed_flows(client_info.source());
    limits::count_source(app, (errand.act, errand.asked), &wanted, client_info).await?;
    let name = counted(identifier);
    let browser = asker.browser(client_info.browser.as_ref());
    // The name as typed: whether somebody has it makes no difference.
    let purpose = errand.purpose;
    if !has_room(app, (purpose, "name"), &name).await? {
        return Ok(Asked { token: FlowToken::issue(), browser, is_begun: false, purpose });
    }
    let reached = find(app, errand, identifier).await?;
    let reached = reached.filter(|found| found.disabled_at.is_none());
    let address = reached.as_ref().map_or(&name, |found| &found.canonical);
    let has_room = has_room(app, (purpose, "to"), address).await?;
    let reached = reached.filter(|_| has_room);
    let token = write(app, errand, (identifier, reached), browser.as_ref(), client_info).await?;
    Ok(Asked { token, browser, is_begun: true, purpose })
}

/// The account that a name reaches by mail.
async fn find(app: &App, errand: Errand, identifier: &str) -> Result<Option<ReachedRow>> {
    // Nobody signs in through an address that nobody has confirmed.
    let is_any = errand.purpose == Purpose::Reset && app.config.recovery_unconfirmed;
    Ok(match Email::canonical(identifier) {
        Some(canonical) => reached_addresses::by_address(&app.db, &canonical, is_any).await?,
        None => {
            let canonical = Username::canonical(identifier);
            reached_addresses::by_username(&app.db, &canonical, is_any).await?
        }
    })
}

/// The canonical form of a typed name, under which its mails are counted.
fn counted(typed: &str) -> String {
    Email::canonical(typed).unwrap_or_else(|| Username::canonical(typed))
}

/// Counts a mail; `false` if there were too many.
async fn has_room(app: &App, (purpose, by): (Purpose, &str), to: &str) -> Result<bool> {
    match limits::take_mail(app, &format!("{} {by}", purpose.as_str()), to).await {
        Ok(_stays) => Ok(true),
        Err(error) if error.code() == ErrorCode::TooManyRequests => Ok(false),
        Err(error) => Err(error),
    }
}

/// Writes the flow, the mail and the event; for nobody, a flow of nobody and a decoy.
async fn write(
    app: &App,
    errand: Errand,
    (typed, reached): (&str, Option<ReachedRow>),
    browser: Option<&BrowserToken>,
    client_info: &ClientInfo,
) -> Result<FlowToken> {
    let (flow, token, mailed) = issue(app, errand, reached.as_ref(), browser, client_info)?;
    let facts = MailFacts { at: app.clock.now_s(), ..mailed };
    // Nothing that somebody typed is in a mail to an address that nobody has confirmed: it would carry their words.
    let facts = match &reached {
        Some(found) if found.verified_at.is_none() => facts,
        found => MailFacts {
            username: found.as_ref().map_or(typed, |found| &found.username).to_owned(),
            agent: client_info.user_agent.clone(),
            ..facts
        },
    };
    let usual = app.config.mail.language;
    let language = reached
        .as_ref()
        .map_or(usual, |found| language_of(&found.profile, found.locale.as_deref(), usual));
    let (record, now_s, typed) =
        (Record::new(app, client_info), app.clock.now_s(), typed.to_owned());
    let in_unit = app.clone();
    let written = app.db.write(move |tx| {
        async move {
            let user = reached.as_ref().map(|found| found.user_id.as_str());
            // One after the other, so that one flow is open. The same statements for nobody, whose id no account has.
            users::lock(tx, user.unwrap_or_default()).await?;
            let of = Of::User(user.unwrap_or_default());
            flows::supersede(tx, errand.purpose, of, now_s).await?;
            flow.insert(tx).await?;
            let address = reached.as_ref().map_or(typed.as_str(), |found| &found.address);
            let kind = errand.mail;
            let mail = NewMail { kind, user_id: user, address, language, facts: &facts };
            mail.write(&in_unit, tx, reached.is_none()).await?;
            let event = (errand.asked, Outcome::Success);
            Ok::<_, Error>(record.write(tx, event, Actor::Unknown, user).await?)
        }
        .boxed()
    });
    written.await?;
    Ok(token)
}

fn issue(
    app: &App,
    errand: Errand,
    reached: Option<&ReachedRow>,
    browser: Option<&BrowserToken>,
    client_info: &ClientInfo,
) -> Result<(NewFlow, FlowToken, MailFacts)> {
    let carried = Carried { agent: client_info.user_agent.clone() };
    let data = serde_json::to_value(carried).map_err(|error| Error::Internal(error.to_string()))?;
    let unconfirmed = reached.filter(|found| found.verified_at.is_none());
    let id = reached.map(|found| UserId::try_from(found.user_id.clone())).transpose()?;
    let draft = Draft {
        user: id.as_ref().zip(reached).map(|(id, found)| (id, found.epoch)),
        address: unconfirmed.map(|found| &*found.canonical),
        data,
        ..Draft::default()
    };
    let holder = browser.map_or(Holder::Program, Holder::Browser);
    if errand.has_link {
        let (flow, token, mailed) = flows::issue_mailed(app, errand.purpose, holder, draft)?;
        return Ok((flow, token, MailFacts::mailed(&mailed)));
    }
    let (flow, token, code) = flows::issue_coded(app, errand.purpose, holder, draft)?;
    Ok((flow, token, MailFacts::coded(&code)))
}
