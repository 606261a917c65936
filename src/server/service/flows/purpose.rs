use super::BrowserToken;

/// The purpose of a flow, which makes it useless for any other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Purpose {
    /// The link that creates the first administrator.
    SetUp,
    /// A sign-in whose first factor is verified and whose second is missing. It is not a session,
    /// and no token is issued for it.
    SignIn,
    /// A new password for somebody who forgot theirs; mailed.
    Reset,
    /// The confirmation of an address; mailed.
    VerifyAddress,
    /// Taking back that an address was replaced; mailed to it.
    UndoAddress,
    /// Closing an account to everybody in it, by the reader of a notice; mailed.
    Secure,
}

impl Purpose {
    /// Every purpose.
    pub const ALL: &[Self] = &[
        Self::SetUp,
        Self::SignIn,
        Self::Reset,
        Self::VerifyAddress,
        Self::UndoAddress,
        Self::Secure,
    ];

    /// Its name in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::SetUp => "set_up",
            Self::SignIn => "sign_in",
            Self::Reset => "reset",
            Self::VerifyAddress => "verify_address",
            Self::UndoAddress => "undo_address",
            Self::Secure => "secure",
        }
    }

    /// Maximum lifetime, in seconds.
    pub fn life(self) -> i64 {
        match self {
            Self::SetUp => 3_600,
            Self::SignIn => 600,
            Self::Reset => 1_800,
            Self::VerifyAddress => 86_400,
            Self::UndoAddress | Self::Secure => 7 * 86_400,
        }
    }

    /// Whether a flow works only in the browser that requested it.
    pub fn is_bound(self) -> bool {
        match self {
            // The address is confirmed in any session of its account, and a thief is stopped from any browser.
            Self::SetUp | Self::VerifyAddress | Self::UndoAddress | Self::Secure => false,
            Self::SignIn | Self::Reset => true,
        }
    }

    /// Whether a flow ends with the epoch of its account. One that stops a thief must survive what the thief does to the account.
    pub fn ends_with_epoch(self) -> bool {
        !matches!(self, Self::UndoAddress | Self::Secure)
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
    pub(super) fn hash(self, purpose: Purpose) -> Option<String> {
        match self {
            Self::Browser(token) if purpose.is_bound() => Some(token.hash().as_str().to_owned()),
            _ => None,
        }
    }
}
