//! The page and its window.

use std::{future::Future, pin::pin};

use futures::future::{Either, select};
use wasm_bindgen::{JsCast, closure::Closure};
use wasm_bindgen_futures::JsFuture;
use web_sys::{HtmlElement, PageTransitionEvent, StorageEvent, Window};

use super::storage;
use crate::{
    browser::Event,
    model::{ApiError, ErrorCode},
};

/// How long an answer may take, in milliseconds.
const PATIENCE: i32 = 15_000;

fn window() -> Window {
    web_sys::window().expect("islands live in a window")
}

/// Unix seconds by this machine's clock.
pub(super) fn now() -> i64 {
    (js_sys::Date::now() / 1000.0) as i64
}

/// Milliseconds since the page began.
pub(super) fn milliseconds() -> f64 {
    window().performance().map_or(0.0, |performance| performance.now())
}

/// Whether the browser says it is connected.
pub fn is_online() -> bool {
    window().navigator().on_line()
}

/// Calls back on events, as long as the page lives.
pub fn listen(on_event: impl Fn(Event) + 'static) {
    let on_event = std::rc::Rc::new(on_event);
    let listener = on_event.clone();
    on("storage", move |event: StorageEvent| {
        // No key: the whole storage was cleared.
        if event.key().is_none_or(|key| key == storage::KEY) {
            listener(Event::Token);
        }
    });
    let listener = on_event.clone();
    on("pageshow", move |event: PageTransitionEvent| {
        // Back from the back-forward cache: what is shown may be somebody's who has left.
        if event.persisted() {
            listener(Event::Token);
        }
    });
    for name in ["online", "offline"] {
        let listener = on_event.clone();
        on(name, move |_: web_sys::Event| listener(Event::Connection));
    }
}

fn on<E: wasm_bindgen::convert::FromWasmAbi + 'static>(name: &str, listener: impl Fn(E) + 'static) {
    let closure = Closure::<dyn Fn(E)>::new(listener);
    drop(window().add_event_listener_with_callback(name, closure.as_ref().unchecked_ref()));
    closure.forget();
}

/// Goes to another page.
pub fn go(path: &str) {
    drop(window().location().assign(path));
}

/// Loads this page again.
pub fn reload() {
    drop(window().location().reload());
}

/// Moves focus to an element once the page has settled.
pub fn focus(selector: &'static str) {
    let focus = Closure::once_into_js(move || {
        let found =
            window().document().and_then(|page| page.query_selector(selector).ok().flatten());
        if let Some(element) = found.and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
            drop(element.focus());
        }
    });
    drop(window().request_animation_frame(focus.unchecked_ref()));
}

/// Puts `Error: ` before the page's title, once.
pub fn title_error() {
    if let Some(page) = window().document()
        && !page.title().starts_with("Error: ")
    {
        page.set_title(&format!("Error: {}", page.title()));
    }
}

/// Whether Caps Lock is on, as far as this key tells.
pub fn is_caps_lock(event: &leptos::ev::KeyboardEvent) -> bool {
    event.get_modifier_state("CapsLock")
}

/// The address of this service.
pub fn origin() -> String {
    window().location().origin().unwrap_or_default()
}

/// Copies text.
pub async fn copy(text: &str) -> bool {
    JsFuture::from(window().navigator().clipboard().write_text(text)).await.is_ok()
}

/// An answer, unless it is overdue: better to say so than to wait for ever.
pub async fn in_time<T>(answer: impl Future<Output = T>) -> Result<T, ApiError> {
    let overdue = js_sys::Promise::new(&mut |resolve, _| {
        drop(window().set_timeout_with_callback_and_timeout_and_arguments_0(&resolve, PATIENCE));
    });
    match select(pin!(answer), JsFuture::from(overdue)).await {
        Either::Left((answer, _)) => Ok(answer),
        Either::Right(_) => Err(ErrorCode::NetworkFailure.into()),
    }
}

/// Calls back every second, as long as the page lives.
pub fn every_second(tick: impl Fn() + 'static) {
    let closure = Closure::<dyn Fn()>::new(tick);
    drop(window().set_interval_with_callback_and_timeout_and_arguments_0(
        closure.as_ref().unchecked_ref(),
        1000,
    ));
    closure.forget();
}
