//! Authorisation of `vestibule doctor` on this instance to ask how a request arrives at the server.

use crate::server::{App, secure::dated_mac};

/// The header that proves knowledge of the instance secret.
pub const HEADER: &str = "vestibule-doctor";

/// The purpose of its key.
const PURPOSE: &str = "reflection";

/// A value of the header, valid for five minutes.
pub fn pass(app: &App) -> String {
    dated_mac::issue(&app.secret.mac_key(PURPOSE), app.clock.now_s())
}

/// Whether a value is valid. It fails if the clocks differ by more than five minutes.
pub fn is_pass(app: &App, value: &str) -> bool {
    dated_mac::is_recent(&app.secret.mac_key(PURPOSE), value, app.clock.now_s())
}
