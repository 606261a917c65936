use std::{
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use url::Url;

use crate::server::{
    outbound::{FetchError, NoClient, Outbound},
    secure::{password::breached, secret::Secret},
};

/// Time limit of an answer, because a user waits at a form.
const PATIENCE: Duration = Duration::from_secs(2);
/// Maximum size of an answer, in bytes; real ones have 40 kB.
const LIMIT: usize = 256 * 1024;

/// A service with many more breached passwords, which receives only five digits of a hash
/// (k-anonymity).
///
/// If it is unavailable, our own list alone decides.
pub struct BreachApi {
    outbound: Outbound,
    url: Url,
    is_away: AtomicBool,
}

/// The reason why it did not answer.
#[derive(Debug, thiserror::Error)]
enum ApiUnavailable {
    #[error(transparent)]
    Fetch(#[from] FetchError),
    #[error("answered {0}")]
    Status(u16),
    #[error("its address takes no path")]
    Address,
}

impl BreachApi {
    /// A client of this URL; the first five digits are appended after its last slash.
    ///
    /// # Errors
    /// Fails if the HTTP client cannot be built.
    pub fn new(url: &Url) -> Result<Self, NoClient> {
        let outbound = Outbound::to_setting(url, PATIENCE)?;
        Ok(Self { outbound, url: url.clone(), is_away: AtomicBool::new(false) })
    }

    /// Whether the service knows the password; `false` while it is unavailable.
    pub(super) async fn contains(&self, password: &Secret) -> bool {
        let (prefix, suffix) = breached::range(password.expose());
        let answer = self.ask(&prefix).await;
        let was_away = self.is_away.swap(answer.is_err(), Ordering::Relaxed);
        match answer {
            Ok(text) => text.lines().any(|line| is_of(line, &suffix)),
            Err(error) if was_away => {
                tracing::debug!(%error, "the range API is still away");
                false
            }
            Err(error) => {
                tracing::warn!(%error, "the range API is away; the list that is built in decides alone");
                false
            }
        }
    }

    async fn ask(&self, prefix: &str) -> Result<String, ApiUnavailable> {
        let mut url = self.url.clone();
        url.path_segments_mut().map_err(|()| ApiUnavailable::Address)?.pop_if_empty().push(prefix);
        // Padded, so that the length of the answer reveals nothing either.
        let answer = self.outbound.get(url, &[("add-padding", "true")]).await?;
        match answer.status() {
            200 => Ok(String::from_utf8_lossy(&answer.read(LIMIT).await?).into_owned()),
            status => Err(ApiUnavailable::Status(status)),
        }
    }
}

/// Whether a line names this suffix: a line is `SUFFIX:COUNT`, and a count of zero is padding.
fn is_of(line: &str, suffix: &str) -> bool {
    line.trim().split_once(':').is_some_and(|(found, count)| {
        found.eq_ignore_ascii_case(suffix) && count.trim().parse().is_ok_and(|count: u64| count > 0)
    })
}
