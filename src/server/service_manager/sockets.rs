//! Listening sockets that the service manager opened (socket activation, sd_listen_fds(3)). They stay open while the
//! service is restarted, so clients wait in their queue and are not refused.

use std::{
    fmt::Write,
    io,
    net::{SocketAddr, TcpListener},
};

use listenfd::ListenFd;

use super::{names_this_process, told};
use crate::server::config::Setting;

/// The settings whose sockets may be handed over. Each socket has the name of its setting
/// (`FileDescriptorName=` in systemd).
const SETTINGS: [&Setting; 3] =
    [&Setting::listen, &Setting::plain_listen, &Setting::metrics_listen];

/// The reason why the sockets cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum SocketError {
    /// One of them is something else.
    #[error("socket {0:?} of the service manager: {1}")]
    Kind(String, io::Error),
    /// There are several, and they have no names.
    #[error(
        "the service manager hands over {0} sockets and {1} names; name each by the setting of its address, such as listen \
         (systemd: FileDescriptorName=)"
    )]
    Names(usize, usize),
    /// They belong to no setting, or to one with another address.
    #[error("{0}")]
    Unused(String),
}

/// Sockets that were handed over and are not in use yet.
#[derive(Default)]
pub struct Sockets(Vec<(String, TcpListener)>);

impl Sockets {
    /// Takes the sockets that were handed to this process. It removes variables of the process, so it comes before any
    /// thread.
    ///
    /// # Errors
    /// Fails if one of them is not of TCP, or if several have no names.
    pub fn take() -> Result<Self, SocketError> {
        if !names_this_process("LISTEN_PID") {
            return Ok(Self::default());
        }
        let names = told("LISTEN_FDNAMES");
        let mut handed = ListenFd::from_env();
        let mut names: Vec<_> =
            names.iter().flat_map(|names| names.split(':')).map(str::to_owned).collect();
        if names.is_empty() && handed.len() == 1 {
            names.push(Setting::listen.name.to_owned());
        }
        if names.len() != handed.len() {
            return Err(SocketError::Names(handed.len(), names.len()));
        }
        let mut sockets = Vec::new();
        for (number, name) in names.into_iter().enumerate() {
            match handed.take_tcp_listener(number) {
                Ok(socket) => sockets.extend(socket.map(|socket| (name, socket))),
                Err(error) => return Err(SocketError::Kind(name, error)),
            }
        }
        Ok(Self(sockets))
    }

    /// The socket of a setting, if it listens on this address.
    ///
    /// # Errors
    /// Fails if the system does not know the address of a socket.
    pub fn of(
        &mut self,
        setting: &Setting,
        address: SocketAddr,
    ) -> io::Result<Option<TcpListener>> {
        for number in 0..self.0.len() {
            let (name, socket) = &self.0[number];
            if name == setting.name && socket.local_addr()? == address {
                return Ok(Some(self.0.swap_remove(number).1));
            }
        }
        Ok(None)
    }

    /// Refuses what is left: its clients would wait for ever. `shown` is the address of a setting.
    ///
    /// # Errors
    /// Fails if there is a socket that no setting has used.
    pub fn all_used(
        self,
        shown: impl Fn(&Setting) -> Option<SocketAddr>,
    ) -> Result<(), SocketError> {
        let mut faults = String::new();
        for (name, socket) in self.0 {
            let address = socket.local_addr().map_or("?".into(), |address| address.to_string());
            let separator = if faults.is_empty() { "" } else { "; " };
            let setting = SETTINGS.into_iter().find(|setting| setting.name == name);
            let _written = match (setting, setting.and_then(&shown)) {
                (Some(setting), other) => write!(
                    faults,
                    "{separator}the service manager hands over {name} on {address}, and {} is {}; write the same address in \
                     both",
                    setting.variable,
                    other.map_or("not set".into(), |other| other.to_string())
                ),
                (None, _) => write!(
                    faults,
                    "{separator}the service manager hands over a socket on {address} with the name {name:?}; name it listen, \
                     plain_listen or metrics_listen (systemd: FileDescriptorName=)"
                ),
            };
        }
        if faults.is_empty() { Ok(()) } else { Err(SocketError::Unused(faults)) }
    }
}
