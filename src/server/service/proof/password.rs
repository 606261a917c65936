use futures::future::BoxFuture;

use super::{Authenticated, Method, Methods, throttled};
use crate::{
    model::ErrorCode,
    server::{
        App,
        db::users::{self, CredentialRow},
        error::{Error, Result},
        metrics::Attempt as Attempted,
        secure::{
            identifier::{Email, Username},
            password::PasswordHashing,
            secret::Secret,
        },
        service::{
            ClientInfo,
            audit::{self, Actor, Kind, Outcome, Record},
            hashing::{HashPermit, PermitHolder},
            limits::attempt::Attempt,
            outcome,
            principal::Principal,
        },
    },
};

/// Number of proofs until the account is stable: a concurrent sign-in may replace an old hash by a
/// stronger one.
const LOOKS: u32 = 3;

/// The account whose password is tried.
enum Whose<'a> {
    /// The account of a username or a verified address.
    Name(&'a str),
    /// The account of the principal.
    Principal(&'a Principal),
}

/// A typed password, with its purpose.
pub(in crate::server::service) struct PasswordAttempt<'a> {
    whose: Whose<'a>,
    password: Secret,
    what_for: Kind,
    /// Whether another step must follow.
    is_half: bool,
    client_info: &'a ClientInfo,
}

impl<'a> PasswordAttempt<'a> {
    /// An attempt to sign in to the account of a username or a verified address.
    pub(in crate::server::service) fn to_sign_in(
        name: &'a str,
        password: Secret,
        client_info: &'a ClientInfo,
    ) -> Self {
        Self {
            whose: Whose::Name(name),
            password,
            what_for: Kind::Login,
            is_half: false,
            client_info,
        }
    }

    /// Marks the attempt as the first of two steps.
    pub(in crate::server::service) fn first_of_two(self) -> Self {
        Self { is_half: true, ..self }
    }

    /// An attempt to reauthenticate the principal.
    pub(in crate::server::service) fn of_principal(
        principal: &'a Principal,
        password: Secret,
        what_for: Kind,
        client_info: &'a ClientInfo,
    ) -> Self {
        Self { whose: Whose::Principal(principal), password, what_for, is_half: false, client_info }
    }

    /// Reserves a hashing permit from the shares of source and account.
    fn reserve(&self, app: &App) -> Result<HashPermit> {
        let account = self.account();
        app.passwords.hashing.reserve(PermitHolder::Client(self.client_info.source(), &account))
    }

    /// Checks whether there is a free permit.
    fn has_room(&self, app: &App) -> Result<()> {
        let account = self.account();
        app.passwords.hashing.has_room(PermitHolder::Client(self.client_info.source(), &account))
    }

    /// The name by which the account is counted.
    fn account(&self) -> String {
        match self.whose {
            Whose::Name(name) => canonical(name),
            Whose::Principal(principal) => principal.user().to_string(),
        }
    }

    /// Counts the attempt, before any lookup.
    async fn begin(&self, app: &App) -> Result<Attempt> {
        match self.whose {
            Whose::Name(name) => match Attempt::begin(app, canonical(name), self.client_info).await
            {
                Ok(attempt) => Ok(attempt),
                Err(error) => {
                    if error.code() == ErrorCode::AccountThrottled {
                        throttled::tell(app, &self.account(), self.credential(app)).await;
                    }
                    Err(self.limited(app, error).await)
                }
            },
            Whose::Principal(principal) => {
                let (session, user) = (principal.session().as_str(), principal.user().as_str());
                match Attempt::again(app, session, user, self.client_info).await {
                    Ok(attempt) => Ok(attempt),
                    Err(error) => Err(self.limited(app, error).await),
                }
            }
        }
    }

    /// Records the refusal by a limit.
    async fn limited(&self, app: &App, error: Error) -> Error {
        match self.whose {
            Whose::Name(_) => audit::limited(app, self.what_for, error, self.client_info).await,
            Whose::Principal(principal) => {
                audit::limited_again(app, principal, error, self.client_info).await
            }
        }
    }

    async fn credential(&self, app: &App) -> Result<Option<CredentialRow>> {
        Ok(match self.whose {
            Whose::Principal(principal) => {
                users::credentials(&app.db, principal.user().as_str()).await?
            }
            Whose::Name(name) if name.contains('@') => match Email::canonical(name) {
                Some(canonical) => users::credentials_by_email(&app.db, &canonical).await?,
                None => None,
            },
            Whose::Name(name) => {
                users::credentials_by_username(&app.db, &Username::canonical(name)).await?
            }
        })
    }

