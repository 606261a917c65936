use super::{
    Acr, Authenticated, FirstStep, Method, Methods, Second, throttled,
    verified::{Proven, Verified, in_browser, with_second},
};
use crate::{
    model::{ErrorCode, SessionKind},
    server::{
        App,
        db::credentials::{self, CredentialRow},
        error::{Error, Result},
        secure::{
            identifier::{Email, Username},
            password::PasswordHashing,
            secret::Secret,
            trust_token::TrustToken,
        },
        service::{
            ClientInfo,
            audit::{self, Kind, Outcome, Record},
            hashing::{HashPermit, PermitHolder},
            limits::attempt::Attempt,
            mail::Post,
            passkeys,
            principal::Principal,
            roles,
        },
    },
};

/// The account whose password is tried.
pub(super) enum Whose<'a> {
    /// The account of a username or a verified address.
    Name(&'a str),
    /// The account of the principal.
    Principal(&'a Principal),
}

/// A typed password, with its purpose.
pub(in crate::server::service) struct PasswordAttempt<'a> {
    pub(super) whose: Whose<'a>,
    password: Secret,
    pub(super) what_for: Kind,
    /// A code of the second factor, where it comes with the password.
    code: Option<String>,
    /// What the browser shows where it is trusted.
    trusted: Option<&'a TrustToken>,
    pub(super) client_info: &'a ClientInfo,
}

impl<'a> PasswordAttempt<'a> {
    /// An attempt to sign in to the account of a username or a verified address. Only a session in a browser is opened by the
    /// trust in it.
    pub(in crate::server::service) fn to_sign_in(
        name: &'a str,
        password: Secret,
        kind: Option<SessionKind>,
        client_info: &'a ClientInfo,
    ) -> Self {
        let (whose, what_for) = (Whose::Name(name), Kind::Login);
        let trusted = client_info.trusted.as_ref().filter(|_| kind == Some(SessionKind::Cookie));
        Self { whose, password, what_for, code: None, trusted, client_info }
    }

    /// An attempt to reauthenticate the principal, with a code where the account has a second factor.
    pub(in crate::server::service) fn of_principal(
        principal: &'a Principal,
        (password, code): (Secret, Option<String>),
        what_for: Kind,
        client_info: &'a ClientInfo,
    ) -> Self {
        let code = code.filter(|code| !code.is_empty());
        let whose = Whose::Principal(principal);
        Self { whose, password, what_for, code, trusted: None, client_info }
    }

    /// Reserves a hashing permit from the shares of source and account.
    fn reserve(&self, app: &App) -> Result<HashPermit> {
        let account = self.account();
        app.passwords.hashing.reserve(PermitHolder::Client(self.client_info.source(), &account))
    }

