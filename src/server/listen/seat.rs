use std::{cmp::Reverse, io, sync::Arc, time::Duration};

use parking_lot::{Mutex, MutexGuard};
use tokio::{sync::watch, time::Instant};

use crate::server::service::load::Share;

/// Bytes that a connection may read between two requests before they count against the share of its
/// source; most heads are smaller.
const UNCOUNTED: usize = 4 * 1024;

/// An order to a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Order {
    /// Continue.
    Stay,
    /// Accept no more requests.
    Leave,
    /// End at once.
    Cut,
}

/// The time limits of a connection.
#[derive(Clone, Copy, Debug)]
pub(super) struct Patience {
    /// Limit before the first request, or with a head that has begun.
    pub(super) silent: Duration,
    /// Limit between two requests.
    pub(super) idle: Duration,
    /// Limit with the same request open.
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
    /// Its share of all connections.
    slot: Share,
    /// Its share of the bytes in transit.
    head: Share,
    /// Bytes read since the last request began.
    read: usize,
    /// Requests without a complete answer, oldest first.
    open: Vec<(u64, Instant)>,
    /// Number of requests so far.
    begun: u64,
    /// Time since which no request is open, or since which a head arrives.
    idle_since: Instant,
}

impl Seat {
    /// The state of a new connection.
    pub(super) fn new(slot: Share, head: Share, patience: Patience) -> Arc<Self> {
        let life =
            Life { slot, head, read: 0, open: Vec::new(), begun: 0, idle_since: Instant::now() };
        Arc::new(Self { orders: watch::Sender::new(Order::Stay), patience, life: Mutex::new(life) })
    }

    /// A receiver of its orders.
    pub(super) fn orders(&self) -> watch::Receiver<Order> {
        self.orders.subscribe()
    }

    /// Counts received bytes.
    ///
    /// # Errors
    /// Fails if too many bytes are in transit, in all or from this source.
    pub(super) fn count(&self, read: usize) -> io::Result<()> {
        let mut life = self.life();
        // Bytes for an open request are counted where its body is read.
        if !life.open.is_empty() {
            return Ok(());
        }
        if life.read == 0 && read > 0 {
            // A head begins; its time limit starts here.
            life.idle_since = Instant::now();
        }
        let before = life.read.max(UNCOUNTED);
        life.read += read;
        let more = life.read.saturating_sub(before);
        if more > 0 { life.head.more(more).map_err(io::Error::other) } else { Ok(()) }
    }

    /// Begins a request, which is open until its answer is dropped.
    pub(super) fn begin(self: &Arc<Self>) -> OpenRequest {
        let mut life = self.life();
        life.read = 0;
        life.head.clear();
        life.begun += 1;
        let number = life.begun;
        life.open.push((number, Instant::now()));
        OpenRequest { seat: self.clone(), number }
    }

    /// Time since which no request is open, or since which a head arrives; none while a request is open.
    pub(super) fn idle_since(&self) -> Option<Instant> {
        let life = self.life();
        life.open.is_empty().then_some(life.idle_since)
    }

    /// Orders the connection to leave if it has been idle, or busy with one request, for too long.
    pub(super) fn leave_if_overdue(&self, now: Instant) {
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

    /// Releases the quotas of an ended connection.
    pub(super) fn leave(&self) {
        let mut life = self.life();
        life.slot.clear();
        life.head.clear();
    }

    fn order(&self, order: Order) {
        self.orders.send_if_modified(|current| {
            let is_new = order > *current;
            *current = order.max(*current);
            is_new
        });
    }

    fn life(&self) -> MutexGuard<'_, Life> {
        self.life.lock()
    }
}

/// A request whose answer is not complete.
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
