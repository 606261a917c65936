//! Who may come in, as the line of a route says it.

use crate::server::service::roles::Permission;

/// Who may come in, judged before the handler runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Anybody, from anywhere.
    Public,
    /// Anybody with a browser; the handler looks at the session cookie and only reads.
    Page,
    /// Anybody on a page of ours: the same-origin check stands before it.
    Form,
    /// Anybody on a page of ours who posts a form, and anybody from anywhere who sends another type, which no
    /// page of another site can send unasked.
    FormOrJson,
    /// A valid access token.
    Bearer,
    /// A valid access token with this permission in its scope.
    Permission(Permission),
}
