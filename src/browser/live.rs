//! The browser, live: page, JSON and storage below; transport, session and lock on them; then refresh, api and tabs, each of
//! which uses those before it only. The elements of the page stand beside them.

mod api;
pub mod dom;
mod json;
mod lock;
mod page;
mod reader;
mod refresh;
mod session;
mod storage;
mod tabs;
mod transport;
mod typed;
mod writer;

pub use api::call;
pub use json::{from_json, is_json, pretty, to_json};
pub use page::{
    copy, every_second, fail, fill_in, go, in_words, is_online, latest_days, local, local_day, now,
    origin, pause, post_form, reload, set_title, settled, sign_in_path,
};
pub use refresh::{access_token, adopt};
pub use session::{leave, seconds_left};
pub use storage::{decode, is_storage_blocked, store_token, stored_token};
pub use tabs::keep;
pub use transport::post;
pub use typed::{keep_typed, take_typed};
/// Goes on with something without waiting for it.
pub use wasm_bindgen_futures::spawn_local as spawn;
