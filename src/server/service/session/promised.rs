//! Pending sign-outs: they could not be written because the database was full, read-only or
//! unreachable.

use std::collections::HashMap;

use parking_lot::{Mutex, MutexGuard};

use crate::{model::SessionId, server::service::ClientInfo};

/// Maximum number of pending sign-outs. Each was requested with a valid token; a further one is
/// lost with its process.
const PROMISED_MAX: usize = 10_000;

/// Sessions that their owners have left, and that this process refuses until it has written their
/// ends.
///
/// Another process refuses them once they are written. If this process ends before, only the
/// browser has forgotten the session.
#[derive(Default)]
pub struct Promised(Mutex<HashMap<SessionId, ClientInfo>>);

impl Promised {
    /// Adds a pending sign-out, unless too many are pending.
    pub(super) fn add(&self, session: SessionId, client_info: ClientInfo) {
        let mut promised = self.lock();
        if promised.len() < PROMISED_MAX {
            promised.insert(session, client_info);
        }
    }

    /// Whether the sign-out of a session is pending.
    pub(in crate::server::service) fn contains(&self, session: &SessionId) -> bool {
        self.lock().contains_key(session)
    }

    /// All pending sign-outs.
    pub(super) fn list(&self) -> Vec<(SessionId, ClientInfo)> {
        self.lock()
            .iter()
            .map(|(session, client_info)| (session.clone(), client_info.clone()))
            .collect()
    }

    /// Removes a written sign-out.
    pub(super) fn forget(&self, session: &SessionId) {
        self.lock().remove(session);
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<SessionId, ClientInfo>> {
        self.0.lock()
    }
}
