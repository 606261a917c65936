use std::{cmp::Reverse, io, sync::Arc, time::Duration};

use parking_lot::{Mutex, MutexGuard};
use tokio::{sync::watch, time::Instant};

use crate::server::service::load::Share;

/// How much a connection may read between two requests before it counts against its source's share, in bytes:
/// more than most heads have.
const UNCOUNTED: usize = 4 * 1024;

/// What a connection is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Order {
    /// Go on.
    Stay,
    /// Take no more requests.
    Leave,
    /// End at once.
    Cut,
}

/// How long a connection may stay.
#[derive(Clone, Copy, Debug)]
pub(super) struct Patience {
    /// Before its first request, or with a head that has begun.
    pub(super) silent: Duration,
    /// Between two requests.
    pub(super) idle: Duration,
    /// With the same request open.
    pub(super) request: Duration,
}

/// The shared state of a connection: its quotas, its open requests and its orders.
#[derive(Debug)]
pub(super) struct Seat {
    orders: watch::Sender<Order>,
    patience: Patience,
    life: Mutex<Life>,
}

#[derive(Debug)]
struct Life {
    /// Its part of all connections.
    slot: Share,
    /// Its part of the bytes that are under way.
    head: Share,
    /// Bytes read since the last request began.
    read: usize,
    /// Requests that are not answered to their end, the oldest first.
    open: Vec<(u64, Instant)>,
    /// How many requests there have been.
    begun: u64,
    /// Since when none is open, or one begins to arrive.
    idle_since: Instant,
}

impl Seat {
    /// Of a connection that has just come.
    pub(super) fn new(slot: Share, head: Share, patience: Patience) -> Arc<Self> {
        let life =
            Life { slot, head, read: 0, open: Vec::new(), begun: 0, idle_since: Instant::now() };
        Arc::new(Self { orders: watch::Sender::new(Order::Stay), patience, life: Mutex::new(life) })
    }

    /// What it is told from now on.
    pub(super) fn orders(&self) -> watch::Receiver<Order> {
        self.orders.subscribe()
    }

    /// Counts what has been read.
    ///
    /// # Errors
    /// Too much is under way, in all or from its source.
    pub(super) fn count(&self, read: usize) -> io::Result<()> {
        let mut life = self.life();
        // What arrives for an open request is counted where its body is read.
        if !life.open.is_empty() {
            return Ok(());
        }
        if life.read == 0 && read > 0 {
            // A head begins, and has its own time from here.
            life.idle_since = Instant::now();
        }
        let before = life.read.max(UNCOUNTED);
        life.read += read;
        let more = life.read.saturating_sub(before);
        if more > 0 { life.head.more(more).map_err(io::Error::other) } else { Ok(()) }
    }

    /// Begins a request, which is open until what is answered is dropped.
    pub(super) fn begin(self: &Arc<Self>) -> OpenRequest {
        let mut life = self.life();
        life.read = 0;
        life.head.clear();
        life.begun += 1;
        let number = life.begun;
        life.open.push((number, Instant::now()));
        OpenRequest { seat: self.clone(), number }
    }

    /// Tells it to leave if it has been idle, or busy with one request, for too long.
    pub(super) fn look(&self, now: Instant) {
        let life = self.life();
        let end = match life.open.first() {
            Some((_, since)) => *since + self.patience.request,
            None if life.begun == 0 || life.read > 0 => life.idle_since + self.patience.silent,
            None => life.idle_since + self.patience.idle,
        };
        if end <= now {
            self.order(Order::Leave);
        }
    }

    /// The order of eviction, greatest first: idle connections by idle time, then busy ones by the age of their oldest
    /// request.
    pub(super) fn spare(&self) -> (bool, Reverse<Instant>) {
        let life = self.life();
        let oldest = life.open.first().map(|(_, since)| *since);
        (oldest.is_none(), Reverse(oldest.unwrap_or(life.idle_since)))
    }

    /// Ends the connection at once and moves its quota to `slot`.
    pub(super) fn cut(&self, slot: &mut Share) {
        self.order(Order::Cut);
        slot.take_over(&mut self.life().slot);
    }

    /// It has ended.
    pub(super) fn leave(&self) {
        let mut life = self.life();
        life.slot.clear();
        life.head.clear();
    }

    fn order(&self, order: Order) {
        self.orders.send_if_modified(|told| {
            let is_new = order > *told;
            *told = order.max(*told);
            is_new
        });
    }

    fn life(&self) -> MutexGuard<'_, Life> {
        self.life.lock()
    }
}

/// A request that is not answered to its end.
#[derive(Debug)]
pub(super) struct OpenRequest {
    seat: Arc<Seat>,
    number: u64,
}

impl Drop for OpenRequest {
    fn drop(&mut self) {
        let mut life = self.seat.life();
        life.open.retain(|(number, _)| *number != self.number);
        if life.open.is_empty() {
            life.idle_since = Instant::now();
        }
    }
}
