//! The probe of a server on this machine: for container engines, which have no HTTP client in the image.

use std::{net::SocketAddr, time::Duration};

use reqwest::{Client, Response, redirect::Policy};

use crate::server::{error::last_cause, text::one_line};

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
    let told = |error: reqwest::Error| match error.is_timeout() {
        true => format!("does not answer within {} s", within.as_secs()),
        false => format!("cannot be reached: {}", last_cause(&error)),
    };
    let client = Client::builder().timeout(within).redirect(Policy::none()).no_proxy();
    let client = client.tls_danger_accept_invalid_certs(true).build().map_err(told)?;
    let scheme = if has_tls { "https" } else { "http" };
    let answer = client.get(format!("{scheme}://{address}{path}")).send().await.map_err(told)?;
    match answer.status().as_u16() {
        200 => Ok(()),
        status => Err(format!("answers {status} to {path}{}", faults(answer).await)),
    }
}

/// The faults that a readiness probe names, each after a separator.
async fn faults(mut answer: Response) -> String {
    let mut bytes = Vec::new();
    while let Ok(Some(piece)) = answer.chunk().await
        && bytes.len() < ANSWER_MAX
    {
        bytes.extend(piece);
    }
    let text = String::from_utf8_lossy(&bytes);
    let faults = text.lines().filter_map(|line| line.strip_prefix("FAULT "));
    faults.map(|fault| format!("; {}", one_line(fault))).collect()
}
