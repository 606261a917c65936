use std::{
    fs::{File, read_to_string},
    net::TcpListener,
    path::Path,
    process::{Child, Command, Stdio},
};

use rustix::process::{Pid, Resource, Rlimit, Signal, kill_process, prlimit};

use tokio::time::timeout;

use super::WITHIN;

/// The real server, by its binary, with all that it says in `log` of its folder.
pub(crate) struct Process {
    child: Child,
    pub(crate) url: String,
}

impl Drop for Process {
    fn drop(&mut self) {
        self.child.kill().expect("killed");
        self.child.wait().expect("ended");
    }
}

impl Process {
    /// Starts it on a port of loopback that the system chooses, and waits until it is ready. It must log that it is.
    pub(crate) async fn start(folder: &Path, settings: &[(&str, &str)]) -> Self {
        Self::start_by(vestibule(folder), folder, settings).await
    }

    /// The same by a command that says more.
    pub(crate) async fn start_by(
        mut command: Command,
        folder: &Path,
        settings: &[(&str, &str)],
    ) -> Self {
        let path = folder.join("log");
        let log = File::create(&path).expect("a log");
        let child = command
            .env("VESTIBULE_LISTEN", "127.0.0.1:0")
            .envs(settings.iter().copied())
            .stdout(log.try_clone().expect("a log"))
            .stderr(Stdio::from(log))
            .spawn()
            .expect("started");
        let mut process = Self { child, url: String::new() };
        let said = || read_to_string(&path).expect("a log");
        let port = async {
            loop {
                if let Some(port) = port(&said()) {
                    return port;
                }
                let ended = process.child.try_wait().expect("a child");
                assert!(ended.is_none(), "it ended before it was ready: {}", said());
                tokio::task::yield_now().await;
            }
        };
        let port = timeout(WITHIN, port).await;
        let port = port.unwrap_or_else(|_| panic!("not ready after {WITHIN:?}: {}", said()));
        process.url = format!("http://localhost:{port}");
        let ready = timeout(WITHIN, reqwest::get(format!("{}/readyz", process.url))).await;
        let ready = ready.expect("an answer in time").expect("an answer");
        assert_eq!(ready.status(), 200, "{}", said());
        process
    }

    /// Starts it with an end of the log that may not be heard, and waits until it is ready.
    pub(crate) async fn start_unheard(
        folder: &Path,
        settings: &[(&str, &str)],
        log: impl Into<Stdio>,
    ) -> Self {
        let free = TcpListener::bind(("127.0.0.1", 0)).and_then(|free| free.local_addr());
        let address = free.expect("a port").to_string();
        let url = format!("http://localhost:{}", address.rsplit_once(':').expect("a port").1);
        let child = vestibule(folder)
            .env("VESTIBULE_LISTEN", address)
            .envs(settings.iter().copied())
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .expect("started");
        let process = Self { child, url };
        process.becomes_ready().await;
        process
    }

    /// Starts a command that is the server, at an address that the test has chosen, and does not wait. What it says is
    /// added to `log` of its folder.
    pub(crate) fn begin(mut command: Command, folder: &Path, url: String) -> Self {
        let log = File::options().create(true).append(true).open(folder.join("log"));
        let log = log.expect("a log");
        command.stdout(log.try_clone().expect("a log")).stderr(log);
        Self { child: command.spawn().expect("started"), url }
    }

    /// Waits until it is ready, which it may not be yet or again.
    pub(crate) async fn becomes_ready(&self) {
        self.answers("/readyz", 200).await;
    }

    /// Waits until it answers with this status.
    pub(crate) async fn answers(&self, path: &str, status: u16) {
        let url = format!("{}{path}", self.url);
        let answered = async {
            while !reqwest::get(&url).await.is_ok_and(|answer| answer.status() == status) {
                tokio::task::yield_now().await;
            }
        };
        let in_time = timeout(WITHIN, answered).await;
        in_time.unwrap_or_else(|_| panic!("{path} does not answer {status} within {WITHIN:?}"));
    }

    /// Where its metrics are, as its log says in either format.
    pub(crate) fn metrics(&self, folder: &Path) -> String {
        let log = read_to_string(folder.join("log")).expect("a log");
        let said = log.split_once("metrics=").or_else(|| log.split_once("\"metrics\":\""));
        let (_, address) = said.expect("where they are");
        let end = address.find([' ', '"', '\n']).expect("an end");
        format!("http://{}/metrics", &address[..end])
    }

    /// Asks it to stop (SIGTERM).
    pub(crate) fn ask_to_stop(&self) {
        self.tell(Signal::TERM);
    }

