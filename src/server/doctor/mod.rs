//! Checks of this machine and the service for its operator, in English, with advice.

pub mod alive;
pub mod clients;
mod dns;
pub mod here;
pub mod mail;
pub mod outside;

use super::{App, config::Config};

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
    let config = &app.config;
    let app = app.clone();
    let look = move || {
        let key = here::key_ages(&app);
        let paused = mail::paused(&app);
        [here::files(&app.config), here::brand(&app.config), mail::files(&app.config), key, paused]
            .concat()
    };
    let found = tokio::task::spawn_blocking(look).await.unwrap_or_default();
    let unwell = |finding| match finding {
        Finding::Fine(_) => None,
        Finding::Warning(what, how) | Finding::Fault(what, how) => {
            Some((without_folders(config, what), without_folders(config, how)))
        }
    };
    found.into_iter().filter_map(unwell).collect()
}

/// A text with the names of the files of this machine, and not where they are: that is nobody's business on a page.
fn without_folders(config: &Config, text: String) -> String {
    let tls = config.tls.as_ref();
    let files = [
        Some(&*config.data_dir),
        Some(&*config.secret_file),
        config.database.path(),
        tls.map(|tls| &*tls.key),
        tls.map(|tls| &*tls.certificate),
        config.brand.logo.as_deref(),
        config.brand.logo_dark.as_deref(),
        config.mail.words.as_deref(),
    ];
    let mail = config.mail.to.files();
    let mut files: Vec<_> = files.into_iter().flatten().chain(mail).collect();
    // What is in a folder before the folder itself.
    files.sort_by_key(|file| std::cmp::Reverse(file.components().count()));
    files.into_iter().fold(text, |text, file| match file.file_name() {
        Some(name) => text.replace(&*file.to_string_lossy(), &name.to_string_lossy()),
        None => text,
    })
}
