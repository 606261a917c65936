//! The access rule of a route, part of its row in the table.

use crate::server::service::roles::Permission;

/// The access rule of a route, checked before the handler runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Anybody, from anywhere.
    Public,
    /// Anybody with a browser; the handler reads the session cookie and changes nothing.
    Page,
    /// Anybody on a page of our origin, by the same-origin check.
    Form,
    /// Anybody on a page of our origin who posts a form, and anybody who sends another type, which
    /// no page of another site can send without a preflight.
    FormOrJson,
    /// A valid access token.
    Bearer,
    /// A valid access token with this permission in its scope.
    Permission(Permission),
}
