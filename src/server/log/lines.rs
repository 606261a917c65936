//! The queue of lines to standard error. Logging never waits for a reader.

use std::{
    fs::File,
    io::{self, ErrorKind, Write},
    os::fd::AsFd,
    sync::atomic::{AtomicU64, Ordering},
    thread,
    time::Duration,
};

use parking_lot::{Condvar, Mutex, MutexGuard};

/// Maximum number of queued bytes for a slow reader. Further lines are lost.
const WAITING_MAX: usize = 4 << 20;
/// Number of bytes of the queue's memory that are kept after a burst.
const KEPT: usize = 64 << 10;
/// Time to collect further lines after the first: each write and each wake-up of the thread takes
/// time from requests.
const GATHER: Duration = Duration::from_millis(2);
/// Pause before the next try with a reader that is busy and has a non-blocking pipe (`O_NONBLOCK`).
const PAUSE: Duration = Duration::from_millis(20);

/// Lines that a thread of its own writes. A line that cannot be queued or written is lost and
/// counted; nothing fails or blocks because of it.
pub(super) struct Lines {
    state: Mutex<State>,
    /// Signals that lines are queued.
    more: Condvar,
    /// Signals that all lines are written.
    done: Condvar,
    lost: AtomicU64,
}

#[derive(Default)]
struct State {
    waiting: Vec<u8>,
    is_writing: bool,
    is_started: bool,
}

impl Lines {
    pub(super) const fn new() -> Self {
        let state = State { waiting: Vec::new(), is_writing: false, is_started: false };
        Self {
            state: Mutex::new(state),
            more: Condvar::new(),
            done: Condvar::new(),
            lost: AtomicU64::new(0),
        }
    }

    /// Queues whole lines.
    pub(super) fn push(&'static self, lines: &[u8]) {
        let mut state = self.state.lock();
        if state.waiting.len() + lines.len() > WAITING_MAX {
            self.lose(lines);
            return;
        }
        state.waiting.extend_from_slice(lines);
        if !state.is_started {
            state.is_started = self.start();
        }
        drop(state);
        self.more.notify_one();
    }

    /// The number of lost lines.
    pub(super) fn lost(&self) -> u64 {
        self.lost.load(Ordering::Relaxed)
    }

    /// Waits until all lines are written, at most for this time.
    pub(super) fn finish(&self, within: Duration) {
        let mut state = self.state.lock();
        let is_left = |state: &mut State| !state.waiting.is_empty() || state.is_writing;
        self.done.wait_while_for(&mut state, is_left, within);
    }

    fn lose(&self, lines: &[u8]) {
        let count = lines.iter().filter(|byte| **byte == b'\n').count().max(1);
        self.lost.fetch_add(count as u64, Ordering::Relaxed);
    }

    fn start(&'static self) -> bool {
        // A file of our own: the lock of `io::stderr` is for writers that may wait.
        let Ok(file) = io::stderr().as_fd().try_clone_to_owned().map(File::from) else {
            return false;
        };
        let thread = thread::Builder::new().name("log".into());
        thread.spawn(move || self.write_all(file)).is_ok()
    }

    /// The loop of the thread.
    fn write_all(&self, mut file: impl Write) {
        let (mut writing, mut reported, mut is_torn) = (Vec::new(), 0, false);
        loop {
            self.next(&mut writing);
            let written = self.write_after(&mut file, &writing, &mut is_torn);
            let lost = self.lost();
            if written && lost > reported {
                tracing::warn!(lines = lost - reported, "the log has lost lines");
                reported = lost;
            }
        }
    }

    /// Waits for lines, and takes all queued ones.
    fn next(&self, writing: &mut Vec<u8>) {
        writing.clear();
        writing.shrink_to(KEPT);
        let mut state = self.state.lock();
        state.is_writing = false;
        if state.waiting.is_empty() {
            self.done.notify_all();
        }
        self.more.wait_while(&mut state, |state| state.waiting.is_empty());
        MutexGuard::unlocked(&mut state, || thread::sleep(GATHER));
        std::mem::swap(&mut state.waiting, writing);
        state.is_writing = true;
    }

