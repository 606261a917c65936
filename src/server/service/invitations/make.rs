use std::ops::RangeInclusive;

use futures::FutureExt;

use super::{InvitationView, invited::Carried};
use crate::{
    model::{ApiError, ErrorCode, Field, Problem, UserId},
    server::{
        App,
        db::{
            admins,
            flows::Of,
            invitations::{self, InvitationRow},
            profiles, reached_addresses, users,
        },
        error::{Error, Result},
        secure::identifier::Email,
        service::{
            agent::Agent,
            audit::Kind,
            flows::{self, Draft, FlowToken, Purpose},
            limits,
            mail::{MailFacts, MailKind, NewMail, Post},
            roles::{Permission, Role},
        },
    },
};

/// The lifetimes that an invitation can have, in seconds.
pub const LIFE: RangeInclusive<i64> = 3_600..=30 * 86_400;

/// What an agent asks for.
#[derive(Clone, Debug, Default)]
pub struct NewInvitation {
    /// The address.
    pub address: String,
    /// Names of the roles that the account gets; `user` may be among them.
    pub roles: Vec<String>,
    /// Lifetime in seconds; none for a week.
    pub life: Option<i64>,
    /// Whether the agent hands the link on, in place of a mail. The address counts as confirmed by the agent then.
    pub is_handed_on: bool,
}

/// An invitation that was made.
pub struct Made {
    /// The invitation.
    pub view: InvitationView,
    /// The address of its link, if the agent hands it on.
    pub link: Option<String>,
}

/// Invites an address; an earlier invitation of it ends. The mail goes out as all mails do.
///
/// # Errors
/// `forbidden`, `reauthentication_required`; `too_many_requests`; `mail_unavailable`; `invalid_input` for the address, a role or
/// the lifetime; `address_unavailable` if an account has confirmed the address, or another invitation of it is made at the same time.
pub async fn make(app: &App, agent: Agent<'_>, new: NewInvitation) -> Result<Made> {
    agent.permit(app, Permission::UsersWrite)?;
    agent.count(app).await?;
    let NewInvitation { address, roles, life, is_handed_on } = new;
    let roles = granted(app, agent, &roles)?;
    let wrong = |problem| ApiError::field(Field::Email, problem);
    let email = Email::parse(&address).map_err(wrong)?;
    let life = life.unwrap_or(Purpose::Invite.life());
    if !LIFE.contains(&life) {
        return Err(ApiError::field(Field::ExpiresIn, Problem::Invalid).into());
    }
    if !is_handed_on {
        if !app.mail.is_on() {
            return Err(ErrorCode::MailUnavailable.into());
        }
        let _stays = limits::take_mail(app, "invite to", &email.canonical).await?;
    }
    let invited_by = agent.admin().map(UserId::to_string);
    let epoch = match agent {
        Agent::Admin(principal, _) => Some(principal.claims().epoch),
        Agent::Operator | Agent::System => None,
    };
    let carried = Carried { is_handed_on };
    let draft = Draft {
        address: Some(&email.canonical),
        data: serde_json::to_value(carried).map_err(|error| Error::Internal(error.to_string()))?,
        life: Some(life),
        ..Draft::default()
    };
    let (flow, link) = flows::issue_linked(app, Purpose::Invite, draft)?;
    let (id, now_s) = (app.clock.new_id(), app.clock.now_s());
    let facts = MailFacts { at: now_s, until: Some(now_s + life), ..MailFacts::linked(&link) };
    let act = agent.act(app).about("invitation", id.as_str()).about("roles", roles.as_str());
    let (in_unit, post) = (app.clone(), Post::of_client(app, &agent.client_info()));
    let made = app.db.write(move |tx| {
        async move {
            let Email { shown, canonical } = email;
            // What closes the maker's account comes before all of this, or revokes the invitation after it.
            if let Some(maker) = &invited_by
                && (!users::lock(tx, maker).await?
                    || !admins::is_enabled(tx, maker).await?
                    || users::by_id_in(tx, maker).await?.map(|user| user.epoch) != epoch)
            {
                return Err(Error::from(ErrorCode::Forbidden));
            }
            if reached_addresses::owner(tx, &canonical).await?.is_some() {
                return Err(Error::from(ErrorCode::AddressUnavailable));
            }
            // Flows before invitations, as one is accepted: else two units could wait for each other.
            flows::supersede(tx, Purpose::Invite, Of::Address(&canonical), now_s).await?;
            invitations::revoke_at(tx, &canonical, now_s).await?;
            flow.insert(tx).await?;
            let row = invitations::NewInvitation {
                id: &id,
                flow_id: flow.id(),
                address: (&shown, &canonical),
                roles: &roles,
                invited_by: invited_by.as_deref(),
                time: (now_s, now_s + life),
            };
            invitations::insert(tx, &row).await?;
            if !is_handed_on {
                let mail = NewMail {
                    kind: MailKind::Invitation,
                    user_id: None,
                    address: &shown,
                    language: in_unit.config.mail.language,
                    facts: &facts,
                };
                mail.write(&in_unit, tx, false).await?;
            }
            // A thief who acts as an administrator makes one that outlives the session.
            if let (Some(maker), false) = (&row.invited_by, roles.is_empty()) {
                let facts = MailFacts { role: Some(roles.clone()), ..MailFacts::default() };
                post.notify_about(tx, maker, MailKind::InvitationMade, facts).await?;
            }
            act.write(tx, Kind::InvitationMake, None).await?;
            Ok(InvitationRow {
                id,
                address: shown,
                roles,
                invited_by,
                created_at: now_s,
                expires_at: now_s + life,
                revoked_at: None,
                accepted_at: None,
                user_id: None,
            })
        }
        .boxed()
    });
    let made = made.await.map_err(|error| match error {
        Error::Db(error) if profiles::is_taken(&error) => ErrorCode::AddressUnavailable.into(),
        error => error,
    })?;
    let view = InvitationView::of(made, now_s)?;
    Ok(Made { view, link: is_handed_on.then(|| address_of(app, &link)) })
}

