//! Notices to the service manager (sd_notify(3)): ready, stopping, status, and signs of life for its watchdog.

use std::{
    io,
    os::unix::net::{SocketAddr, UnixDatagram},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use super::{names_this_process, told};

/// Pause before a notice that was not taken is sent again.
const AGAIN_AFTER: Duration = Duration::from_millis(200);

/// The way to the service manager; without one, notices go nowhere. Cheap to clone.
#[derive(Clone, Default)]
pub struct Notices(Option<Arc<Way>>);

struct Way {
    socket: UnixDatagram,
    address: SocketAddr,
    /// Number of notices that must arrive.
    told: AtomicU64,
}

impl Notices {
    /// Finds the socket that the service manager names.
    pub fn find() -> Self {
        let Some(name) = told("NOTIFY_SOCKET") else { return Self::default() };
        match reach(&name) {
            Ok((socket, address)) => {
                Self(Some(Arc::new(Way { socket, address, told: AtomicU64::default() })))
            }
            Err(error) => {
                tracing::warn!(%error, name, "the service manager cannot be told anything");
                Self::default()
            }
        }
    }

    /// Says what the process does; `systemctl status` shows it. It may be lost.
    pub fn status(&self, status: &str) {
        self.send(&format!("STATUS={status}"));
    }

    /// Says that requests are answered from now on. Without it the service manager would end the process some time.
    pub fn ready(&self, status: &str) {
        self.tell(format!("READY=1\nSTATUS={status}"));
    }

    /// Says that the process is ending.
    pub fn stopping(&self) {
        self.tell("STOPPING=1\nSTATUS=finishing open requests".to_owned());
    }

    /// Gives signs of life at twice the rate that the watchdog asks for, if it asks. Each comes from a new task of the
    /// runtime, so they end if no task gets a turn; they do not depend on the database.
    pub async fn keep_alive(self) {
        let is_meant = told("WATCHDOG_PID").is_none() || names_this_process("WATCHDOG_PID");
        let within = told("WATCHDOG_USEC").and_then(|text| text.parse().ok()).filter(|_| is_meant);
        let (Some(within), Some(_)) = (within.map(Duration::from_micros), &self.0) else { return };
        loop {
            let notices = self.clone();
            drop(tokio::spawn(async move { notices.send("WATCHDOG=1") }).await);
            tokio::time::sleep(within / 2).await;
        }
    }

    /// Sends a notice, again and again from a task if the service manager does not take it: its queue may be full, as
    /// when a machine starts. A later notice takes the place of an earlier one.
    fn tell(&self, notice: String) {
        let Some(way) = self.0.clone() else { return };
        let number = way.told.fetch_add(1, Ordering::SeqCst) + 1;
        if self.send(&notice) {
            return;
        }
        tokio::spawn(async move {
            let is_last = || way.told.load(Ordering::SeqCst) == number;
            loop {
                tokio::time::sleep(AGAIN_AFTER).await;
                if !is_last() || way.send(&notice).is_ok() {
                    return;
                }
            }
        });
    }

    /// Sends a notice once; answers whether it was taken, or nobody is told anything.
    fn send(&self, notice: &str) -> bool {
        let sent = self.0.as_deref().map_or(Ok(()), |way| way.send(notice));
        if let Err(error) = &sent {
            tracing::warn!(%error, notice, "the service manager was not told");
        }
        sent.is_ok()
    }
}

impl Way {
    fn send(&self, notice: &str) -> io::Result<()> {
        self.socket.send_to_addr(notice.as_bytes(), &self.address).map(drop)
    }
}

/// A socket, and the address that a name stands for: a path, or `@` and a name in the abstract namespace of Linux.
fn reach(name: &str) -> io::Result<(UnixDatagram, SocketAddr)> {
    let address = match name.strip_prefix('@') {
        Some(name) => without_path(name)?,
        None => SocketAddr::from_pathname(name)?,
    };
    let socket = UnixDatagram::unbound()?;
    // A service manager that does not read must not hold the runtime up.
    socket.set_nonblocking(true)?;
    Ok((socket, address))
}

#[cfg(target_os = "linux")]
fn without_path(name: &str) -> io::Result<SocketAddr> {
    use std::os::linux::net::SocketAddrExt;

    SocketAddr::from_abstract_name(name)
}

#[cfg(not(target_os = "linux"))]
fn without_path(_name: &str) -> io::Result<SocketAddr> {
    Err(io::ErrorKind::Unsupported.into())
}
