use std::{
    io::{BufRead, BufReader},
    path::PathBuf,
    process::{Child, Command, Stdio},
    sync::mpsc,
    thread,
};

use tempfile::TempDir;

use super::WITHIN;

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
        let mut child = Command::new(server)
            .args(["--port", "0", "--save", "", "--unixsocket"])
            .arg(self.socket())
            .current_dir(self.folder.path())
            .stdout(Stdio::piped())
            .spawn()
            .expect("started");
        let lines = BufReader::new(child.stdout.take().expect("piped")).lines();
        self.child = Some(child);
        let (says, said) = mpsc::channel();
        thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                if line.to_lowercase().contains("ready to accept connections") {
                    says.send(()).ok();
                }
            }
        });
        // An error where it has ended.
        said.recv_timeout(WITHIN).expect("the store says that it is ready");
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
