//! Server twins of the enhancement, which do nothing.

/// Enhances a page.
pub fn page() {}

/// Enhances the panel that calls the guarded API.
pub fn panel() {}
