//! Keyset pagination.

/// Number of rows on a page.
#[derive(Clone, Copy, Debug)]
pub(super) struct PageSize(i64);

/// The rows of a page.
pub(super) struct Page<T> {
    /// At most as many rows as fit.
    pub(super) rows: Vec<T>,
    has_more: bool,
}

impl PageSize {
    /// The requested number of rows, limited to between 1 and `max`.
    pub(super) fn new(asked: i64, max: i64) -> Self {
        Self(asked.clamp(1, max))
    }

    /// Number of rows to read: one more than fit, to detect a further page.
    pub(super) fn to_read(self) -> i64 {
        self.0 + 1
    }

    /// The page of the rows that were read.
    pub(super) fn cut<T>(self, mut rows: Vec<T>) -> Page<T> {
        let fit = self.0 as usize;
        let has_more = rows.len() > fit;
        rows.truncate(fit);
        Page { rows, has_more }
    }
}

impl<T> Page<T> {
    /// The last row, after which the next page begins; none on the last page.
    pub(super) fn cursor(&self) -> Option<&T> {
        self.rows.last().filter(|_| self.has_more)
    }
}
