//! Checks of this machine and the service for its operator, in English, with advice.

pub mod here;
pub mod outside;

use super::App;

/// The result of one check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Finding {
    /// Nothing to do.
    Fine(String),
    /// A warning: the finding and the advice.
    Warning(String, String),
    /// A fault: the finding and the advice.
    Fault(String, String),
}

/// The warnings of the checks that need no network, as pairs of finding and advice. Nothing is
/// changed.
pub async fn at_a_glance(app: &App) -> Vec<(String, String)> {
    let app = app.clone();
    let look = move || {
        let key = vec![here::key_age(&app)];
        [here::files(&app.config), here::brand(&app.config), key].concat()
    };
    let found = tokio::task::spawn_blocking(look).await.unwrap_or_default();
    let unwell = |finding| match finding {
        Finding::Fine(_) => None,
        Finding::Warning(what, how) | Finding::Fault(what, how) => Some((what, how)),
    };
    found.into_iter().filter_map(unwell).collect()
}
