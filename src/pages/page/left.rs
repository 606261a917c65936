//! How a page was left.

use crate::{
    components::Drawn,
    model::{ApiError, Filled, Form},
    server::{
        App,
        service::{principal, session_user::SessionUser},
    },
};

/// A form that was refused, for its page to be shown again.
#[derive(Clone)]
pub struct Left {
    /// Which of the page's forms.
    pub form: Form,
    /// What was filled in, without passwords.
    pub filled: Filled,
    /// Why.
    pub error: ApiError,
}

impl Left {
    /// What a form of a session user's page has in it: what was left there, or else this.
    pub fn drawn(
        left: Option<&Self>,
        app: &App,
        session_user: &SessionUser,
        form: Form,
        filled: Filled,
    ) -> Drawn {
        let token = Some(principal::form_token(app, session_user, form));
        // What one person filled in is not shown to another one who signs in meanwhile.
        let hidden = vec![("person", session_user.user().to_string())];
        // Of forms that stand on a page more than once, one is meant: that with the same inputs.
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
