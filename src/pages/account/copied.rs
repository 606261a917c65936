//! The warning about a session that may have been copied.

use leptos::prelude::*;

use super::{Part, Way, moment::Moment};
use crate::{
    components::{Alert, Drawn, FormView, Look, Tone},
    model::{Field, Filled, Form, SessionView},
    pages::page::Page,
    server::{
        error::Result,
        say,
        service::{principal, session, session_user::SessionUser},
    },
};

/// Sessions that ended for reuse of a token, until the user dismisses them.
pub(super) struct Copied {
    sessions: Vec<SessionView>,
    token: String,
    now_s: i64,
}

impl Copied {
    /// The warning of the session user's account.
    pub(super) async fn of(page: &Page, session_user: &SessionUser) -> Result<Self> {
        Ok(Self {
            sessions: session::copied(&page.app, session_user).await?,
            token: principal::form_token(&page.app, session_user, Form::Seen),
            now_s: page.app.clock.now_s(),
        })
    }

    /// The warning, with advice.
    pub(super) fn alert(self) -> Option<impl IntoView> {
        let Self { sessions, token, now_s } = self;
        // Everything up to the latest shown session is dismissed, and nothing after it.
        let latest = sessions.first()?.id.to_string();
        let mut filled = Filled::default();
        filled.set(Field::Session, latest);
        let drawn = Drawn { filled, token: Some(token), ..Drawn::default() };
        let look = Look { button: "button quiet", ..Look::default() };
        let rows = sessions.into_iter().map(move |session| {
            let at = session.ended_at.unwrap_or(now_s);
            view! {
                <li>
                    {session.device} " · " <Moment at now_s />
                </li>
            }
        });
        Some(view! {
            <Alert tone=Tone::Bad heading=say::reused_heading()>
                <p>{say::reused_lead()}</p>
                <ul>{rows.collect_view()}</ul>
                <p class="ways">
                    <Way href=Form::Password.path().to_owned() words=say::button(Form::Password) />
                    <Way href=Part::Devices.path().to_owned() words=say::see_devices() />
                </p>
                <FormView form=Form::Seen look drawn />
            </Alert>
        })
    }
}