/// The names of the roles, separated by spaces. An agent cannot give permissions that it lacks.
fn granted(app: &App, agent: Agent<'_>, names: &[String]) -> Result<String> {
    let known: Option<Vec<Role>> = names.iter().map(|name| Role::parse(name)).collect();
    let known = known.ok_or(ApiError::field(Field::Roles, Problem::Invalid))?;
    let mut given = Vec::new();
    for role in Role::ALL.into_iter().filter(|role| *role != Role::User && known.contains(role)) {
        role.permissions().iter().try_for_each(|right| agent.permit(app, *right))?;
        given.push(role.as_str());
    }
    Ok(given.join(" "))
}

fn address_of(app: &App, link: &FlowToken) -> String {
    format!("{}{}", app.config.issuer(), MailFacts::path_of(link))
}

/// Revokes an open invitation: its link works no longer.
///
/// # Errors
/// `forbidden`, `reauthentication_required`; `too_many_requests`; `not_found` if there is none, or it is over.
pub async fn revoke(app: &App, agent: Agent<'_>, id: &str) -> Result<()> {
    agent.permit(app, Permission::UsersWrite)?;
    agent.count(app).await?;
    let (act, now_s) = (agent.act(app).about("invitation", id), app.clock.now_s());
    let id = id.to_owned();
    let revoked = app.db.write(move |tx| {
        async move {
            let missing = || Error::from(ErrorCode::NotFound);
            // One is open for each address. Its flow comes first, as above.
            let canonical = invitations::open_at(tx, &id, now_s).await?.ok_or_else(missing)?;
            flows::supersede(tx, Purpose::Invite, Of::Address(&canonical), now_s).await?;
            if invitations::revoke_at(tx, &canonical, now_s).await? == 0 {
                return Err(missing());
            }
            act.write(tx, Kind::InvitationRevoke, None).await?;
            Ok::<_, Error>(())
        }
        .boxed()
    });
    revoked.await
}