    /// Checks whether there is a free permit.
    pub(super) fn has_room(&self, app: &App) -> Result<()> {
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
    pub(super) async fn begin(&self, app: &App) -> Result<Attempt> {
        match self.whose {
            Whose::Name(name) => match Attempt::begin(app, canonical(name), self.client_info).await
            {
                Ok(attempt) => Ok(attempt),
                Err(error) => Err(self.limited(app, error).await),
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

    /// Settles a wrong password or code; by how many seconds the clock of the code's app seems to be off is for the operator.
    pub(super) async fn failed(
        &self,
        app: &App,
        counted: Attempt,
        outcome: Outcome,
        (user_id, offset): (Option<String>, Option<i64>),
    ) -> Result<()> {
        let record = Record::new(app, self.client_info).about_some("clock_off", offset);
        let post = Post::of_client(app, self.client_info);
        counted.failed(app, record, (self.what_for, outcome), (user_id, &post)).await
    }

    /// Records the refusal by a limit.
    pub(super) async fn limited(&self, app: &App, error: Error) -> Error {
        match self.whose {
            Whose::Name(_) => {
                if error.code() == ErrorCode::AccountThrottled {
                    throttled::tell(app, &self.account(), self.credential(app)).await;
                }
                audit::limited(app, self.what_for, error, self.client_info).await
            }
            Whose::Principal(principal) => {
                audit::limited_again(app, principal, error, self.client_info).await
            }
        }
    }

    async fn credential(&self, app: &App) -> Result<Option<CredentialRow>> {
        Ok(match self.whose {
            Whose::Principal(principal) => {
                credentials::by_id(&app.db, principal.user().as_str()).await?
            }
            Whose::Name(name) if name.contains('@') => match Email::canonical(name) {
                Some(canonical) => credentials::by_email(&app.db, &canonical).await?,
                None => None,
            },
            Whose::Name(name) => {
                credentials::by_username(&app.db, &Username::canonical(name)).await?
            }
        })
    }

    /// Reads the account and hashes the password: the same work with or without an account.
    pub(super) async fn verify(&self, app: &App, attempt: Option<&mut Attempt>) -> Result<Proven> {
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
                let who = Authenticated {
                    stronger: self.stronger(app, &seen).await?,
                    user: found.id,
                    methods: Methods::of(Method::Password),
                    at: app.clock.now_s(),
                    epoch: found.epoch,
                    hash_seen: Some(seen),
                    is_weak: found.password_weak_at.is_some(),
                    second: Second::None,
                    new_trust: None,
                };
                let is_demanded = roles::demand_factor(&app.config, found.roles.as_deref());
                let is_sign_in = matches!(self.whose, Whose::Name(_));
                // A sign-in to an account that is leaving opens nothing, so it sets nothing up.
                let opens = is_sign_in && found.erase_after.is_none();
                let has_passkeys = (is_demanded || self.is_of_whole_session())
                    && found.totp_at.is_none()
                    && found.passkeys > 0
                    && passkeys::are_usable(app, &who.user).await?;
                match (found.totp_at, self.trusted) {
                    (None, _) if is_sign_in && has_passkeys => {
                        Proven::Right(Box::new(Verified::Half(FirstStep::of(who, true))))
                    }
                    (None, _) if is_demanded && opens => {
                        Proven::Right(Box::new(Verified::Half(FirstStep::to_enrol(who))))
                    }
                    // A session that was opened by a passkey would else be no more than its password. Without a passkey that
                    // works, nobody could confirm anything in it.
                    (None, _) if self.is_of_whole_session() && has_passkeys => {
                        with_second(app, who, None, self.session(), is_demanded).await?
                    }
                    (None, _) => Proven::Right(Box::new(Verified::Whole(who))),
                    (Some(_), Some(shown)) if !is_demanded => {
                        in_browser(app, who, shown, self.client_info).await?
                    }
                    (Some(_), _) => {
                        let (code, session) = (self.code.as_deref(), self.session());
                        with_second(app, who, code, session, is_demanded).await?
                    }
                }
            }
            (Some(found), _) if right => {
                Proven::Wrong(Outcome::AccountDisabled, Some(found.id.to_string()), None)
            }
            (Some(found), _) => {
                Proven::Wrong(Outcome::WrongPassword, Some(found.id.to_string()), None)
            }
            // The typed name is not stored, because people type passwords where names belong.
            (None, _) => Proven::Wrong(Outcome::UnknownAccount, None, None),
        })
    }

    /// Whether the session of the principal was opened with two factors.
    fn is_of_whole_session(&self) -> bool {
        match self.whose {
            Whose::Principal(principal) => {
                principal.claims().acr.as_deref() == Some(Acr::Aal2.as_str())
            }
            Whose::Name(_) => false,
        }
    }

    /// The session whose second factor is enough, if it was given recently: that of a new password.
    fn session(&self) -> Option<&Principal> {
        match self.whose {
            Whose::Principal(principal) if self.what_for == Kind::PasswordChange => Some(principal),
            _ => None,
        }
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

/// The name by which attempts are counted: one for all its spellings (S26), whether it exists or
/// not.
fn canonical(identifier: &str) -> String {
    let address = identifier.contains('@').then(|| Email::canonical(identifier)).flatten();
    address.unwrap_or_else(|| Username::canonical(identifier))
}
