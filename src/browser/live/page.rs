//! The page with its window.

use std::{future::Future, pin::pin};

use futures::future::{Either, select};
use js_sys::{Array, Date, Function, Intl::RelativeTimeFormat, JsString, Object, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue, closure::Closure, convert::FromWasmAbi};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    AbortController, Document, RequestInit, RequestRedirect, Response, ResponseType,
    UrlSearchParams, Window,
};

use crate::model::{ApiError, ErrorCode};

/// Time limit of an answer, in milliseconds.
const PATIENCE: i32 = 15_000;

fn window() -> Window {
    web_sys::window().expect("islands live in a window")
}

/// Current time by this machine's clock, in Unix seconds.
pub fn now_s() -> f64 {
    Date::now() / 1000.0
}

/// Time since the page began, in milliseconds.
pub(super) fn milliseconds() -> f64 {
    window().performance().map_or(0.0, |performance| performance.now())
}

/// Whether the browser reports a connection.
pub fn is_online() -> bool {
    window().navigator().on_line()
}

/// Whether the page is visible.
pub(super) fn is_visible() -> bool {
    window().document().is_some_and(|page| !page.hidden())
}

/// A part of the navigator that not every browser has.
pub(super) fn navigator(part: &str) -> Result<JsValue, JsValue> {
    Reflect::get(&window().navigator(), &part.into())
}

/// Registers a listener for events of the window, for the lifetime of the page.
pub(super) fn on<E: FromWasmAbi + 'static>(name: &str, listener: impl Fn(E) + 'static) {
    let closure = Closure::<dyn Fn(E)>::new(listener);
    drop(window().add_event_listener_with_callback(name, closure.as_ref().unchecked_ref()));
    closure.forget();
}

/// Navigates to another page.
pub fn go(path: &str) {
    drop(window().location().assign(path));
}

/// Opens the dialog that prints this page.
pub fn print() {
    drop(window().print());
}

/// Reloads this page.
pub fn reload() {
    drop(window().location().reload());
}

/// The path of this page, with its query.
pub fn here() -> String {
    let place = window().location();
    place.pathname().unwrap_or_default() + &place.search().unwrap_or_default()
}

/// The path of the sign-in page that returns to this page.
pub fn sign_in_path() -> String {
    format!("/login?next={}", js_sys::encode_uri_component(&here()))
}

/// The document.
pub(super) fn document() -> Option<Document> {
    window().document()
}

/// Marks the page as one whose script has failed.
pub fn fail() {
    if let Ok(failed) = web_sys::Event::new("vestibule:failed") {
        drop(window().dispatch_event(&failed));
    }
}

/// Does something once the page has settled.
pub fn settled(act: impl FnOnce() + 'static) {
    let act = Closure::once_into_js(act);
    drop(window().request_animation_frame(act.unchecked_ref()));
}

/// Sets the title of the window.
pub fn set_title(title: &str) {
    if let Some(page) = window().document().filter(|_| !title.is_empty()) {
        page.set_title(title);
    }
}

/// The origin of this service.
pub fn origin() -> String {
    window().location().origin().unwrap_or_default()
}

/// Copies text to the clipboard; `false` if that failed.
pub async fn copy(text: &str) -> bool {
    JsFuture::from(window().navigator().clipboard().write_text(text)).await.is_ok()
}

/// Aborts a request when dropped: an answer that nobody waits for must not set cookies later.
pub(super) struct Abort(AbortController);

impl Abort {
    /// The guard of one request.
    ///
    /// # Errors
    /// `internal` if the browser has no `AbortController`.
    pub(super) fn new() -> Result<Self, ErrorCode> {
        AbortController::new().map(Self).map_err(|_| ErrorCode::Internal)
    }
}

