use std::path::PathBuf;

use tempfile::TempDir;
use tokio::{
    io::copy_bidirectional,
    net::{UnixListener, UnixStream},
    sync::watch,
    task::{JoinHandle, JoinSet},
};

use super::new_database;

/// A way to a PostgreSQL database of its own, which can be cut, or fall silent.
pub(crate) struct Relay {
    url: String,
    folder: TempDir,
    relaying: Option<JoinHandle<()>>,
    is_silent: watch::Sender<bool>,
    losing: watch::Sender<()>,
}

/// The name of PostgreSQL's socket in its folder.
const SOCKET: &str = ".s.PGSQL.5432";

impl Relay {
    pub(crate) async fn start() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let (is_silent, _) = watch::channel(false);
        let (losing, _) = watch::channel(());
        let mut relay =
            Self { url: new_database().await, folder, relaying: None, is_silent, losing };
        relay.mend();
        relay
    }

    /// Where the database seems to be.
    pub(crate) fn url(&self) -> String {
        let (database, _) = self.url.split_once("?host=").expect("a socket");
        format!("{database}?host={}", self.folder.path().display())
    }

    fn ends(&self) -> (PathBuf, PathBuf) {
        let (_, host) = self.url.split_once("?host=").expect("a socket");
        (self.folder.path().join(SOCKET), PathBuf::from(host).join(SOCKET))
    }

    /// Ends all connections; further ones are refused, as of a server that is down, until it is mended.
    pub(crate) fn cut(&mut self) {
        if let Some(relaying) = self.relaying.take() {
            relaying.abort();
        }
    }

    /// Carries nothing any more and ends nothing, as a network that loses all packets.
    pub(crate) fn fall_silent(&self) {
        self.is_silent.send_replace(true);
    }

    /// The same for the connections there are; further ones are carried.
    pub(crate) fn lose(&self) {
        self.losing.send_replace(());
    }

    pub(crate) fn mend(&mut self) {
        let (near, far) = self.ends();
        // The socket of before, which nobody listens on.
        drop(std::fs::remove_file(&near));
        let listener = UnixListener::bind(near).expect("a socket");
        let (is_silent, losing) = (self.is_silent.subscribe(), self.losing.clone());
        self.relaying = Some(tokio::spawn(async move {
            // Dropped with this task, which ends them.
            let mut connections = JoinSet::new();
            while let Ok((mut near, _)) = listener.accept().await {
                let (far, mut is_silent) = (far.clone(), is_silent.clone());
                let mut lost = losing.subscribe();
                connections.spawn(async move {
                    let mut far = UnixStream::connect(far).await.expect("PostgreSQL");
                    let silence = async {
                        tokio::select! {
                            _ = is_silent.wait_for(|is_silent| *is_silent) => {}
                            _ = lost.changed() => {}
                        }
                    };
                    tokio::select! {
                        copied = copy_bidirectional(&mut near, &mut far) => drop(copied),
                        // Both ends stay open, and nothing is copied any more.
                        () = silence => std::future::pending().await,
                    }
                });
            }
        }));
    }
}
