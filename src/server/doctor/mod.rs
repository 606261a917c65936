//! What is wrong with this machine or the service, for its operator: in English, with how to mend it.

pub mod here;
pub mod outside;

use super::{App, config::Config};

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
    let config = &app.config;
    let app = app.clone();
    let look = move || {
        let key = vec![here::key_age(&app)];
        [here::files(&app.config), here::brand(&app.config), key].concat()
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
    ];
    let mut files: Vec<_> = files.into_iter().flatten().collect();
    // What is in a folder before the folder itself.
    files.sort_by_key(|file| std::cmp::Reverse(file.components().count()));
    files.into_iter().fold(text, |text, file| match file.file_name() {
        Some(name) => text.replace(&*file.to_string_lossy(), &name.to_string_lossy()),
        None => text,
    })
}