    /// Writes lines; after a lost end of line, first begins a new one.
    fn write_after(&self, file: &mut impl Write, lines: &[u8], is_torn: &mut bool) -> bool {
        if *is_torn && file.write_all(b"\n").is_ok() {
            *is_torn = false;
        }
        let written = self.write(file, lines);
        if let Some(last) = lines[..written].last() {
            *is_torn = *last != b'\n';
        }
        written == lines.len()
    }

    /// Writes lines; those that cannot be written are lost. Returns the number of written bytes.
    fn write(&self, file: &mut impl Write, lines: &[u8]) -> usize {
        let mut left = lines;
        while !left.is_empty() {
            match file.write(left) {
                Ok(0) => break,
                Ok(written) => left = &left[written..],
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) if error.kind() == ErrorKind::WouldBlock => thread::sleep(PAUSE),
                Err(_) => break,
            }
        }
        if !left.is_empty() {
            self.lose(left);
        }
        lines.len() - left.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A writer that accepts the given numbers of bytes, and then fails.
    struct Reader(Vec<io::Result<usize>>);

    impl Write for Reader {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            let next = self.0.pop().unwrap_or_else(|| Err(ErrorKind::StorageFull.into()));
            next.map(|most| most.min(bytes.len()))
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn what_cannot_be_written_is_lost_and_counted() {
        let lines = Lines::new();
        let later = || Err(ErrorKind::WouldBlock.into());
        let interrupted = || Err(ErrorKind::Interrupted.into());
        let mut patient = Reader(vec![Ok(100), later(), interrupted(), Ok(1)]);
        assert_eq!(lines.write(&mut patient, b"one\ntwo\n"), 8);
        assert_eq!(lines.lost(), 0);
        assert_eq!(lines.write(&mut Reader(vec![Ok(5)]), b"one\ntwo\nthree\n"), 5);
        assert_eq!(lines.lost(), 2);
        assert_eq!(lines.write(&mut Reader(vec![Ok(0)]), b"a line without an end"), 0);
        assert_eq!(lines.lost(), 3);
    }

    /// A disk that is full in the middle of a line, and has room again.
    struct Disk {
        room: usize,
        text: Vec<u8>,
    }

    impl Write for Disk {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            let fits = self.room.min(bytes.len());
            self.room -= fits;
            self.text.extend_from_slice(&bytes[..fits]);
            if fits == 0 { Err(ErrorKind::StorageFull.into()) } else { Ok(fits) }
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_line_continues_no_line_whose_end_was_lost() {
        let (lines, mut is_torn) = (Lines::new(), false);
        let mut disk = Disk { room: 6, text: Vec::new() };
        assert!(!lines.write_after(&mut disk, b"one\ntwo\n", &mut is_torn));
        assert!(!lines.write_after(&mut disk, b"three\n", &mut is_torn));
        disk.room = 100;
        assert!(lines.write_after(&mut disk, b"four\n", &mut is_torn));
        assert!(lines.write_after(&mut disk, b"five\n", &mut is_torn));
        assert_eq!(disk.text, b"one\ntw\nfour\nfive\n");
        assert_eq!(lines.lost(), 2);
    }

    #[test]
    fn a_reader_that_takes_nothing_costs_bounded_memory_and_no_time() {
        static LINES: Lines = Lines::new();
        LINES.state.lock().is_started = true;
        let line = [&[b'x'; 999][..], b"\n"].concat();
        for _ in 0..10_000 {
            LINES.push(&line);
        }
        let kept = LINES.state.lock().waiting.len();
        assert_eq!(kept, WAITING_MAX / 1_000 * 1_000);
        assert_eq!(LINES.lost(), 10_000 - kept as u64 / 1_000);
        LINES.finish(Duration::ZERO);
    }
}
