//! `/account/data`: leaving for good.

use axum::response::Response;
use leptos::prelude::*;

use super::{Head, Part, answer, proof};
use crate::{
    components::{FormView, Look, with_name},
    model::{Filled, Form},
    pages::page::{Left, Page, SignedIn},
    server::{
        say,
        service::{leaving::KEPT_FOR, session_user::SessionUser},
    },
};

/// `GET /account/data`; strangers are redirected to sign in before anything is rendered.
pub async fn page(SignedIn { page, session_user }: SignedIn) -> Response {
    show(&page, &session_user, None).await
}

/// The page, with the refused form if there is one.
pub(super) async fn show(page: &Page, session_user: &SessionUser, left: Option<Left>) -> Response {
    let leave = Left::drawn(left.as_ref(), &page.app, session_user, Form::Leave, Filled::default());
    let look = Look { class: "", button: "button danger", is_focused: false };
    let typed = with_name(&say::leave_type("{}"), session_user.username()).into_any();
    answer(page, session_user, Part::Data, say::data(), left.as_ref(), || {
        view! {
            <Head heading=say::data() lead=Some(say::data_lead()) />
            <section class="card narrow" aria-labelledby="leaving">
                <h2 id="leaving">{say::leave_heading()}</h2>
                <p>{say::leave_lead(KEPT_FOR / 86_400)}</p>
                <p>{typed}</p>
                <FormView form=Form::Leave look drawn=leave />
            </section>
            {proof(page, session_user)}
        }
        .into_any()
    })
    .await
}
