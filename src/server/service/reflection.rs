//! Who may ask what of a request arrives at the server: `vestibule doctor` on the same instance.

use crate::server::{App, secure::dated_mac};

/// The header in which the doctor shows that it has the instance secret.
pub const HEADER: &str = "vestibule-doctor";

/// What its key is derived for.
const PURPOSE: &str = "reflection";

/// The value of the header, good for five minutes.
pub fn pass(app: &App) -> String {
    dated_mac::issue(&app.secret.mac_key(PURPOSE), app.clock.now())
}

/// Whether the value of a header is one of these. A clock that is off by more than five minutes spoils it.
pub fn is_pass(app: &App, value: &str) -> bool {
    dated_mac::is_recent(&app.secret.mac_key(PURPOSE), value, app.clock.now())
}
