//! `/account/developer`: the data that apps see of a user, and a panel that calls the guarded API.

use axum::response::Response;
use leptos::prelude::*;
use serde_json::{Map, Value};

use super::{Head, Part, Row, answer, panel::Panel};
use crate::{
    components::Code,
    model::UserView,
    pages::page::SignedIn,
    server::{say, service::profile},
};

/// `GET /account/developer`; strangers are redirected to sign in before anything is rendered.
pub async fn page(SignedIn { page, session_user }: SignedIn) -> Response {
    let user = match profile::of_session_user(&page.app, &session_user).await {
        Ok(user) => user,
        Err(error) => return page.error(&error.into_api()),
    };
    answer(&page, &session_user, Part::Developer, say::developer(), None, || {
        let UserView { id, roles, metadata, app_metadata, .. } = user;
        let id = view! { <code>{id.to_string()}</code> }.into_any();
        let roles = roles.into_iter().map(|role| view! { <span class="tag">{role}</span> " " });
        let roles = view! { {roles.collect_view()} }.into_any();
        let apps = (!app_metadata.is_empty()).then(|| {
            view! { <Json heading=say::app_metadata() lead=say::app_metadata_lead() object=app_metadata /> }
        });
        view! {
            <Head heading=say::developer() lead=Some(say::developer_lead()) />
            <Panel />
            <section class="card" aria-label=say::account_navigation()>
                <dl class="rows">
                    <Row term=say::user_id() value=id />
                    <Row term=say::roles() value=roles />
                </dl>
            </section>
            <Json heading=say::metadata() lead=say::metadata_lead() object=metadata />
            {apps}
        }
        .into_any()
    })
    .await
}

/// A JSON object and its size.
#[component]
fn Json(heading: String, lead: String, object: Map<String, Value>) -> impl IntoView {
    let size = serde_json::to_string(&object).map_or(0, |json| json.len());
    let text = serde_json::to_string_pretty(&object).unwrap_or_default();
    view! {
        <section class="card">
            <h2>{heading}</h2>
            <p class="lead">{lead}</p>
            <Code caption="JSON" text note=say::json_bytes(size) />
        </section>
    }
}
