use super::BrowserToken;

/// What a flow is for. A flow of one purpose is nothing to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Purpose {
    /// The link that makes the first admin.
    SetUp,
    /// A sign-in whose first step was right and that waits for its second. It opens nothing: it is no session, and
    /// no token is made of it.
    SignIn,
}

impl Purpose {
    /// Every purpose.
    pub const ALL: &[Self] = &[Self::SetUp, Self::SignIn];

    /// The name in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::SetUp => "set_up",
            Self::SignIn => "sign_in",
        }
    }

    /// How long a flow is open at most, in seconds.
    pub fn life(self) -> i64 {
        match self {
            Self::SetUp => 3_600,
            Self::SignIn => 600,
        }
    }

    /// Whether a flow works only where it was asked for.
    pub fn is_bound(self) -> bool {
        match self {
            Self::SetUp => false,
            Self::SignIn => true,
        }
    }
}

/// Where a flow was asked for, or where its secret is shown.
#[derive(Clone, Copy, Debug)]
pub enum Holder<'b> {
    /// A browser, by the secret in its cookie.
    Browser(&'b BrowserToken),
    /// A program without cookies: the flow's own secret is all that it has.
    Program,
}

impl Holder<'_> {
    /// What a flow of this purpose is bound to, as stored.
    pub(super) fn hash(self, purpose: Purpose) -> Option<String> {
        match self {
            Self::Browser(token) if purpose.is_bound() => Some(token.hash().as_str().to_owned()),
            _ => None,
        }
    }
}
