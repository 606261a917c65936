//! The kinds of audit events: the name of each in the log, and the sentence that its subject reads.
//!
//! In a sentence `{who}` did it, `{from}` is the device, `{how}` are the words of the outcome.

/// Declares the kinds once: name in the log, sentence, and sentence of a refusal where there are any.
macro_rules! kinds {
    ($($(#[$doc:meta])+ $name:ident = $wire:literal: $done:literal $(, $refused:literal)?;)*) => {
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

            fn templates(self) -> (&'static str, Option<&'static str>) {
                match self { $(Self::$name => ($done, None$(.or(Some($refused)))?),)* }
            }
        }
    };
}

kinds! {
    /// A sign-in.
    Login = "login": "{who} signed in{from}", "{who} tried to sign in {how}{from}";
    /// The end of one's own session.
    Logout = "logout": "{who} signed out{from}";
    /// A new account.
    Register = "register": "{who} created this account{from}", "{who} tried to create an account {how}{from}";
    /// A fresh proof, for what asks for one.
    Reauthenticate = "reauthenticate": "{who} confirmed the password{from}", "{who} tried to confirm the password {how}{from}";
    /// Name or metadata.
    ProfileUpdate = "profile.update": "{who} changed the profile{from}";
    /// The end of a session from another one.
    SessionRevoke = "session.revoke": "{who} ended a session{from}";
    /// A replaced refresh token was used again (S52).
    SessionReuse = "session.reuse": "A copied session was used{from} and ended", "A copied session was used{from} and ended";
    /// A refresh token was replaced, and came late or from another program: one lost answer, or a copy.
    SessionReplay = "session.replay": "A session was continued with an older key{from}", "A session was continued with an older key{from}";
    /// New tokens for a session, whose old ones are dead.
    SessionRenew = "session.renew": "{who} replaced the keys of a session{from}";
    /// The end of a session by a new sign-in in its browser.
    SessionSupersede = "session.supersede": "{who} signed in again{from}, which ended the session before";
    /// A valid access token was refused. Recorded once a minute for each session.
    Access = "access": "{who} was let in{from}", "{who} asked{from} for something {how}";
    /// Nothing of the account works any more.
    UserDisable = "user.disable": "{who} disabled your account";
    /// Sign-in works again.
    UserEnable = "user.enable": "{who} enabled your account";
    /// Failed sign-ins to the account were forgotten.
    UserUnlock = "user.unlock": "{who} let your account be signed in to from anywhere again";
    /// A role was given.
    RoleGrant = "role.grant": "{who} gave your account a role";
    /// A role was taken.
    RoleWithdraw = "role.withdraw": "{who} took a role from your account";
    /// Another object in `app_metadata`.
    AppMetadata = "user.app_metadata": "{who} changed what the app keeps about you";
    /// A new password, by somebody who knows the old one.
    PasswordChange = "password.change": "{who} changed the password{from}", "{who} tried to change the password {how}{from}";
    /// A new account that comes from elsewhere.
    UserImport = "user.import": "{who} brought this account from elsewhere";
    /// A new password, set by somebody else.
    PasswordSet = "password.set": "{who} set a new password for your account";
    /// Refusals that were too many to be recorded each.
    RefusalsOmit = "refusals.omit": "{who} left refusals out of the log";
    /// A link that makes the first admin.
    SetupLink = "setup.link": "{who} made a set-up link";
    /// The first admin, by that link; refusals are told once a minute.
    SetupClaim = "setup.claim": "{who} became admin by the set-up link{from}", "{who} tried a set-up link{from} {how}";
    /// A source may not try for a while.
    SourceBlock = "source.block": "{who} blocked a source";
    /// It may again.
    SourceLift = "source.lift": "{who} ended the block of a source";
    /// A signing key that is to come.
    KeyPublish = "key.publish": "{who} published a signing key";
    /// A published key was told to sign at once.
    KeyActivate = "key.activate": "{who} let a signing key sign at once";
    /// A signing key of the operator's own.
    KeyImport = "key.import": "{who} imported a signing key";
    /// A signing key that verifies no more.
    KeyRetire = "key.retire": "{who} retired a signing key";
    /// Rotation by age, and the end of keys that are over.
    KeyTend = "key.tend": "{who} rotated the signing keys";
    /// The log was read in whole or in part.
    AuditExport = "audit.export": "{who} exported the audit log";
    /// A new database was made of a backup.
    InstanceRestore = "instance.restore": "{who} restored a backup";
    /// The instance secret was replaced.
    SecretRotate = "secret.rotate": "{who} replaced the instance secret";
    /// Events older than the setting were deleted.
    AuditCut = "audit.cut": "{who} deleted old audit events";
}

/// Declares the outcomes once: name in the log, and how a sentence says it.
macro_rules! outcomes {
    ($($(#[$doc:meta])+ $name:ident = $wire:literal: $how:literal;)*) => {
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

            fn how(self) -> &'static str {
                match self { $(Self::$name => $how,)* }
            }
        }
    };
}

outcomes! {
    /// It was done.
    Success = "success": "";
    /// It was refused; the kind says why.
    Refused = "refused": "in vain";
    /// The account exists, the password is wrong.
    WrongPassword = "wrong_password": "with a wrong password";
    /// Nobody has this name or address. What was typed is not kept: people type passwords there.
    UnknownAccount = "unknown_account": "with an unknown name";
    /// The right password of an account that is disabled.
    AccountDisabled = "account_disabled": "while the account was disabled";
    /// The right password, below the policy.
    PasswordTooWeak = "password_too_weak": "with a password that is too weak to be used here";
    /// Too often, or from a source that is blocked; told once a minute for each source.
    Limited = "limited": "too often";
    /// The account or password was changed while the password was being verified.
    Overtaken = "overtaken": "while the account was being changed";
    /// The token lacks the permission.
    InsufficientScope = "insufficient_scope": "that this account may not do";
    /// Token and cookie are of different sessions.
    SessionMismatch = "session_mismatch": "with two different sign-ins";
}

/// The sentence of an event. Kinds and outcomes of a newer version are told in general words.
pub(super) fn sentence(kind: &str, outcome: &str, who: &str, device: Option<&str>) -> String {
    let kind = Kind::ALL.iter().find(|known| known.as_str() == kind);
    let outcome = Outcome::ALL.iter().find(|known| known.as_str() == outcome);
    let outcome = outcome.copied().unwrap_or(Outcome::Refused);
    let (done, refused) = kind.map_or(("{who} did something{from}", None), |kind| kind.templates());
    let template = match outcome {
        Outcome::Success => done,
        _ => refused.unwrap_or("{who} tried something{from} {how}"),
    };
    let from = device.map(|device| format!(" from {device}")).unwrap_or_default();
    template.replace("{who}", who).replace("{how}", outcome.how()).replace("{from}", &from)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn sentences_are_plain_words() {
        let firefox = Some("Firefox on Linux");
        for (kind, outcome, who, says) in [
            ("login", "success", "You", "You signed in from Firefox on Linux"),
            (
                "login",
                "wrong_password",
                "Somebody",
                "Somebody tried to sign in with a wrong password from Firefox on Linux",
            ),
            (
                "session.reuse",
                "refused",
                "Somebody",
                "A copied session was used from Firefox on Linux and ended",
            ),
            ("user.disable", "success", "The operator", "The operator disabled your account"),
            ("moon.phase", "success", "You", "You did something from Firefox on Linux"),
        ] {
            assert_eq!(sentence(kind, outcome, who, firefox), says);
        }
        for kind in Kind::ALL {
            for outcome in Outcome::ALL {
                let said = sentence(kind.as_str(), outcome.as_str(), "You", None);
                assert!(!said.contains(['{', '}']) && !said.contains("  "), "{said}");
            }
        }
    }

    #[test]
    fn names_are_unique() {
        let kinds: HashSet<_> = Kind::ALL.iter().map(|kind| kind.as_str()).collect();
        let outcomes: HashSet<_> = Outcome::ALL.iter().map(|outcome| outcome.as_str()).collect();
        assert_eq!((kinds.len(), outcomes.len()), (Kind::ALL.len(), Outcome::ALL.len()));
    }
}
