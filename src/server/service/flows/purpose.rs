use super::BrowserToken;

/// The purpose of a flow, which makes it useless for any other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Purpose {
    /// The link that creates the first administrator.
    SetUp,
    /// A sign-in whose first factor is verified and whose second is missing. It is not a session,
    /// and no token is issued for it.
    SignIn,
    /// A right sign-in to an account whose address must be confirmed first. It is not a session.
    Confirm,
    /// A new password for somebody who forgot theirs; mailed.
    Reset,
    /// A sign-in without a password; its code is mailed.
    MailCode,
    /// The confirmation of an address; mailed.
    VerifyAddress,
    /// An authenticator app that is being set up: it carries the seed.
    Totp,
    /// New recovery codes, until their owner has kept them: it carries the codes.
    RecoveryCodes,
    /// A passkey that is being added: it carries the challenge.
    Passkey,
    /// Taking back that an address was replaced; mailed to it.
    UndoAddress,
    /// Closing an account to everybody in it, by the reader of a notice; mailed.
    Secure,
    /// Taking an address that waits for its confirmation off an account, by the owner of the mailbox; mailed to it.
    RefuseAddress,
    /// The account of somebody who was invited; mailed, or handed on.
    Invite,
    /// The end of an erasure that was asked for, after a right sign-in. It is not a session.
    Keep,
}

impl Purpose {
    /// Every purpose.
    pub const ALL: &[Self] = &[
        Self::SetUp,
        Self::SignIn,
        Self::Confirm,
        Self::Reset,
        Self::MailCode,
        Self::VerifyAddress,
        Self::Totp,
        Self::RecoveryCodes,
        Self::Passkey,
        Self::UndoAddress,
        Self::Secure,
        Self::RefuseAddress,
        Self::Invite,
        Self::Keep,
    ];

    /// Its name in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::SetUp => "set_up",
            Self::SignIn => "sign_in",
            Self::Confirm => "confirm",
            Self::Reset => "reset",
            Self::MailCode => "mail_code",
            Self::VerifyAddress => "verify_address",
            Self::Totp => "totp",
            Self::RecoveryCodes => "recovery_codes",
            Self::Passkey => "passkey",
            Self::UndoAddress => "undo_address",
            Self::Secure => "secure",
            Self::RefuseAddress => "refuse_address",
            Self::Invite => "invite",
            Self::Keep => "keep",
        }
    }

    /// Maximum lifetime, in seconds.
    pub fn life(self) -> i64 {
        match self {
            Self::SetUp | Self::Confirm => 3_600,
            Self::SignIn | Self::MailCode | Self::Keep => 600,
            Self::Reset => 1_800,
            Self::VerifyAddress => 86_400,
            // As long as a proof is fresh (`principal::FRESH_FOR`).
            Self::Totp | Self::RecoveryCodes => 600,
            // As long as browsers wait for an authenticator.
            Self::Passkey => 300,
            Self::UndoAddress | Self::Secure | Self::RefuseAddress | Self::Invite => 7 * 86_400,
        }
    }

    /// Whether a flow works only in the browser that requested it.
    pub fn is_bound(self) -> bool {
        match self {
            // An address is confirmed in any session of its account; app, codes and passkey belong to one session; and an invitation
            // is accepted, a thief stopped, and an address refused, from any browser.
            Self::SetUp
            | Self::VerifyAddress
            | Self::Totp
            | Self::RecoveryCodes
            | Self::Passkey
            | Self::UndoAddress
            | Self::Secure
            | Self::RefuseAddress
            | Self::Invite => false,
            Self::SignIn | Self::Confirm | Self::Reset | Self::MailCode | Self::Keep => true,
        }
    }

    /// Whether a flow ends with the epoch of its account. One that stops a thief must survive what the thief does to the account,
    /// and the owner of a mailbox has nothing to do with it.
    pub fn ends_with_epoch(self) -> bool {
        !matches!(self, Self::UndoAddress | Self::Secure | Self::RefuseAddress)
    }
}

/// Who begins a flow: a browser gets cookies, a program a secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asker {
    /// A page; the flow is bound to its browser.
    Page,
    /// A program.
    Program,
}

impl Asker {
    /// The secret of the browser that flows are bound to: the one that it has, or a new one; none for a program.
    pub(in crate::server::service) fn browser(
        self,
        shown: Option<&BrowserToken>,
    ) -> Option<BrowserToken> {
        (self == Self::Page).then(|| shown.cloned().unwrap_or_else(BrowserToken::issue))
    }
}

/// The client that requested a flow, or that shows its secret.
#[derive(Clone, Copy, Debug)]
pub enum Holder<'b> {
    /// A browser, by the secret in its cookie.
    Browser(&'b BrowserToken),
    /// A program without cookies, which has only the flow's own secret.
    Program,
}

impl Holder<'_> {
    /// The hash that binds a flow of this purpose, for the database.
    pub(in crate::server::service) fn hash(self, purpose: Purpose) -> Option<String> {
        match self {
            Self::Browser(token) if purpose.is_bound() => Some(token.hash().as_str().to_owned()),
            _ => None,
        }
    }

    /// A name for what is sealed for it: the hash of the browser's secret, or `program`.
    pub(in crate::server::service) fn name(self) -> String {
        match self {
            Self::Browser(token) => token.hash().as_str().to_owned(),
            Self::Program => "program".into(),
        }
    }
}
