//! `/account/apps`: what other programs may do for the person, and how it is taken away.

use axum::{
    extract::{Request, State},
    response::Response,
};
use leptos::{prelude::*, tachys::view::any_view::AnyView};

use super::{Head, Part, answer};
use crate::{
    model::ErrorCode,
    pages::{
        oauth::{posted, scope_in_words},
        page::{Page, SignedIn},
    },
    server::{
        App, dates, say,
        service::{
            oauth::{self, ConnectedApp},
            principal::{self, Question},
            session_user::SessionUser,
        },
    },
};

/// The path of the page.
const PATH: &str = "/account/apps";

/// `GET /account/apps`; strangers are redirected to sign in before anything is rendered.
pub async fn page(SignedIn { page, session_user }: SignedIn) -> Response {
    show(&page, &session_user).await
}

/// `GET` of the path at which access is taken away: the page with its forms.
pub async fn left() -> Response {
    Page::redirect(PATH)
}

/// `POST /account/apps/withdraw`: takes away what an app has.
pub async fn withdraw(State(app): State<App>, request: Request) -> Response {
    let posted = match posted(&app, request).await {
        Ok(posted) => posted,
        Err(response) => return response,
    };
    let mut page = posted.page;
    page.path = PATH.to_owned();
    let Some(session_user) = page.session_user.clone() else {
        return page.redirect_to_sign_in(PATH);
    };
    let client_id = posted.params.one("client_id").unwrap_or_default();
    let token = posted.params.one("form_token").unwrap_or_default();
    let about = Question::Withdraw(client_id);
    let withdrawn = match principal::of_answer(&page.app, &session_user, about, token) {
        Ok(principal) => {
            oauth::withdraw(&page.app, &principal, client_id, &posted.client_info).await
        }
        Err(error) => Err(error),
    };
    match withdrawn.map_err(|error| error.into_api()) {
        // Twice is as good as once.
        Err(error) if error.code != ErrorCode::NotFound => page.error(&error),
        _ => Page::redirect(PATH),
    }
}

async fn show(page: &Page, session_user: &SessionUser) -> Response {
    let apps = match oauth::list_apps(&page.app, session_user.user()).await {
        Ok(listed) => listed.apps,
        Err(error) => return page.error(&error.into_api()),
    };
    answer(page, session_user, Part::Security, say::apps(), None, || {
        let is_empty = apps.is_empty();
        let rows = apps.into_iter().map(|app| row(page, session_user, app)).collect_view();
        view! {
            <Head heading=say::apps() lead=Some(say::apps_lead()) />
            {if is_empty {
                view! { <p>{say::apps_none()}</p> }.into_any()
            } else {
                view! {
                    <section class="card" aria-label=say::apps()>
                        <ul class="rows">{rows}</ul>
                    </section>
                }
                .into_any()
            }}
        }
        .into_any()
    })
    .await
}

fn row(page: &Page, session_user: &SessionUser, app: ConnectedApp) -> AnyView {
    let ConnectedApp { client_id, name, scope, first_at, last_at, is_offline, grants, .. } = app;
    let about = Question::Withdraw(&client_id);
    let token = principal::answer_token(&page.app, session_user, about);
    let lines: Vec<_> = scope.iter().map(|word| scope_in_words(page, word)).collect();
    let (first, last) = (say::minute(first_at), say::minute(last_at));
    let used = view! {
        <p class="hint">
            <time datetime=dates::rfc3339(first_at)>{say::apps_since(first)}</time>
            " · "
            <time datetime=dates::rfc3339(last_at)>{say::apps_used(last)}</time>
        </p>
    };
    let stays = if is_offline { say::apps_offline() } else { say::apps_online() };
    view! {
        <li>
            <div>
                <h2 class="small">
                    <bdi translate="no">{name.clone()}</bdi>
                </h2>
                <p>{lines.join(" · ")}</p>
                {used}
                {(grants > 0).then(|| view! { <p class="hint">{stays}</p> })}
            </div>
            <form method="post" action="/account/apps/withdraw">
                <input type="hidden" name="client_id" value=client_id />
                <input type="hidden" name="form_token" value=token />
                <button class="button quiet" type="submit" aria-label=say::apps_withdraw_name(&name)>
                    {say::apps_withdraw()}
                </button>
            </form>
        </li>
    }
    .into_any()
}