impl Drop for Abort {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// Sends a request, which ends with its guard.
pub(super) async fn fetch(
    path: &str,
    init: &RequestInit,
    abort: &Abort,
) -> Result<JsValue, JsValue> {
    init.set_signal(Some(&abort.0.signal()));
    JsFuture::from(window().fetch_with_str_and_init(path, init)).await
}

/// Calls a function after some milliseconds.
pub(super) fn call_after(function: &Function, milliseconds: i32) {
    drop(window().set_timeout_with_callback_and_timeout_and_arguments_0(function, milliseconds));
}

/// Posts the fields of a form; returns whether it was accepted, because then the answer leads to
/// another page.
///
/// # Errors
/// `network_failure` without an answer.
pub async fn post_form(path: &str, fields: &[(String, String)]) -> Result<bool, ApiError> {
    let init = RequestInit::new();
    init.set_method("POST");
    init.set_redirect(RequestRedirect::Manual);
    let sent = UrlSearchParams::new().map_err(|_| ErrorCode::Internal)?;
    for (name, value) in fields {
        sent.append(name, value);
    }
    init.set_body(&sent);
    let abort = Abort::new()?;
    let answer = in_time(fetch(path, &init, &abort)).await.and_then(Result::ok);
    let answer = answer.ok_or(ErrorCode::NetworkFailure)?;
    Ok(answer.unchecked_into::<Response>().type_() == ResponseType::Opaqueredirect)
}

/// The language of the page.
fn language() -> JsValue {
    let page = document().and_then(|page| page.document_element());
    page.and_then(|page| page.get_attribute("lang")).unwrap_or_default().into()
}

/// A time (RFC 3339) in the local time zone, in the format of a locale.
pub fn local(moment: &str, locale: &str) -> String {
    let options = Object::new();
    for (part, style) in [("dateStyle", "medium"), ("timeStyle", "short")] {
        drop(Reflect::set(&options, &part.into(), &style.into()));
    }
    Date::new(&moment.into()).to_locale_string(locale, &options).into()
}

/// The day of a moment (RFC 3339) in the time of this place, as a locale writes it.
pub fn local_day(moment: &str, locale: &str) -> String {
    day(&Date::new(&moment.into()), locale)
}

/// Today and yesterday, written likewise.
pub fn latest_days(locale: &str) -> [String; 2] {
    let at = Date::new_0();
    let today = day(&at, locale);
    // Days of a month are counted from 1: 0 is the last one of the month before.
    at.set_date(at.get_date() - 1);
    [today, day(&at, locale)]
}

fn day(at: &Date, locale: &str) -> String {
    let options = Object::new();
    drop(Reflect::set(&options, &"dateStyle".into(), &"long".into()));
    at.to_locale_date_string(locale, &options).into()
}

/// The time after that many seconds, in the language of the page, such as "in 27 seconds".
pub fn in_words(seconds: u32) -> String {
    let (number, unit) = match seconds {
        ..120 => (seconds, "second"),
        120..7200 => (seconds.div_ceil(60), "minute"),
        _ => (seconds.div_ceil(3600), "hour"),
    };
    let words = RelativeTimeFormat::new(&Array::of1(&language()), &Object::new());
    String::from(words.format(number.into(), unit))
}

/// Replaces a placeholder in a text by the browser's own `replace`: the search of `str` is 2 kB of
/// the module.
pub fn fill_in(words: &str, place: &str, value: &str) -> String {
    JsString::from(words).replace(place, value).into()
}

/// Waits for some milliseconds.
pub async fn pause(milliseconds: i32) {
    let passed = Promise::new(&mut |resolve, _| call_after(&resolve, milliseconds));
    drop(JsFuture::from(passed).await);
}

/// Waits for an answer within the time limit.
pub(super) async fn in_time<T>(answer: impl Future<Output = T>) -> Option<T> {
    match select(pin!(answer), pin!(pause(PATIENCE))).await {
        Either::Left((answer, _)) => Some(answer),
        Either::Right(_) => None,
    }
}

/// Registers a listener that is called every second, for the lifetime of the page, and at once when
/// the user returns: a hidden tab and a sleeping machine call rarely or never.
pub fn every_second(tick: impl Fn() + 'static) {
    let closure = Closure::<dyn Fn()>::new(tick);
    let tick: &Function = closure.as_ref().unchecked_ref();
    drop(window().set_interval_with_callback_and_timeout_and_arguments_0(tick, 1000));
    drop(window().add_event_listener_with_callback("visibilitychange", tick));
    closure.forget();
}
