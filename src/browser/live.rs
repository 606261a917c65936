//! The browser side: page, JSON and storage at the bottom; transport, session and lock above; then
//! refresh, api and tabs, each of which uses only the modules before it. The elements of the page
//! are beside them.

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
    copy, every_second, fail, fill_in, go, here, in_words, is_online, latest_days, local,
    local_day, now_s, origin, pause, post_form, print, reload, set_title, settled, sign_in_path,
};
pub use refresh::{access_token, adopt};
pub use session::{leave, seconds_left};
pub use storage::{decode, is_storage_blocked, store_token, stored_token};
pub use tabs::keep;
pub use transport::post;
pub use typed::{keep_typed, take_typed};
/// Runs a future without waiting for it.
pub use wasm_bindgen_futures::spawn_local as spawn;
