use futures::FutureExt;

use crate::{
    model::{ApiError, ErrorCode, Field, Problem, ResetForm},
    server::{
        App,
        db::{
            Tx, factors, invitations, profiles, reached_addresses,
            users::{self, UserRow},
        },
        error::{Error, Result},
        secure::secret::Secret,
        service::{
            ClientInfo,
            audit::{Actor, Kind, Outcome, Record},
            by_name::{self, Carried, RESET},
            feed,
            flows::{self, Flow, FlowToken, Purpose},
            hashing::PermitHolder,
            limits::{self, Limit, Unlocking},
            mail::{MailKind, Post},
            passwords,
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
/// As `by_name::code`.
pub async fn code(app: &App, flow: &str, typed: &str, client_info: &ClientInfo) -> Result<()> {
    by_name::code(app, RESET, (flow, typed), client_info).await.map(drop)
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
            Some(token) => by_name::resume(app, RESET, &token, client_info)
                .await?
                .filter(|flow| flow.is_proved),
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
        // What a thief may have left: new sign-ins that nobody hears of, and links that make accounts.
        profiles::set_sign_in_quiet(tx, &id, None).await?;
        invitations::revoke_of(tx, &id, now_s).await?;
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
    match reached_addresses::state(tx, (id, address)).await? {
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
