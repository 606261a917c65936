//! The browser, live: page and storage below; transport, session and lock on them; then refresh, api and tabs, each of
//! which uses those before it only.

mod api;
mod lock;
mod page;
mod refresh;
mod session;
mod storage;
mod tabs;
mod transport;

pub use api::{ask, call, change_password, reauthenticate, sign_out};
pub use page::{
    copy, every_second, focus, go, is_caps_lock, is_online, mark_title, now, origin, pause, reload,
    remove, sign_in_path,
};
pub use refresh::access_token;
pub use session::{leave, seconds_left};
pub use storage::{decode, is_json, is_storage_blocked, pretty, store_token, stored_token};
pub use tabs::keep;
pub use transport::post;