    /// Reads the account and hashes the password: the same work with or without an account.
    async fn verify(&self, app: &App, attempt: Option<&mut Attempt>) -> Result<Proven> {
        let credential = self.credential(app).await?;
        if let (Some(attempt), Whose::Name(_)) = (attempt, &self.whose) {
            attempt.recognise(app, credential.as_ref().map(|found| found.id.as_str())).await?;
        }
        let stored = credential.as_ref().and_then(|found| found.password_hash.clone());
        let (tried, against) = (self.password.clone(), stored.clone());
        // Reserved only now, so that attempts that a limit refuses, and those that wait for the
        // database, occupy no permit.
        let permit = self.reserve(app)?;
        let right = permit.run(move |hashing| hashing.verify(&tried, against.as_deref())).await??;
        if let (Some(found), Some(stored)) = (&credential, &stored)
            && !PasswordHashing::is_readable(stored)
        {
            tracing::error!(user = %found.id, "a stored password hash cannot be read; set a new password");
        }
        Ok(match (credential, stored) {
            (Some(found), Some(seen)) if right && found.disabled_at.is_none() => {
                Proven::Right(Authenticated {
                    stronger: self.stronger(app, &seen).await?,
                    user: found.id,
                    methods: Methods::of(Method::Password),
                    at: app.clock.now_s(),
                    epoch: found.epoch,
                    hash_seen: Some(seen),
                    is_weak: found.password_weak_at.is_some(),
                })
            }
            (Some(found), _) if right => {
                Proven::Wrong(Outcome::AccountDisabled, Some(found.id.to_string()))
            }
            (Some(found), _) => Proven::Wrong(Outcome::WrongPassword, Some(found.id.to_string())),
            // The typed name is not stored, because people type passwords where names belong.
            (None, _) => Proven::Wrong(Outcome::UnknownAccount, None),
        })
    }

    /// A stronger hash for an outdated one, made only after the password was right. If hashing is
    /// busy, the next sign-in makes it.
    async fn stronger(&self, app: &App, seen: &str) -> Result<Option<String>> {
        let is_outdated = PasswordHashing::is_outdated(seen, app.config.password_cost);
        if !is_outdated || !PasswordHashing::reads_all(seen, &self.password) {
            return Ok(None);
        }
        let password = self.password.clone();
        let Ok(permit) = self.reserve(app) else {
            return Ok(None);
        };
        let hashed = permit.run(move |hashing| hashing.hash(&password)).await;
        Ok(hashed.ok().transpose()?)
    }
}

/// The result of a verification.
enum Proven {
    /// The password is right.
    Right(Authenticated),
    /// The password is wrong: the reason for the log, which the answer omits (S21), and the
    /// account, if there is one.
    Wrong(Outcome, Option<String>),
}

/// Authenticates a user by password, and uses the proof.
///
/// `used` does all that the proof is for in one unit of work, which begins with
/// [`Authenticated::lock_account`], and returns none if the proof is no longer valid. Then the proof is
/// made again, because another sign-in may have made the hash stronger meanwhile.
///
/// Unknown names, wrong passwords and disabled accounts take the same path, time and words. A wrong
/// password is counted and recorded as a refusal of the intended action (S18, S27).
///
/// # Errors
/// `invalid_credentials`, `too_many_requests`, `account_throttled`, `source_blocked`, `overloaded`;
/// errors of `used`.
pub(in crate::server::service) async fn by_password<'u, T>(
    app: &App,
    attempt: PasswordAttempt<'_>,
    used: impl Fn(Authenticated) -> BoxFuture<'u, Result<Option<T>>> + Sync,
) -> Result<T> {
    let what_for = match attempt.whose {
        Whose::Name(_) => Attempted::SignIn,
        Whose::Principal(_) => Attempted::Proof,
    };
    let client_info = attempt.client_info;
    let outcome = proven(app, attempt, used).await;
    outcome::record(app, what_for, client_info, &outcome);
    outcome
}

async fn proven<'u, T>(
    app: &App,
    attempt: PasswordAttempt<'_>,
    used: impl Fn(Authenticated) -> BoxFuture<'u, Result<Option<T>>> + Sync,
) -> Result<T> {
    // Checked first, so that a request beyond our capacity costs nothing else.
    attempt.has_room(app)?;
    let mut counted = attempt.begin(app).await?;
    let mut proof = match attempt.verify(app, Some(&mut counted)).await {
        Ok(Proven::Right(proof)) => {
            if attempt.is_half {
                counted.half_succeeded(app).await;
            } else {
                counted.succeeded(app).await;
            }
            proof
        }
        Ok(Proven::Wrong(outcome, user_id)) => {
            let (record, event) =
                (Record::new(app, attempt.client_info), (attempt.what_for, outcome));
            counted.failed(app, record, event, user_id).await?;
            return Err(ErrorCode::InvalidCredentials.into());
        }
        Err(error) => {
            counted.withdraw(app).await;
            return Err(attempt.limited(app, error).await);
        }
    };
    let user = proof.user().clone();
    for _ in 0..LOOKS {
        if let Some(done) = used(proof).await? {
            return Ok(done);
        }
        match attempt.verify(app, None).await? {
            Proven::Right(again) => proof = again,
            Proven::Wrong(..) => break,
        }
    }
    let (record, event) =
        (Record::new(app, attempt.client_info), (attempt.what_for, Outcome::Overtaken));
    record.write_alone(app, event, Actor::Unknown, Some(user.as_str())).await?;
    Err(ErrorCode::InvalidCredentials.into())
}

/// The name by which attempts are counted: one for all its spellings (S26), whether it exists or
/// not.
fn canonical(identifier: &str) -> String {
    let address = identifier.contains('@').then(|| Email::canonical(identifier)).flatten();
    address.unwrap_or_else(|| Username::canonical(identifier))
}
