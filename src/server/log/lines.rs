//! Lines on their way to standard error. Logging waits for no reader.

use std::{
    fs::File,
    io::{self, ErrorKind, Write},
    os::fd::AsFd,
    sync::atomic::{AtomicU64, Ordering},
    thread,
    time::Duration,
};

use parking_lot::{Condvar, Mutex, MutexGuard};

/// How many bytes of lines may wait for a slow reader. Further lines are lost.
const WAITING_MAX: usize = 4 << 20;
/// How much of the memory for lines is kept after a burst, in bytes.
const KEPT: usize = 64 << 10;
/// For how long further lines are waited for after the first: each write and each waking of the thread takes time of the
/// requests.
const GATHER: Duration = Duration::from_millis(2);
/// After how long a reader is asked again that takes nothing and does not let its writer wait (`O_NONBLOCK`).
const PAUSE: Duration = Duration::from_millis(20);

/// Lines that wait for a thread of their own to write them. A line that cannot be kept or written is lost and
/// counted; nothing fails and nothing blocks because of it.
pub(super) struct Lines {
    state: Mutex<State>,
    /// There is something to write.
    more: Condvar,
    /// All was written.
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

    /// Adds whole lines.
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

    /// How many lines were lost.
    pub(super) fn lost(&self) -> u64 {
        self.lost.load(Ordering::Relaxed)
    }

    /// Waits until all is written, but no longer than this.
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
        // A file of our own: the lock of `io::stderr` is for those who may wait.
        let Ok(file) = io::stderr().as_fd().try_clone_to_owned().map(File::from) else {
            return false;
        };
        let thread = thread::Builder::new().name("log".into());
        thread.spawn(move || self.write_all(file)).is_ok()
    }

    /// The life of the thread.
    fn write_all(&self, mut file: impl Write) {
        let (mut writing, mut told, mut is_torn) = (Vec::new(), 0, false);
        loop {
            self.next(&mut writing);
            if is_torn {
                // Or the next line would continue a line of which the end was lost.
                writing.insert(0, b'\n');
            }
            let written = self.write(&mut file, &writing);
            is_torn = !written;
            let lost = self.lost();
            if written && lost > told {
                tracing::warn!(lines = lost - told, "the log has lost lines");
                told = lost;
            }
        }
    }

    /// Waits for lines, and takes all that wait.
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

    /// Writes lines; those that cannot be written are lost.
    fn write(&self, file: &mut impl Write, lines: &[u8]) -> bool {
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
        left.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Takes so many bytes at a time, and fails after that.
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
        assert!(lines.write(&mut patient, b"one\ntwo\n"));
        assert_eq!(lines.lost(), 0);
        assert!(!lines.write(&mut Reader(vec![Ok(5)]), b"one\ntwo\nthree\n"));
        assert_eq!(lines.lost(), 2);
        assert!(!lines.write(&mut Reader(vec![Ok(0)]), b"a line without an end"));
        assert_eq!(lines.lost(), 3);
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
