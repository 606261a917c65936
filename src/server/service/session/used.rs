//! First uses of access tokens, written after the request that showed one.
//!
//! A refresh token counts as used once an access token issued with it has passed the guard. The
//! guard reads no database, so it queues a note here, which a task writes. A lost note (the process
//! died, the database was unavailable) delays the detection of a copy until a use in another
//! process, or the next refresh. It never causes a false reuse alarm.

use std::{sync::Arc, time::Duration};

use futures::{FutureExt, StreamExt, stream};
use tokio::sync::{mpsc, oneshot};

use crate::server::{
    db::{Db, DbError, of_job, rotations},
    secure::jwt::Claims,
};

/// Maximum number of queued notes.
const QUEUE: usize = 4096;
/// Number of notes taken at once.
const BATCH: usize = 8;
/// Number of concurrent writes: one of the connections of background work is for the jobs.
const AT_ONCE: usize = 2;
/// Time limit of one write, which is rolled back then, for instance if the table is locked.
const WITHIN: Duration = Duration::from_secs(10);

/// The queue of notes. Cheap to clone.
#[derive(Clone)]
pub struct UsageWriter(mpsc::Sender<Note>);

enum Note {
    Use { session: String, generation: i64, now_ms: i64 },
    Settle(oneshot::Sender<()>),
}

impl UsageWriter {
    /// Starts the task; it ends when the last queue handle is dropped.
    pub fn start(db: Db) -> Self {
        let (notes, waiting) = mpsc::channel(QUEUE);
        tokio::spawn(write(db, waiting));
        Self(notes)
    }

    /// Queues the use of an access token; `false` if the queue is full, and the use must be noted
    /// again. The first token of a session has no predecessor to be replayed.
    pub(in crate::server::service) fn note(&self, claims: &Claims, now_ms: i64) -> bool {
        let (session, generation) = (claims.sid.to_string(), claims.generation);
        generation == 0 || self.0.try_send(Note::Use { session, generation, now_ms }).is_ok()
    }

    /// Waits until all queued notes are written, before a stop.
    pub async fn settle(&self) {
        let (settled, done) = oneshot::channel();
        if self.0.send(Note::Settle(settled)).await.is_ok() {
            drop(done.await);
        }
    }
}

async fn write(db: Db, mut waiting: mpsc::Receiver<Note>) {
    let mut notes = Vec::with_capacity(BATCH);
    while waiting.recv_many(&mut notes, BATCH).await > 0 {
        let mut settled = Vec::new();
        let writes = notes.drain(..).filter_map(|note| match note {
            Note::Use { session, generation, now_ms } => {
                Some(mark(&db, session, generation, now_ms))
            }
            Note::Settle(done) => {
                settled.push(done);
                None
            }
        });
        let writes = stream::iter(writes.collect::<Vec<_>>());
        let mut writes = writes.buffer_unordered(AT_ONCE);
        while let Some(written) = writes.next().await {
            if let Err(error) = written {
                tracing::warn!(%error, "a first use was not written");
            }
        }
        drop(settled);
    }
}

async fn mark(db: &Db, session: String, generation: i64, now_ms: i64) -> Result<bool, DbError> {
    let session = Arc::new(session);
    let write = db.change(move |tx| {
        let session = session.clone();
        async move { rotations::mark_used(tx, &session, generation, now_ms).await }.boxed()
    });
    of_job(WITHIN, write).await
}
