//! `/account/activity`: the events of the account, in plain words.

use axum::response::Response;
use leptos::{prelude::*, tachys::view::any_view::AnyView};

use super::{Head, Part, Way, answer, moment::Moment};
use crate::{
    components::{Glyph, Icon},
    model::{ErrorCode, Form, HistoryEntry, HistoryPage},
    pages::page::{Page, SignedIn},
    server::{
        dates, say,
        service::audit::{self, Choice},
    },
};

/// A day in seconds.
const DAY: i64 = 86_400;

/// `GET /account/activity?show=&before=`; strangers are redirected to sign in before anything is
/// rendered.
pub async fn page(SignedIn { page, session_user }: SignedIn) -> Response {
    let before = page.query("before");
    let choice = page.query("show").and_then(|word| Choice::of_word(&word)).unwrap_or(Choice::All);
    let history =
        match audit::of_session_user(&page.app, &session_user, before.as_deref(), choice).await {
            Ok(history) => history,
            // An invalid cursor shows the newest events.
            Err(error) if before.is_some() && error.code() == ErrorCode::InvalidInput => {
                return Page::redirect(&address(choice, None));
            }
            Err(error) => return page.error(&error.into_api()),
        };
    let now_s = page.app.clock.now_s();
    answer(&page, &session_user, Part::Activity, say::activity(), None, || {
        content(history, choice, before.is_some(), now_s).into_any()
    })
    .await
}

/// The path of a page of the history.
fn address(choice: Choice, before: Option<&str>) -> String {
    let path = Part::Activity.path();
    let word = choice.word();
    match (choice, before) {
        (Choice::All, None) => path.to_owned(),
        (_, None) => format!("{path}?show={word}"),
        (_, Some(before)) => format!("{path}?show={word}&before={}", Page::encode(before)),
    }
}

fn content(page: HistoryPage, choice: Choice, is_later: bool, now_s: i64) -> impl IntoView {
    let HistoryPage { events, next_before } = page;
    let filters = Choice::ALL.map(|other| {
        let words = match other {
            Choice::All => say::show_all(),
            Choice::SignIns => say::show_sign_ins(),
            Choice::Failed => say::show_failed(),
            Choice::Changes => say::show_changes(),
        };
        view! {
            <a href=address(other, None) aria-current=(other == choice).then_some("true")>
                {words}
            </a>
        }
    });
    let newest = is_later.then(|| link(address(choice, None), say::newest()));
    let empty = match next_before {
        Some(_) => say::activity_none_yet(),
        None => say::activity_empty(),
    };
    let older = next_before.map(|before| link(address(choice, Some(&before)), say::older()));
    view! {
        <Head heading=say::activity() lead=Some(say::activity_lead()) />
        <p class="ways">
            <Way href=Part::Devices.path().to_owned() words=say::see_devices() />
            <Way href=Form::Password.path().to_owned() words=say::button(Form::Password) />
        </p>
        <section class="card" aria-label=say::activity()>
            <nav class="choices" aria-label=say::filter()>
                {filters.collect_view()}
            </nav>
            {days(events, empty, now_s)}
            {(newest.is_some() || older.is_some())
                .then(|| view! { <div class="buttons">{newest} {older}</div> })}
        </section>
    }
}

fn link(href: String, words: String) -> impl IntoView {
    view! {
        <a class="button quiet" href=href>
            {words}
        </a>
    }
}

/// The entries under their days.
fn days(events: Vec<HistoryEntry>, empty: String, now_s: i64) -> AnyView {
    if events.is_empty() {
        return view! { <p class="hint">{empty}</p> }.into_any();
    }
    let mut before = None;
    let rows = events.into_iter().map(|entry| {
        let day = Some(entry.at.div_euclid(DAY));
        let is_new = std::mem::replace(&mut before, day) != day;
        row(entry, is_new, now_s)
    });
    let rows: Vec<_> = rows.collect();
    view! {
        <ul
            class="rows"
            data-days=say::current().locale()
            data-today=say::today()
            data-yesterday=say::yesterday()
        >
            {rows}
        </ul>
    }
    .into_any()
}

/// Something that happened, under its day where that begins. The server does not know where days begin for the reader: those of
/// UTC say so, and script moves the headings.
fn row(entry: HistoryEntry, is_new_day: bool, now_s: i64) -> impl IntoView {
    let glyph = match entry.kind.split('.').next().unwrap_or_default() {
        "login" | "register" => Glyph::User,
        "logout" => Glyph::Leave,
        "password" | "passkey" | "reauthenticate" => Glyph::Key,
        "session" | "trusted_device" => Glyph::Laptop,
        _ => Glyph::Shield,
    };
    // Events that another holder of the password could have caused.
    let is_doubtful = !entry.refused
        && matches!(&*entry.kind, "login" | "password.change" | "username.change" | "passkey.set");
    let HistoryEntry { at, what, refused, device, client_ip, .. } = entry;
    let place = [device, client_ip].into_iter().flatten();
    let place = place.map(|part| view! { " · " <bdi>{part}</bdi> }).collect_view();
    view! {
        <li>
            <h2 class="day" hidden=!is_new_day>
                <time datetime=dates::rfc3339(at)>{say::in_utc(say::day(at))}</time>
            </h2>
            <span class=if refused { "mark bad" } else { "mark" }>
                <Icon glyph />
            </span>
            <div>
                <p class="what">
                    {what} {refused.then(|| view! { " " <span class="tag bad">{say::was_refused()}</span> })}
                </p>
                <p>
                    <Moment at now_s is_exact=true />
                    {place}
                </p>
            </div>
            {is_doubtful.then(|| view! { <Way href=super::password::not_me() words=say::not_me() /> })}
        </li>
    }
}
