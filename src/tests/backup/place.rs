use std::{fs, path::Path};

use vestibule::server::App;

use super::super::support::*;

/// A place to restore into: a database that is not there, and the secret of a server.
pub(crate) struct Place {
    folder: tempfile::TempDir,
    url: String,
}

impl Place {
    pub(crate) async fn new(backend: Backend, secret: &Path) -> Self {
        let place = Self::empty(backend).await;
        fs::copy(secret, place.path().join("data/secret.key")).expect("copied");
        place
    }

    /// The same without the secret.
    pub(crate) async fn empty(backend: Backend) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let data = folder.path().join("data");
        vestibule::server::files::make_folder(&data).expect("made");
        let url = match backend {
            Backend::Sqlite => format!("sqlite://{}", data.join("vestibule.db").display()),
            Backend::Postgres => new_database().await,
        };
        Self { folder, url }
    }

    /// Runs a statement in the database; answers the first column as text.
    pub(crate) async fn sql(&self, statement: &'static str) -> Vec<String> {
        try_sql_at(&self.url, statement).await.expect("a statement")
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn settings(&self) -> [(&'static str, &str); 1] {
        [("VESTIBULE_DATABASE_URL", &self.url)]
    }

    pub(crate) fn restore(&self, file: &Path, accounts: &str) -> Said {
        let mut command = vestibule(self.path());
        command.envs(self.settings()).arg("restore").arg(file).args(["--accounts", accounts]);
        Said::by(&mut command)
    }

    pub(crate) fn run(&self, args: &[&str]) -> Said {
        Said::by(vestibule(self.path()).envs(self.settings()).args(args))
    }

    pub(crate) async fn open(&self, server: &Server) -> (App, Router) {
        server
            .again_with(|flags| {
                flags.database_url = Some(self.url.clone());
                flags.data_dir = Some(self.path().join("data").display().to_string());
            })
            .await
    }
}
