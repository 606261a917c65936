use std::{
    os::unix::net::UnixStream,
    path::PathBuf,
    process::{Child, Command, Stdio},
};

use tempfile::TempDir;

/// A Valkey or Redis server of a test's own, reachable by socket only.
pub(crate) struct Valkey {
    child: Option<Child>,
    folder: TempDir,
}

impl Valkey {
    pub(crate) fn start() -> Self {
        let mut valkey = Self { child: None, folder: tempfile::tempdir().expect("a folder") };
        valkey.start_again();
        valkey
    }

    /// After [`stop`](Self::stop): with nothing of what it knew.
    pub(crate) fn start_again(&mut self) {
        #[expect(clippy::disallowed_methods, reason = "scripts/valkey tells this way")]
        let server = std::env::var("VESTIBULE_TEST_VALKEY")
            .expect("VESTIBULE_TEST_VALKEY names a server; run through scripts/valkey");
        let child = Command::new(server)
            .args(["--port", "0", "--save", "", "--unixsocket"])
            .arg(self.socket())
            .current_dir(self.folder.path())
            .stdout(Stdio::null())
            .spawn();
        self.child = Some(child.expect("started"));
        while UnixStream::connect(self.socket()).is_err() {
            std::thread::yield_now();
        }
    }

    pub(crate) fn stop(&mut self) {
        if let Some(mut child) = self.child.take() {
            child.kill().expect("killed");
            child.wait().expect("ended");
        }
    }

    /// What the setting is called by.
    pub(crate) fn url(&self) -> String {
        format!("redis+unix://{}", self.socket().display())
    }

    fn socket(&self) -> PathBuf {
        self.folder.path().join("socket")
    }
}

impl Drop for Valkey {
    fn drop(&mut self) {
        self.stop();
    }
}
