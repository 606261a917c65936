//! The probe of a server on this machine: for container engines, which have no HTTP client in the image.

use std::{net::SocketAddr, time::Duration};

use url::Url;

use crate::server::{
    outbound::{Answer, Outbound},
    text::one_line,
};

/// Maximum size of an answer that is read, in bytes.
const ANSWER_MAX: usize = 16 * 1024;

/// Asks a server for the status of a path, within a time.
///
/// The certificate is not verified: it has the public name and not this address, nothing secret is sent, and another program
/// that has the address could answer the same.
///
/// # Errors
/// Returns what is wrong, as a sentence without its subject.
pub async fn ask(
    address: SocketAddr,
    has_tls: bool,
    path: &str,
    within: Duration,
) -> Result<(), String> {
    let outbound = Outbound::to_this_machine(within).map_err(|error| error.to_string())?;
    let scheme = if has_tls { "https" } else { "http" };
    let url = Url::parse(&format!("{scheme}://{address}{path}"));
    let url = url.map_err(|error| format!("has no address: {error}"))?;
    let answer = outbound.get(url, &[]).await.map_err(|error| error.to_string())?;
    match answer.status() {
        200 => Ok(()),
        status => Err(format!("answers {status} to {path}{}", faults(answer).await)),
    }
}

/// The faults that a readiness probe names, each after a separator.
async fn faults(answer: Answer) -> String {
    let bytes = answer.beginning(ANSWER_MAX).await;
    let text = String::from_utf8_lossy(&bytes);
    let faults = text.lines().filter_map(|line| line.strip_prefix("FAULT "));
    faults.map(|fault| format!("; {}", one_line(fault))).collect()
}
