use std::{os::unix::fs::symlink, path::Path};

use super::super::{flask, support::*};

/// What a document needs before its first command.
#[derive(Clone, Copy)]
pub(super) enum Needs {
    Nothing,
    /// The account `ada`.
    Ada,
    /// The database of a Flask app, our examples, and a setting that the page is about.
    FlaskApp,
}

impl Needs {
    /// Makes it, and starts the server beside which the commands run.
    pub(super) async fn make(self, folder: &Path) -> Process {
        let claims = "preferred_username,email,external_id,app_metadata.plan";
        let settings: &[_] = match self {
            Self::FlaskApp => &[("VESTIBULE_TOKEN_CLAIMS", claims)],
            _ => &[],
        };
        let process = Process::start(folder, settings).await;
        match self {
            Self::Nothing => {}
            Self::Ada => drop(create(&mut vestibule(folder), "ada", &[]).fine()),
            Self::FlaskApp => {
                let people = include_str!("../fixtures/flask/app.sql");
                flask::execute(&folder.join("app.db"), people).await;
                let root = Path::new(env!("CARGO_MANIFEST_DIR"));
                symlink(root.join("examples"), folder.join("examples")).expect("a link");
            }
        }
        process
    }
}
