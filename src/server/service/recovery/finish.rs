use futures::FutureExt;

use super::Carried;
use crate::{
    model::{ApiError, ErrorCode, Field, Problem, ResetForm, UserId},
    server::{
        App,
        db::{
            Tx, addresses, factors,
            users::{self, UserRow},
        },
        error::{Error, Result},
        secure::secret::Secret,
        service::{
            ClientInfo,
            audit::{Actor, Kind, Outcome, Record},
            feed,
            flows::{self, Flow, FlowToken, Holder, Purpose},
            hashing::PermitHolder,
            limits::{self, Limit, Unlocking},
            mail::{MailKind, Post},
            outcome, passwords,
            session::{Ended, Ending, device},
        },
    },
};

/// What somebody shows to choose a new password.
#[derive(Clone, Copy, Debug)]
pub enum Proof<'p> {
    /// The secret of the flow, whose code was given where it was asked for.
    Flow(&'p str),
    /// The secret of the mailed link, in any browser.
    Link(&'p str),
}

/// A way to a new password that is open.
pub struct Way {
    /// Username of the account, for password managers.
    pub username: String,
    /// When somebody asked for the mail, in Unix seconds, and their browser and system, in words; none if nobody asked.
    pub asked: Option<(i64, String)>,
}

/// The way that a proof opens. Changes nothing.
///
/// # Errors
/// `flow_over`; an error of the database.
pub async fn way(app: &App, proof: Proof<'_>, client_info: &ClientInfo) -> Result<Way> {
    let (flow, user) = shown(app, proof, client_info).await?;
    let carried: Option<Carried> = flow.data()?;
    let device = carried.map(|Carried { agent }| device::in_words(agent.as_deref()));
    Ok(Way { username: user.username, asked: device.map(|device| (flow.created_at, device)) })
}

/// Takes the code of the mail where the mail was asked for: the new password may be chosen then.
///
/// # Errors
/// `invalid_code` for a wrong code, and for a flow that is over, spent or nobody's; `too_many_requests` and
/// `source_blocked` by the source; an error of the database.
pub async fn code(app: &App, flow: &str, typed: &str, client_info: &ClientInfo) -> Result<()> {
    let wanted = [Limit::Recovery(client_info.source())];
    limits::count_source(app, ("recovery", Kind::RecoveryCode), &wanted, client_info).await?;
    let Some(token) = FlowToken::parse(flow) else {
        return refuse_code(client_info);
    };
    let flow = resume(app, &token, client_info).await?;
    // Codes of nobody are counted under the secret, because nobody has other flows.
    let user = flow.as_ref().and_then(|flow| flow.user.as_ref());
    let whose = user.map_or_else(|| token.hash().as_str().to_owned(), UserId::to_string);
    let counted = match limits::take(app, &[Limit::Codes(&whose)]).await {
        Ok(counted) => Some(counted),
        Err(error) if error.code() == ErrorCode::TooManyRequests => None,
        Err(error) => return Err(error),
    };
    let is_code = |flow: &Flow| flow.user.is_some() && flow.is_code(app, typed);
    let is_right = counted.is_some() && flow.as_ref().is_some_and(is_code);
    let (record, now_s) = (Record::new(app, client_info), app.clock.now_s());
    let proved = app.db.write(move |tx| {
        async move {
            let subject = flow.as_ref().and_then(|flow| Some(flow.user.as_ref()?.as_str()));
            // The same statements for a flow that is over: their time would tell that it was somebody's.
            let is_counted = flows::count_code(tx, flow.as_ref(), now_s).await?;
            let is_proved = match &flow {
                Some(flow) if is_counted && is_right => flows::prove(tx, flow, now_s).await?,
                _ => false,
            };
            let outcome = if is_proved { Outcome::Success } else { Outcome::Refused };
            let event = (Kind::RecoveryCode, outcome);
            record.write(tx, event, Actor::Unknown, subject).await?;
            Ok::<_, Error>(is_proved)
        }
        .boxed()
    });
    if !proved.await? {
        return refuse_code(client_info);
    }
    if let Some(counted) = counted {
        counted.give_back(app).await;
    }
    Ok(())
}

fn refuse_code(client_info: &ClientInfo) -> Result<()> {
    outcome::refused("recovery code", client_info, ErrorCode::InvalidCode);
    Err(ErrorCode::InvalidCode.into())
}

/// Sets a new password, ends all sessions of the account, and forgets its failed sign-ins. Signs nobody in.
///
/// # Errors
/// `invalid_input` for a password below the policy, which spends nothing; `flow_over`, `overloaded`;
/// `too_many_requests` and `source_blocked` by the source.
pub async fn reset(
    app: &App,
    proof: Proof<'_>,
    form: ResetForm,
    client_info: &ClientInfo,
) -> Result<()> {
    let wanted = [Limit::Recovery(client_info.source())];
    limits::count_source(app, ("recovery", Kind::PasswordReset), &wanted, client_info).await?;
    let errors = form.check(app.config.password_policy());
    if !errors.is_empty() {
        return Err(ApiError::fields(errors).into());
    }
    let (flow, user) = shown(app, proof, client_info).await?;
    let new = Secret::new(form.new_password.unwrap_or_default());
    let refused = |problem: Problem| ApiError::field(Field::NewPassword, problem);
    let person = passwords::Person { username: &user.username, email: user.email.as_deref() };
    passwords::judge(app, &new, person).await.map_err(refused)?;
    let holder = PermitHolder::Client(client_info.source(), user.id.as_str());
    let hash = app.passwords.hashing.run(holder, move |hashing| hashing.hash(&new)).await??;
    let unlocking = Unlocking::of_passwords(app, user.id.as_str()).await?;
    let work = Work {
        flow,
        id: user.id.to_string(),
        hash,
        now_s: app.clock.now_s(),
        record: Record::new(app, client_info),
        ended: Ended::new(app),
        post: Post::of_client(app, client_info),
        unlocking,
    };
    let now_s = work.now_s;
    let done = app.db.write(move |tx| async move { work.write(tx).await }.boxed()).await?;
    let Done { epoch, ended, unlocking } = done;
    app.tokens.revoked.add(&epoch, now_s);
    ended.make_known();
    unlocking.finish(app).await;
    Ok(())
}

/// The flow of a proof, and its account.
async fn shown(app: &App, proof: Proof<'_>, client_info: &ClientInfo) -> Result<(Flow, UserRow)> {
    let flow = match proof {
        Proof::Flow(token) => match FlowToken::parse(token) {
            Some(token) => resume(app, &token, client_info).await?.filter(|flow| flow.is_proved),
            None => None,
        },
        Proof::Link(link) => match FlowToken::parse(link) {
            Some(link) => flows::peek_link(app, Purpose::Reset, &link).await?,
            None => None,
        },
    };
    // Nobody's flow has no account.
    let over = || Error::from(ErrorCode::FlowOver);
    let flow = flow.ok_or_else(over)?;
    let id = flow.user.clone().ok_or_else(over)?;
    let user = users::by_id(&app.db, id.as_str()).await?.ok_or_else(over)?;
    Ok((flow, user))
}

/// The open flow of a secret, in the browser that it is bound to if it is.
async fn resume(app: &App, token: &FlowToken, client_info: &ClientInfo) -> Result<Option<Flow>> {
    if let Some(browser) = &client_info.browser
        && let Some(found) =
            flows::peek(app, Purpose::Reset, Holder::Browser(browser), token).await?
    {
        return Ok(Some(found));
    }
    // Of a program, even where a browser's cookie comes along.
    flows::peek(app, Purpose::Reset, Holder::Program, token).await
}

/// The inputs of the unit of work.
struct Work {
    flow: Flow,
    id: String,
    hash: String,
    now_s: i64,
    record: Record,
    ended: Ended,
    post: Post,
    unlocking: Unlocking,
}

/// What this process must apply after the commit.
struct Done {
    epoch: feed::Change,
    ended: Ended,
    unlocking: Unlocking,
}

impl Work {
    async fn write(self, tx: &mut Tx<'_>) -> Result<Done> {
        let Self { flow, id, hash, now_s, record, mut ended, post, unlocking } = self;
        // The account's row is locked first: a concurrent sign-in comes before or after all of this.
        if !users::lock(tx, &id).await? || !flows::spend(tx, &flow, now_s).await? {
            return Err(ErrorCode::FlowOver.into());
        }
        if let Some(address) = &flow.address {
            through_unconfirmed(tx, (&id, address), &record).await?;
        }
        users::set_password(tx, &id, &hash, now_s).await?;
        // All flows of the account end with its epoch, and so do its known devices.
        let epoch = users::next_epoch(tx, &id, now_s).await?.unwrap_or_default();
        let epoch = feed::Change::User(id.clone(), epoch);
        feed::record(tx, &epoch, now_s).await?;
        let count = ended.end_all(tx, &id, None, Ending::Password, &record).await?;
        unlocking.write(tx, now_s).await?;
        unlocking.forget_networks(tx).await?;
        let record = record.about("sessions_ended", count);
        let event = (Kind::PasswordReset, Outcome::Success);
        record.write(tx, event, Actor::Person(&id), Some(&id)).await?;
        post.notify(tx, &id, MailKind::PasswordReset).await?;
        Ok(Done { epoch, ended, unlocking })
    }
}

/// What a way back through an address does that nobody had confirmed: somebody may have registered with an address of somebody else,
/// and set up an app (S9), so the app goes.
async fn through_unconfirmed(
    tx: &mut Tx<'_>,
    (id, address): (&str, &str),
    record: &Record,
) -> Result<()> {
    match addresses::state(tx, (id, address)).await? {
        // Its holder has confirmed it meanwhile.
        Some(Some(_)) => {}
        Some(None) => {
            if factors::remove(tx, id).await? {
                let event = (Kind::TotpRemove, Outcome::Success);
                record.clone().write(tx, event, Actor::Person(id), Some(id)).await?;
            }
        }
        None => return Err(ErrorCode::FlowOver.into()),
    }
    Ok(())
}
