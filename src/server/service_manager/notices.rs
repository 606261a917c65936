//! Notices to the service manager (sd_notify(3)): ready, stopping, status, and signs of life for its watchdog.

use std::{
    io,
    os::unix::net::{SocketAddr, UnixDatagram},
    sync::Arc,
    time::Duration,
};

use super::{names_this_process, told};

/// The way to the service manager; without one, notices go nowhere. Cheap to clone.
#[derive(Clone, Default)]
pub struct Notices(Option<Arc<(UnixDatagram, SocketAddr)>>);

impl Notices {
    /// Finds the socket that the service manager names.
    pub fn find() -> Self {
        let Some(name) = told("NOTIFY_SOCKET") else { return Self::default() };
        match reach(&name) {
            Ok(found) => Self(Some(Arc::new(found))),
            Err(error) => {
                tracing::warn!(%error, name, "the service manager cannot be told anything");
                Self::default()
            }
        }
    }

    /// Says what the process does; `systemctl status` shows it.
    pub fn status(&self, status: &str) {
        self.send(&format!("STATUS={status}"));
    }

    /// Says that requests are answered from now on.
    pub fn ready(&self, status: &str) {
        self.send(&format!("READY=1\nSTATUS={status}"));
    }

    /// Says that the process is ending.
    pub fn stopping(&self) {
        self.send("STOPPING=1\nSTATUS=finishing open requests");
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

    fn send(&self, notice: &str) {
        if let Some((socket, address)) = self.0.as_deref()
            && let Err(error) = socket.send_to_addr(notice.as_bytes(), address)
        {
            tracing::warn!(%error, notice, "the service manager was not told");
        }
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
