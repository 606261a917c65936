//! `/account/security`: how one signs in, where one is signed in, and what happened lately.

use axum::response::Response;
use leptos::prelude::*;

use super::{Head, Part, Way, answer, device};
use crate::{
    components::{Glyph, Icon},
    model::{Field, Form, SessionView},
    pages::page::{Page, SignedIn},
    server::{
        dates,
        error::Result,
        say,
        service::{
            audit::{self, Lately},
            session,
            viewer::Viewer,
        },
    },
};

/// As many devices are shown; the others are on their own page.
const DEVICES: usize = 3;

/// `GET /account/security`: strangers go to sign in, before anything is rendered.
pub async fn page(SignedIn { page, viewer }: SignedIn) -> Response {
    let safety = match Safety::of(&page, &viewer).await {
        Ok(safety) => safety,
        Err(error) => return page.error(&error.into_api()),
    };
    answer(&page, &viewer, Part::Security, say::security(), None, || {
        view! {
            <Head heading=say::security() />
            {safety.card(false)}
        }
        .into_any()
    })
    .await
}

/// What is known of an account's safety.
pub(super) struct Safety {
    lately: Lately,
    sessions: Vec<SessionView>,
    now: i64,
}

impl Safety {
    /// Of the viewer's account.
    pub(super) async fn of(page: &Page, viewer: &Viewer) -> Result<Self> {
        let app = &page.app;
        let mine = session::of_viewer(app, viewer).await?;
        Ok(Self {
            lately: audit::lately(app, viewer).await?,
            sessions: device::in_order(mine.sessions),
            now: app.clock.now(),
        })
    }

    /// The card with a row for each.
    pub(super) fn card(&self, is_titled: bool) -> impl IntoView + use<> {
        let now = self.now;
        let set = self.lately.password_set_at.map(|at| {
            view! { <time datetime=dates::rfc3339(at)>{say::password_set(say::ago(now - at))}</time> }
        });
        let devices = self.sessions.iter().take(DEVICES).cloned();
        let devices =
            devices.map(|session| view! { <li>{device::described(session, now, false)}</li> });
        view! {
            <section class="card" aria-label=say::security()>
                {is_titled.then(|| view! { <h2>{say::security()}</h2> })}
                <ul class="rows">
                    <li>
                        <span class="mark"><Icon glyph=Glyph::Key /></span>
                        <div>
                            <h3>{say::field(Field::Password)}</h3>
                            <p>{set}</p>
                        </div>
                        <Way href=Form::Password.path().to_owned() words=say::change() />
                    </li>
                    {devices.collect_view()}
                    <li>
                        <span class="mark"><Icon glyph=Glyph::Laptop /></span>
                        <div>
                            <h3>{say::devices()}</h3>
                            <p>{say::devices_count(self.sessions.len())}</p>
                        </div>
                        <Way href=Part::Devices.path().to_owned() words=say::see_all() />
                    </li>
                    <li>
                        <span class="mark"><Icon glyph=Glyph::Clock /></span>
                        <div>
                            <h3>{say::recent_activity()}</h3>
                            <p>{say::failed_lately(self.lately.failed)}</p>
                        </div>
                        <Way href=Part::Activity.path().to_owned() words=say::see_all() />
                    </li>
                </ul>
            </section>
        }
    }
}
