use serde_json::{Map, Value};

use crate::server::{
    db::users::UserRow,
    secure::secret::Secret,
    service::{
        leaving,
        mail::{MailFacts, MailKind},
        profile,
        roles::{self, Role},
    },
};

/// A change of another user's account.
#[derive(Clone, Debug)]
pub enum AccountChange {
    /// Disables the account: sign-in, refresh and issued access tokens are refused.
    Disable,
    /// Allows sign-in again; ended sessions stay ended.
    Enable,
    /// Grants a role.
    GrantRole(Role),
    /// Revokes a role.
    RevokeRole(Role),
    /// Sets a password that meets the policy, and ends all sessions.
    Password(Secret),
    /// Replaces the metadata of the app, which the user cannot write.
    AppMetadata(Map<String, Value>),
    /// Removes the authenticator app and the recovery codes of somebody who has lost them: the password alone signs in then.
    RemoveFactor,
    /// Ends everything that opens the account, and has it erased after 14 days.
    Delete,
    /// Keeps an account that is leaving.
    Keep,
}

impl AccountChange {
    /// Whether the change has an effect on the account.
    pub(super) fn is_news(&self, user: &UserRow) -> bool {
        let has = |role: &Role| roles::of(user.roles.as_deref()).contains(role);
        match self {
            Self::Disable => user.disabled_at.is_none(),
            Self::Enable => user.disabled_at.is_some(),
            Self::GrantRole(role) => !has(role),
            Self::RevokeRole(role) => has(role),
            Self::Password(_) => true,
            Self::Delete => user.erase_after.is_none(),
            Self::Keep => user.erase_after.is_some(),
            Self::AppMetadata(data) => profile::object(&user.app_metadata) != *data,
            Self::RemoveFactor => user.totp_at.is_some() || user.passkeys > 0,
        }
    }

    /// Whether the account shows the change.
    pub(super) fn is_shown(&self) -> bool {
        !matches!(self, Self::Password(_))
    }

    /// The notice to the owner of the account, if it concerns them.
    pub(super) fn notice(&self, now_s: i64) -> Option<(MailKind, MailFacts)> {
        let (kind, role) = match self {
            Self::Delete => {
                return Some((MailKind::DeletionAsked, leaving::facts(now_s + leaving::KEPT_FOR)));
            }
            Self::Keep => (MailKind::DeletionStopped, None),
            Self::Disable => (MailKind::AccountDisabled, None),
            Self::Enable => (MailKind::AccountEnabled, None),
            Self::GrantRole(role) => (MailKind::RoleGranted, Some(role)),
            Self::RevokeRole(role) => (MailKind::RoleWithdrawn, Some(role)),
            Self::Password(_) => (MailKind::PasswordSet, None),
            Self::RemoveFactor => (MailKind::FactorTaken, None),
            Self::AppMetadata(_) => return None,
        };
        let role = role.map(|role| role.as_str().to_owned());
        Some((kind, MailFacts { role, ..MailFacts::default() }))
    }

    /// Whether issued tokens contradict the account after the change.
    pub(super) fn ends_tokens(&self) -> bool {
        !matches!(self, Self::AppMetadata(_) | Self::Keep)
    }
}
