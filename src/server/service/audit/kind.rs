//! The kinds of audit events, and how they end: the name of each in the log.

/// Declares the kinds once, with their names in the log.
macro_rules! kinds {
    ($($(#[$doc:meta])+ $name:ident = $wire:literal;)*) => {
        /// What happened.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Kind { $($(#[$doc])+ $name,)* }

        impl Kind {
            /// Every kind.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// The name in the log.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$name => $wire,)* }
            }
        }
    };
}

kinds! {
    /// A sign-in.
    Login = "login";
    /// The end of one's own session.
    Logout = "logout";
    /// A new account.
    Register = "register";
    /// A fresh proof, for what asks for one.
    Reauthenticate = "reauthenticate";
    /// Another username.
    UsernameChange = "username.change";
    /// Name or metadata.
    ProfileUpdate = "profile.update";
    /// The end of a session from another one.
    SessionRevoke = "session.revoke";
    /// A replaced refresh token was used again (S52).
    SessionReuse = "session.reuse";
    /// A refresh token was replaced, and came late or from another program: one lost answer, or a copy.
    SessionReplay = "session.replay";
    /// New tokens for a session, whose old ones are dead.
    SessionRenew = "session.renew";
    /// The person has seen that sessions of theirs may have been copied.
    AlertDismiss = "alert.dismiss";
    /// The end of a session by a new sign-in in its browser.
    SessionSupersede = "session.supersede";
    /// A valid access token was refused. Recorded once a minute for each session.
    Access = "access";
    /// Nothing of the account works any more.
    UserDisable = "user.disable";
    /// Sign-in works again.
    UserEnable = "user.enable";
    /// Failed sign-ins to the account were forgotten.
    UserUnlock = "user.unlock";
    /// A role was given.
    RoleGrant = "role.grant";
    /// A role was taken.
    RoleWithdraw = "role.withdraw";
    /// Another object in `app_metadata`.
    AppMetadata = "user.app_metadata";
    /// A new password, by somebody who knows the old one.
    PasswordChange = "password.change";
    /// A new account that comes from elsewhere.
    UserImport = "user.import";
    /// A new password, set by somebody else.
    PasswordSet = "password.set";
    /// Refusals that were too many to be recorded each.
    RefusalsOmit = "refusals.omit";
    /// A link that makes the first admin.
    SetupLink = "setup.link";
    /// The first admin, by that link; refusals are told once a minute.
    SetupClaim = "setup.claim";
    /// A source may not try for a while.
    SourceBlock = "source.block";
    /// It may again.
    SourceLift = "source.lift";
    /// A signing key that is to come.
    KeyPublish = "key.publish";
    /// A published key was told to sign at once.
    KeyActivate = "key.activate";
    /// A signing key of the operator's own.
    KeyImport = "key.import";
    /// A signing key that verifies no more.
    KeyRetire = "key.retire";
    /// Rotation by age, and the end of keys that are over.
    KeyMaintain = "key.tend";
    /// The log was read in whole or in part.
    AuditExport = "audit.export";
    /// A new database was made of a backup.
    InstanceRestore = "instance.restore";
    /// The instance secret was replaced.
    SecretRotate = "secret.rotate";
    /// Events older than the setting were deleted.
    AuditCut = "audit.cut";
}

/// Declares the outcomes once, with their names in the log.
macro_rules! outcomes {
    ($($(#[$doc:meta])+ $name:ident = $wire:literal;)*) => {
        /// How it ended.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Outcome { $($(#[$doc])+ $name,)* }

        impl Outcome {
            /// Every outcome.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// The name in the log.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$name => $wire,)* }
            }
        }
    };
}

outcomes! {
    /// It was done.
    Success = "success";
    /// It was refused; the kind says why.
    Refused = "refused";
    /// The account exists, the password is wrong.
    WrongPassword = "wrong_password";
    /// Nobody has this name or address. What was typed is not kept: people type passwords there.
    UnknownAccount = "unknown_account";
    /// The right password of an account that is disabled.
    AccountDisabled = "account_disabled";
    /// The right password, below the policy.
    PasswordTooWeak = "password_too_weak";
    /// Too often, or from a source that is blocked; told once a minute for each source.
    Limited = "limited";
    /// The account or password was changed while the password was being verified.
    Overtaken = "overtaken";
    /// The token lacks the permission.
    InsufficientScope = "insufficient_scope";
    /// A form of the page was too old, or not ours.
    StaleForm = "stale_form";
    /// Token and cookie are of different sessions.
    SessionMismatch = "session_mismatch";
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn names_are_unique() {
        let kinds: HashSet<_> = Kind::ALL.iter().map(|kind| kind.as_str()).collect();
        let outcomes: HashSet<_> = Outcome::ALL.iter().map(|outcome| outcome.as_str()).collect();
        assert_eq!((kinds.len(), outcomes.len()), (Kind::ALL.len(), Outcome::ALL.len()));
    }
}
