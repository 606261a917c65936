//! One at a time: over all tabs where the browser has locks, in this tab where it has none.

use std::cell::RefCell;

use js_sys::{Function, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_futures::spawn_local;

use super::{page, storage};

/// The lock that all tabs share.
const NAME: &str = "vestibule-refresh";
/// How long localStorage may take to reach the other tabs, in milliseconds.
const SPREAD: i32 = 100;
/// How long a lease holds at most, in seconds.
const LEASE_LIFE: i64 = 5;

thread_local! {
    /// Done when the last in this tab's own queue is.
    static LAST: RefCell<Promise> = RefCell::new(Promise::resolve(&JsValue::UNDEFINED));
}

/// The turn of one; it ends when dropped.
#[must_use = "a turn that is dropped is over"]
pub(super) struct Turn {
    /// Lets the next one in.
    release: Function,
    /// The lease that it has instead of a lock.
    lease: Option<String>,
}

impl Turn {
    /// Waits for one's turn, or until it is not needed any more.
    pub(super) async fn wait(is_needed: impl Fn() -> bool) -> Self {
        let (release, lease) = match JsFuture::from(over_all_tabs()).await {
            Ok(release) => (release, None),
            Err(_) => (in_this_tab().await, take_lease(is_needed).await),
        };
        Self { release: release.unchecked_into(), lease }
    }

    /// Something was stored: the next one looks once it is there to be seen. Chromium tells other
    /// processes of a change after the fact, and a lock would be faster; a lease travels the same way.
    pub(super) fn end_when_seen(self) {
        if self.lease.is_none() {
            spawn_local(async move {
                page::pause(SPREAD).await;
                drop(self);
            });
        }
    }
}

/// Ends it, however it is left: the next one may look at once.
impl Drop for Turn {
    fn drop(&mut self) {
        if self.lease.is_some() && self.lease == storage::lease() {
            storage::remove_lease();
        }
        drop(self.release.call0(&JsValue::NULL));
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
    release
}

/// Without locks: the tab that wrote last holds the lease, once everybody has seen it. Two refreshes at once are
/// forgiven, but their answers may come in any order, and the older cookie must not stay.
async fn take_lease(is_needed: impl Fn() -> bool) -> Option<String> {
    while is_needed() {
        if storage::lease().is_some_and(|lease| is_held(&lease)) {
            page::pause(SPREAD / 2).await;
            continue;
        }
        let mine = format!("{} {}", seconds(), (js_sys::Math::random() * 1e9) as u32);
        if !storage::set_lease(&mine) {
            return None;
        }
        page::pause(2 * SPREAD).await;
        if storage::lease().as_ref() == Some(&mine) {
            return Some(mine);
        }
    }
    None
}

/// Whether a lease is not one that a closed tab left behind.
fn is_held(lease: &str) -> bool {
    let since = lease.split(' ').next().and_then(|since| since.parse::<i64>().ok());
    since.is_some_and(|since| (0..LEASE_LIFE).contains(&(seconds() - since)))
}

fn seconds() -> i64 {
    page::now() as i64
}
