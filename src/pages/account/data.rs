//! `/account/data`: the data about somebody as a file, and leaving for good.

use axum::{
    extract::{Request, State},
    response::Response,
};
use leptos::{prelude::*, tachys::view::any_view::AnyView};

use super::{Head, Part, answer, confirm, proof};
use crate::{
    components::{Alert, FormView, Look, Tone, with_name},
    model::{ErrorCode, Filled, Form},
    pages::page::{Left, Page, Posted, SignedIn, posted},
    server::{
        App,
        http::v1::own_data::file,
        say,
        service::{audit, leaving::KEPT_FOR, own_data, principal, session_user::SessionUser},
    },
};

/// Where the form of the file is posted: its answer is no page.
const DOWNLOAD: &str = "/account/data/download";

/// `GET /account/data`; strangers are redirected to sign in before anything is rendered.
pub async fn page(SignedIn { page, session_user }: SignedIn) -> Response {
    show(&page, &session_user, None).await
}

/// `GET` of the path at which the file is asked for: the page with its form.
pub async fn left() -> Response {
    Page::redirect(Form::Data.path())
}

/// `POST /account/data/download` by form: the file, or the page that asks for a proof first.
pub async fn download(State(app): State<App>, request: Request) -> Response {
    let Posted { mut page, token, client_info, .. } = match posted(app, request).await {
        Ok(posted) => posted,
        Err(response) => return response,
    };
    page.path = Form::Data.path().to_owned();
    let Some(session_user) = page.session_user.clone() else {
        return page.redirect_to_sign_in(Form::Data.path());
    };
    let made = match principal::of_form(&page.app, &session_user, Form::Data, &token) {
        Ok(principal) => own_data::of_principal(&page.app, &principal, &client_info).await,
        Err(error) => {
            audit::record_stale_form(&page.app, &session_user, &client_info).await;
            Err(error)
        }
    };
    match made.map_err(|error| error.into_api()) {
        Ok(document) => file(document),
        Err(error) if error.code == ErrorCode::ReauthenticationRequired => {
            confirm::show(&page, &session_user, Form::Data, Filled::default(), error).await
        }
        Err(error) => {
            let left = Left { form: Form::Data, filled: Filled::default(), error };
            show(&page, &session_user, Some(left)).await
        }
    }
}

/// The page, with the refused form if there is one.
pub(super) async fn show(page: &Page, session_user: &SessionUser, left: Option<Left>) -> Response {
    let leave = Left::drawn(left.as_ref(), &page.app, session_user, Form::Leave, Filled::default());
    let look = Look { class: "", button: "button danger", is_focused: false };
    let typed = with_name(&say::leave_type("{}"), session_user.username()).into_any();
    let token = principal::form_token(&page.app, session_user, Form::Data);
    let refused = left.as_ref().filter(|left| left.form == Form::Data);
    let refused = refused.map(|left| refusal(&say::error(left.error.code)));
    answer(page, session_user, Part::Data, say::data(), left.as_ref(), || {
        view! {
            <Head heading=say::data() lead=Some(say::data_lead()) />
            {refused}
            <section class="card narrow" aria-labelledby="download">
                <h2 id="download">{say::data_heading()}</h2>
                <p>{say::data_file()}</p>
                <form method="post" action=DOWNLOAD>
                    <input type="hidden" name="form" value=Form::Data.name() />
                    <input type="hidden" name="form_token" value=token />
                    <button class="button" type="submit">
                        {say::button(Form::Data)}
                    </button>
                </form>
            </section>
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

fn refusal(said: &str) -> AnyView {
    let said = said.to_owned();
    view! {
        <Alert tone=Tone::Bad heading=say::failed(Form::Data)>
            <p>{said}</p>
        </Alert>
    }
    .into_any()
}
