//! `/account/security`: the password, the sessions, and recent events.

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
            factors::{self, FactorsView},
            oauth, session,
            session_user::SessionUser,
        },
    },
};

/// Maximum number of devices shown; the others are on their own page.
const DEVICES: usize = 3;

/// `GET /account/security`; strangers are redirected to sign in before anything is rendered.
pub async fn page(SignedIn { page, session_user }: SignedIn) -> Response {
    let safety = match Safety::of(&page, &session_user).await {
        Ok(safety) => safety,
        Err(error) => return page.error(&error.into_api()),
    };
    answer(&page, &session_user, Part::Security, say::security(), None, || {
        view! {
            <Head heading=say::security() />
            {safety.card(false)}
        }
        .into_any()
    })
    .await
}

/// The facts about an account's safety.
pub(super) struct Safety {
    lately: Lately,
    factors: FactorsView,
    sessions: Vec<SessionView>,
    passkeys: i64,
    apps: usize,
    now_s: i64,
}

impl Safety {
    /// The facts of the session user's account.
    pub(super) async fn of(page: &Page, session_user: &SessionUser) -> Result<Self> {
        let app = &page.app;
        let mine = session::of_session_user(app, session_user).await?;
        Ok(Self {
            lately: audit::lately(app, session_user).await?,
            factors: factors::of_account(app, session_user.user()).await?,
            sessions: device::in_order(mine.sessions),
            passkeys: session_user.passkeys(),
            apps: oauth::list_apps(app, session_user.user()).await?.apps.len(),
            now_s: app.clock.now_s(),
        })
    }

    /// The card with a row for each fact.
    pub(super) fn card(&self, is_titled: bool) -> impl IntoView + use<> {
        let now_s = self.now_s;
        let set = self.lately.password_set_at.map(|at| {
            view! { <time datetime=dates::rfc3339(at)>{say::password_set(say::ago(now_s - at))}</time> }
        });
        let way = if self.factors.totp.is_some() { say::change() } else { say::add() };
        let passkey_way = if self.passkeys > 0 { say::change() } else { say::add() };
        let factor = match &self.factors.totp {
            Some(totp) => {
                let (since, left) = (say::day(totp.created_at), self.factors.recovery_codes_left);
                view! { {say::factor_since(since)} " " {say::codes_left(left)} }.into_any()
            }
            None => view! { {say::factor_off()} }.into_any(),
        };
        let devices = self.sessions.iter().take(DEVICES).cloned();
        let devices =
            devices.map(|session| view! { <li>{device::described(session, now_s, false)}</li> });
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
                    <li>
                        <span class="mark"><Icon glyph=Glyph::Phone /></span>
                        <div>
                            <h3>{say::factor_title()}</h3>
                            <p>{factor}</p>
                        </div>
                        <Way href=Form::TotpBegin.path().to_owned() words=way />
                    </li>
                    <li>
                        <span class="mark"><Icon glyph=Glyph::Key /></span>
                        <div>
                            <h3>{say::passkeys_title()}</h3>
                            <p>{say::passkeys_count(self.passkeys)}</p>
                        </div>
                        <Way href=Form::PasskeyBegin.path().to_owned() words=passkey_way />
                    </li>
                    <li>
                        <span class="mark"><Icon glyph=Glyph::Shield /></span>
                        <div>
                            <h3>{say::apps()}</h3>
                            <p>{say::apps_count(self.apps)}</p>
                        </div>
                        <Way href="/account/apps".to_owned() words=say::see_all() />
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
