//! Access rules of routes.

use crate::server::service::roles::Permission;

/// The access rule of a route, checked before the handler runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Anybody, from anywhere.
    Public,
    /// Anybody with a browser; the handler reads the session cookie and changes nothing.
    Page,
    /// A browser with the cookie of a live session, for a page that only reads. Others are sent to sign in and come back.
    SignedIn,
    /// A page for a signed-in user with this permission. Others get an error page.
    PageFor(Permission),
    /// Anybody on a page of ours: the same-origin check stands before it.
    Form,
    /// Anybody on a page of our origin who posts a form, and anybody who sends another type, which
    /// no page of another site can send without a preflight.
    FormOrJson,
    /// A valid access token.
    Bearer,
    /// A valid access token with this permission in its scope.
    Permission(Permission),
}

impl Access {
    /// Whether it is that of a page.
    pub fn is_of_page(self) -> bool {
        matches!(self, Self::Page | Self::SignedIn | Self::PageFor(_))
    }

    /// Whether the guard wants an access token.
    pub fn wants_token(self) -> bool {
        matches!(self, Self::Bearer | Self::Permission(_))
    }

    /// The permission that it asks for.
    pub fn permission(self) -> Option<Permission> {
        match self {
            Self::Permission(permission) | Self::PageFor(permission) => Some(permission),
            _ => None,
        }
    }
}
