//! Mutual exclusion: over all tabs if the browser has locks, in this tab otherwise.

use std::cell::RefCell;

use js_sys::{Function, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_futures::spawn_local;

use super::{page, storage};

/// Name of the lock that all tabs share.
const NAME: &str = "vestibule-refresh";
/// Time for localStorage to reach the other tabs, in milliseconds.
const SPREAD: i32 = 100;
/// Maximum time of a lease, in seconds.
const LEASE_LIFE: i64 = 5;

thread_local! {
    /// The last promise of this tab's own queue.
    static LAST: RefCell<Promise> = RefCell::new(Promise::resolve(&JsValue::UNDEFINED));
}

/// A held lock, released when dropped.
#[must_use = "a turn that is dropped is over"]
pub(super) struct Turn {
    /// Function that releases the browser's lock.
    release: Function,
    /// The lease that replaces a lock.
    lease: Option<String>,
}

impl Turn {
    /// Waits for the lock, or until it is no longer needed.
    pub(super) async fn wait(is_needed: impl Fn() -> bool) -> Self {
        let (release, lease) = match JsFuture::from(over_all_tabs()).await {
            Ok(release) => (release, None),
            Err(_) => (in_this_tab().await, take_lease(is_needed).await),
        };
        Self { release: release.unchecked_into(), lease }
    }

    /// Releases the lock once a stored value is visible in other tabs. Chromium notifies other
    /// processes of a change afterwards, and a lock would be faster; a lease travels the same way.
    pub(super) fn end_when_seen(self) {
        if self.lease.is_none() {
            spawn_local(async move {
                page::pause(SPREAD).await;
                drop(self);
            });
        }
    }
}

/// Releases the lock in every case: the next holder may start at once.
impl Drop for Turn {
    fn drop(&mut self) {
        if self.lease.is_some() && self.lease == storage::lease() {
            storage::remove_lease();
        }
        drop(self.release.call0(&JsValue::NULL));
    }
}

/// Requests the browser's lock; the promise gives the release function, or fails without locks or
/// without one for us.
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

/// Takes a lease where there are no locks: the last writer holds it, once all tabs have seen it.
/// Two simultaneous refreshes are tolerated, but their answers may come in any order, and the older
/// cookie must not stay.
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

/// Whether a lease is current, and not left behind by a closed tab.
fn is_held(lease: &str) -> bool {
    let since = lease.split(' ').next().and_then(|since| since.parse::<i64>().ok());
    since.is_some_and(|since| (0..LEASE_LIFE).contains(&(seconds() - since)))
}

fn seconds() -> i64 {
    page::now_s() as i64
}