    /// Sends it a signal.
    pub(crate) fn tell(&self, signal: Signal) {
        kill_process(self.pid(), signal).expect("it runs");
    }

    /// Lets no file of it grow beyond so many bytes, as on a full disk; nothing for any size.
    pub(crate) fn allow_files_of(&self, bytes: Option<u64>) {
        let limit = Rlimit { current: bytes, maximum: None };
        prlimit(Some(self.pid()), Resource::Fsize, limit).expect("it runs");
    }

    fn pid(&self) -> Pid {
        Pid::from_child(&self.child)
    }

    /// Waits for its end after that; answers whether there was no error.
    pub(crate) async fn has_ended(mut self) -> bool {
        let ended = async {
            loop {
                if let Some(status) = self.child.try_wait().expect("a child") {
                    return status.success();
                }
                tokio::task::yield_now().await;
            }
        };
        timeout(WITHIN, ended)
            .await
            .unwrap_or_else(|_| panic!("it goes on {WITHIN:?} after SIGTERM"))
    }

    /// Its id.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// How much of the machine's memory it has, in KiB: `VmRSS` now, `VmHWM` at most since it was forgotten.
    pub(crate) fn memory(&self, what: &str) -> u64 {
        let status = format!("/proc/{}/status", self.child.id());
        let status = std::fs::read_to_string(status).expect("it runs");
        let line = status.lines().find_map(|line| line.strip_prefix(what)?.strip_prefix(':'));
        let number = line.and_then(|line| line.split_whitespace().next()?.parse().ok());
        number.expect("a number of kB")
    }

    /// Forgets how much it had at most, where root asks: others may not touch the memory of the process, and
    /// what it took to start counts for them too.
    pub(crate) fn forget_peak(&self) {
        drop(std::fs::write(format!("/proc/{}/clear_refs", self.child.id()), "5"));
    }
}

/// The port that a server says, in either format of logs, when it is ready.
fn port(log: &str) -> Option<u16> {
    let line = log
        .lines()
        .find(|line| line.contains("vestibule::server::serve") && line.contains("ready"))?;
    let digits = line.split_once("127.0.0.1:")?.1;
    let end = digits.find(|c: char| !c.is_ascii_digit())?;
    digits[..end].parse().ok()
}

/// The binary, with its data in this folder and no settings of the machine's.
pub(crate) fn vestibule(folder: &Path) -> Command {
    by(Path::new(env!("CARGO_BIN_EXE_vestibule")), folder)
}

/// The same by a binary that lies elsewhere.
pub(crate) fn by(binary: &Path, folder: &Path) -> Command {
    let mut command = Command::new(binary);
    command.env_clear().env("VESTIBULE_DATA_DIR", folder.join("data")).current_dir(folder);
    command
}

/// What a command has said, and how it ended.
#[derive(Debug)]
pub(crate) struct Said {
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Said {
    /// Runs a command to its end.
    pub(crate) fn by(command: &mut Command) -> Self {
        let output = command.stdin(Stdio::null()).output().expect("it runs");
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        Self { code: output.status.code(), out: text(&output.stdout), err: text(&output.stderr) }
    }

    /// What it said on standard output: it must have succeeded.
    pub(crate) fn fine(self) -> String {
        assert_eq!(self.code, Some(0), "{self:?}");
        self.out
    }

    /// What it said: it must have failed with one sentence, and no list.
    pub(crate) fn refused(self) -> String {
        assert_eq!((self.code, self.out.as_str()), (Some(1), ""), "{self:?}");
        let sentences = self.err.lines().filter(|line| line.starts_with("vestibule: "));
        assert_eq!(sentences.count(), 1, "{self:?}");
        self.err
    }
}

/// Creates an account by the command line, with the password of all tests.
pub(crate) fn create(command: &mut Command, name: &str, more: &[&str]) -> Said {
    use std::io::Write;

    command.args(["user", "create", name, "--password-stdin"]).args(more);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("it runs");
    drop(child.stdin.take().expect("piped").write_all(super::PASSWORD.as_bytes()));
    let output = child.wait_with_output().expect("it ends");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Said { code: output.status.code(), out: text(&output.stdout), err: text(&output.stderr) }
}

/// A data folder, which must be its owner's alone.
pub(super) fn private_folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    close_to_others(folder.path());
    folder
}

/// Takes all rights from the group and others.
pub(super) fn close_to_others(path: &Path) {
    let mode = std::os::unix::fs::PermissionsExt::from_mode(0o700);
    std::fs::set_permissions(path, mode).expect("closed");
}
