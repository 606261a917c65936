//! The account of a signed-in user: its sections, and the shell around them.

pub mod activity;
pub mod acts;
pub mod address;
pub mod apps;
mod confirm;
mod copied;
pub mod data;
pub mod developer;
mod device;
pub mod devices;
pub mod factor;
mod moment;
mod panel;
pub mod passkeys;
pub mod password;
pub mod profile;
pub mod ready;
pub mod security;

use axum::{http::StatusCode, response::Response};
use leptos::{prelude::*, tachys::view::any_view::AnyView};

pub(super) use self::confirm::proof_page;
use self::copied::Copied;
use super::page::{Left, Page};
use crate::{
    components::{Alert, Glyph, Icon, Proof, Tone},
    model::Form,
    server::{
        say,
        service::{
            principal::{self, FRESH_FOR},
            session_user::SessionUser,
        },
    },
};

/// A section of the account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    Profile,
    Security,
    Devices,
    Activity,
    Data,
    Developer,
}

impl Part {
    const ALL: [Self; 6] =
        [Self::Profile, Self::Security, Self::Devices, Self::Activity, Self::Data, Self::Developer];

    fn path(self) -> &'static str {
        match self {
            Self::Profile => "/account",
            Self::Security => "/account/security",
            Self::Devices => "/account/devices",
            Self::Activity => "/account/activity",
            Self::Data => "/account/data",
            Self::Developer => "/account/developer",
        }
    }

    fn name(self) -> String {
        match self {
            Self::Profile => say::profile(),
            Self::Security => say::security(),
            Self::Devices => say::devices(),
            Self::Activity => say::activity(),
            Self::Data => say::data(),
            Self::Developer => say::developer(),
        }
    }

    fn glyph(self) -> Glyph {
        match self {
            Self::Profile => Glyph::User,
            Self::Security => Glyph::Shield,
            Self::Devices => Glyph::Laptop,
            Self::Activity => Glyph::Clock,
            Self::Data => Glyph::Download,
            Self::Developer => Glyph::Code,
        }
    }
}

/// Renders a section of the account; after a refused form, with its status.
async fn answer(
    page: &Page,
    session_user: &SessionUser,
    part: Part,
    title: String,
    left: Option<&Left>,
    content: impl FnOnce() -> AnyView,
) -> Response {
    let copied = match Copied::of(page, session_user).await {
        Ok(copied) => copied,
        Err(error) => return page.error(&error.into_api()),
    };
    let content = || {
        let (alert, muted, content) = (copied.alert(), muted(session_user), content());
        view! {
            <Shell part>{alert} {muted} {content}</Shell>
        }
        .into_any()
    };
    match left {
        Some(left) => page.render_refusal(title, &left.error, content),
        None => page.render(title, StatusCode::OK, content),
    }
}

/// The notice that a role gives nothing in this session, with what is to be done.
fn muted(session_user: &SessionUser) -> Option<AnyView> {
    let has_factor = session_user.has_factor() || session_user.has_passkeys();
    let lead = if has_factor { say::muted_sign_in() } else { say::muted_set_up() };
    let way = || view! { <Way href=Form::TotpBegin.path().to_owned() words=say::add() /> };
    session_user.is_muted().then(|| {
        view! {
            <Alert tone=Tone::Caution heading=say::muted_heading()>
                <p>{lead}</p>
                {(!has_factor).then(|| view! { <p class="ways">{way()}</p> })}
            </Alert>
        }
        .into_any()
    })
}

/// The links to the sections of the account, beside one of them.
#[component]
fn Shell(part: Part, children: Children) -> impl IntoView {
    let links = Part::ALL.map(|other| {
        view! {
            <a href=other.path() aria-current=(other == part).then_some("page")>
                <Icon glyph=other.glyph() />
                {other.name()}
            </a>
        }
    });
    view! {
        <div class="account">
            <nav class="side" aria-label=say::account_navigation()>
                {links.collect_view()}
            </nav>
            <main id="main" tabindex="-1">
                {children()}
            </main>
        </div>
    }
}

/// The form with which a user reauthenticates without a passkey; none where that is not enough.
fn proof_form(session_user: &SessionUser) -> Option<Form> {
    match session_user.has_factor() {
        true => Some(Form::FactorProof),
        false => (!session_user.needs_passkey()).then_some(Form::Proof),
    }
}

/// The dialog for actions that require a fresh proof.
fn proof(page: &Page, session_user: &SessionUser) -> impl IntoView + use<> {
    let token = |form: Form| principal::form_token(&page.app, session_user, form);
    let form = proof_form(session_user).map(|form| (form, token(form)));
    let passkey = session_user.has_passkeys().then(|| token(Form::PasskeyProof));
    let username = session_user.username().to_owned();
    view! { <Proof form passkey username minutes=FRESH_FOR / 60 /> }
}

/// The heading of a section, with a line about it.
#[component]
fn Head(heading: String, #[prop(optional_no_strip)] lead: Option<String>) -> impl IntoView {
    view! {
        <div class="head">
            <h1 tabindex="-1">{heading}</h1>
            {lead.map(|lead| view! { <p>{lead}</p> })}
        </div>
    }
}

/// A property of the account: its name, its value, and an action.
#[component]
fn Row(
    /// Name.
    term: String,
    /// Value.
    value: AnyView,
    /// Action.
    #[prop(optional_no_strip)]
    action: Option<AnyView>,
) -> impl IntoView {
    view! {
        <div class="row">
            <dt>{term}</dt>
            <dd>{value}</dd>
            {action.map(|action| view! { <dd class="act">{action}</dd> })}
        </div>
    }
}

/// The link of a row.
#[component]
fn Way(href: String, words: String) -> impl IntoView {
    view! {
        <a class="way" href=href>
            {words}
            <Icon glyph=Glyph::Chevron />
        </a>
    }
}
