//! The browser, live.

mod page;
mod refresh;
mod storage;

pub use page::{
    copy, every_second, focus, go, in_time, is_caps_lock, is_online, listen, origin, reload,
    title_error,
};
pub use refresh::{
    access_token, arrive, call_api, forget_refused, reconcile, seconds_left, sign_out,
};
pub use storage::{decode, is_storage_blocked, pretty, store_token, stored_token};
