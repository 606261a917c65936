//! Pending sign-outs: they could not be written because the database was full, read-only or unreachable.

use std::collections::HashMap;

use parking_lot::{Mutex, MutexGuard};

use crate::{model::SessionId, server::service::ClientInfo};

/// The most pending sign-outs. Each was requested with a valid token; one more is lost with its process.
const PROMISED_MAX: usize = 10_000;

/// Sessions that their owners have left, and that this process refuses until it has written so.
///
/// Another process refuses them once they are written; a process that ends before that has only made its
/// browser forget the session.
#[derive(Default)]
pub struct Promised(Mutex<HashMap<SessionId, ClientInfo>>);

impl Promised {
    /// Promises to end a session; nothing if too many wait already.
    pub(super) fn add(&self, session: SessionId, client_info: ClientInfo) {
        let mut promised = self.lock();
        if promised.len() < PROMISED_MAX {
            promised.insert(session, client_info);
        }
    }

    /// Whether the end of a session was promised.
    pub(in crate::server::service) fn contains(&self, session: &SessionId) -> bool {
        self.lock().contains_key(session)
    }

    /// Those that wait.
    pub(super) fn list(&self) -> Vec<(SessionId, ClientInfo)> {
        self.lock()
            .iter()
            .map(|(session, client_info)| (session.clone(), client_info.clone()))
            .collect()
    }

    /// One is written.
    pub(super) fn forget(&self, session: &SessionId) {
        self.lock().remove(session);
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<SessionId, ClientInfo>> {
        self.0.lock()
    }
}
