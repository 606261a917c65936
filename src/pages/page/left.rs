//! The state of a page after a refused form.

use crate::{
    components::Drawn,
    model::{ApiError, Filled, Form},
    server::{
        App,
        service::{principal, session_user::SessionUser},
    },
};

/// A refused form, for its page to be shown again.
#[derive(Clone)]
pub struct Left {
    /// The form.
    pub form: Form,
    /// Its input, without passwords.
    pub filled: Filled,
    /// Its error.
    pub error: ApiError,
}

impl Left {
    /// The content of a form on a session user's page: the refused input, or else the given one.
    pub fn drawn(
        left: Option<&Self>,
        app: &App,
        session_user: &SessionUser,
        form: Form,
        filled: Filled,
    ) -> Drawn {
        let token = Some(principal::form_token(app, session_user, form));
        // The input of one user is not shown to another one who signs in meanwhile.
        let hidden = vec![("person", session_user.user().to_string())];
        // Of several equal forms on a page, the one with the same inputs is meant.
        let is_meant = |left: &&Self| {
            left.form == form
                && form.inputs().iter().all(|input| {
                    !input.is_unseen() || left.filled.of(input.field) == filled.of(input.field)
                })
        };
        match left.filter(is_meant) {
            Some(Self { filled, error, .. }) => Drawn {
                filled: filled.clone(),
                error: Some(error.clone()),
                token,
                hidden,
                ..Drawn::default()
            },
            None => Drawn { filled, token, hidden, ..Drawn::default() },
        }
    }
}
