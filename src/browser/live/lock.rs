//! One at a time: over all tabs where the browser has locks, in this tab where it has none.

use std::cell::RefCell;

use js_sys::{Function, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::{JsFuture, spawn_local};

use super::page;

/// The lock that all tabs share.
const NAME: &str = "vestibule-refresh";
/// How long localStorage may take to reach the other tabs, in milliseconds.
const SPREAD: i32 = 100;

thread_local! {
    /// Done when the last in this tab's own queue is.
    static LAST: RefCell<Promise> = RefCell::new(Promise::resolve(&JsValue::UNDEFINED));
}

/// The turn of one.
pub(super) struct Turn(Function);

impl Turn {
    /// Waits for one's turn.
    pub(super) async fn wait() -> Self {
        let granted = match JsFuture::from(over_all_tabs()).await {
            Ok(release) => release,
            Err(_) => in_this_tab().await,
        };
        Self(granted.unchecked_into())
    }

    /// Nothing was stored: the next one may look at once.
    pub(super) fn end(self) {
        drop(self.0.call0(&JsValue::NULL));
    }

    /// Something was stored: the next one looks once it is there to be seen. Chromium tells other
    /// processes of a change after the fact, and a lock would be faster.
    pub(super) fn end_when_seen(self) {
        page::call_after(&self.0, SPREAD);
    }
}

/// Grants with a function that ends the turn; denies where there are no locks, or none for us.
fn over_all_tabs() -> Promise {
    Promise::new(&mut |grant, deny| {
        let job = Closure::once_into_js(move |_lock: JsValue| {
            Promise::new(&mut |release, _| drop(grant.call1(&JsValue::NULL, &release)))
        });
        let asked = page::navigator("locks").and_then(|locks| {
            let request = Reflect::get(&locks, &"request".into())?.dyn_into::<Function>()?;
            request.call2(&locks, &NAME.into(), &job)
        });
        spawn_local(async move {
            let refused = match asked {
                Ok(asked) => JsFuture::from(Promise::from(asked)).await.is_err(),
                Err(_) => true,
            };
            if refused {
                drop(deny.call0(&JsValue::NULL));
            }
        });
    })
}

async fn in_this_tab() -> JsValue {
    let mut release = JsValue::UNDEFINED;
    let mine = Promise::new(&mut |done, _| release = done.into());
    drop(JsFuture::from(LAST.replace(mine)).await);
    // Tabs that set out together do not arrive together; whoever comes later finds the first one's token.
    page::pause((js_sys::Math::random() * f64::from(3 * SPREAD)) as i32).await;
    release
}
