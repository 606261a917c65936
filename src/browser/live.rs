//! The browser, live.

mod fetch;
mod lock;
mod page;
mod refresh;
mod session;
mod storage;
mod tabs;

pub use fetch::{ask, call};
pub use page::{
    copy, every_second, focus, go, is_caps_lock, is_online, mark_title, origin, pause, reload,
    remove, sign_in_path,
};
pub use refresh::{access_token, change_password, reauthenticate, sign_out};
pub use session::{leave, seconds_left};
pub use storage::{decode, is_json, is_storage_blocked, pretty, store_token, stored_token};
pub use tabs::keep;
