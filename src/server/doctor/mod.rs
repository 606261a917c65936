//! What is wrong with this machine or the service, for its operator: in English, with how to mend it.

pub mod here;
pub mod outside;

use super::App;

/// What one look found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Finding {
    /// As it should be.
    Fine(String),
    /// It works, and should be better: what, and how.
    Warning(String, String),
    /// It does not work or is not safe: what, and how to mend it.
    Fault(String, String),
}

/// What should be better of what can be seen without a question to anybody: what, and how. Nothing is changed by it.
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
