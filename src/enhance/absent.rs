//! The server has no script.

/// Wakes a page.
pub fn page() {}

/// Wakes the panel that calls the guarded API.
pub fn panel() {}
