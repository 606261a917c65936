//! Signal handling of a server.

use std::io;

use rustix::process::Signal as Number;
use tokio::signal::unix::{Signal, SignalKind, signal};

use super::listen::tls::Certificate;

/// Signals that end the process after its open work.
const STOP: [Number; 3] = [Number::TERM, Number::INT, Number::QUIT];
/// Signals that would end a process without a handler, and mean nothing here. `XFSZ` reports a file
/// at its size limit; the write itself then fails, as on a full disk.
const IGNORED: [Number; 7] = [
    Number::USR1,
    Number::USR2,
    Number::ALARM,
    Number::VTALARM,
    Number::PROF,
    Number::PIPE,
    Number::XFSZ,
];

/// The signal handlers of a server, installed before it starts.
pub struct Signals {
    stop: Vec<Signal>,
    hangup: Signal,
}

impl Signals {
    /// Installs the handlers. No signal ends the process by itself from now on.
    ///
    /// # Errors
    /// Fails if the system does not allow it.
    pub fn install() -> io::Result<Self> {
        let take = |number: Number| signal(SignalKind::from_raw(number.as_raw()));
        for number in IGNORED {
            // The handler stays installed when the stream is dropped.
            drop(take(number)?);
        }
        let stop = STOP.into_iter().map(take).collect::<io::Result<_>>()?;
        Ok(Self { stop, hangup: take(Number::HUP)? })
    }

    /// Waits for a signal that ends the process. At SIGHUP it reads the certificate again.
    pub async fn stop(&mut self, certificate: Option<&Certificate>) {
        loop {
            let (stop, hangup) = (&mut self.stop, &mut self.hangup);
            let received =
                futures::future::select_all(stop.iter_mut().map(|one| Box::pin(one.recv())));
            tokio::select! {
                _ = received => return,
                _ = hangup.recv() => {}
            }
            let received =
                futures::future::select_all(stop.iter_mut().map(|one| Box::pin(one.recv())));
            // The files may be on a system that does not answer.
            tokio::select! {
                _ = received => return,
                () = read_again(certificate) => {}
            }
        }
    }
}

async fn read_again(certificate: Option<&Certificate>) {
    let Some(certificate) = certificate else {
        tracing::info!("SIGHUP: there is no certificate to read again");
        return;
    };
    match certificate.read_again().await {
        Ok(()) => tracing::info!("SIGHUP: the certificate was read again"),
        Err(error) => {
            tracing::error!(%error, "SIGHUP: cannot read the certificate, the old one stays");
        }
    }
}
