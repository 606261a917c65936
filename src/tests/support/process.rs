use std::{
    fs::File,
    net::TcpListener,
    path::Path,
    process::{Child, Command, Stdio},
};

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
    /// Starts it on a free port of loopback, and waits until it is ready.
    pub(crate) async fn start(folder: &Path, settings: &[(&str, &str)]) -> Self {
        let free = TcpListener::bind("127.0.0.1:0").expect("a port").local_addr();
        let free = free.expect("an address");
        let log = File::create(folder.join("log")).expect("a log");
        let child = vestibule(folder)
            .env("VESTIBULE_LISTEN", free.to_string())
            .envs(settings.iter().copied())
            .stdout(log.try_clone().expect("a log"))
            .stderr(Stdio::from(log))
            .spawn()
            .expect("started");
        let process = Self { child, url: format!("http://localhost:{}", free.port()) };
        let ready = format!("{}/readyz", process.url);
        while !reqwest::get(&ready).await.is_ok_and(|answer| answer.status() == 200) {
            tokio::task::yield_now().await;
        }
        process
    }

    /// How much of the machine's memory it has, in KiB: `VmRSS` now, `VmHWM` at most since it was forgotten.
    pub(crate) fn memory(&self, what: &str) -> u64 {
        let status = format!("/proc/{}/status", self.child.id());
        let status = std::fs::read_to_string(status).expect("it runs");
        let line = status.lines().find_map(|line| line.strip_prefix(what)?.strip_prefix(':'));
        let number = line.and_then(|line| line.split_whitespace().next()?.parse().ok());
        number.expect("a number of kB")
    }

    /// Forgets how much it had at most.
    pub(crate) fn forget_peak(&self) {
        let clear = format!("/proc/{}/clear_refs", self.child.id());
        std::fs::write(clear, "5").expect("forgotten");
    }
}

/// The binary, with its data in this folder and no settings of the machine's.
pub(crate) fn vestibule(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_vestibule"));
    command.env_clear().env("VESTIBULE_DATA_DIR", folder.join("data")).current_dir(folder);
    command
}
