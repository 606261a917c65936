use std::io::Write;

use aws_lc_rs::{digest, hmac};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};

use crate::server::secure::seal::InstanceSecret;

/// The first characters of every backup.
pub(super) const MAGIC: &str = "{\"vestibule_backup\":";
/// The version of the format.
pub(super) const FORMAT: u32 = 1;
/// The purpose of the key that authenticates backups.
const PURPOSE: &str = "backup";

/// The header line.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct About {
    /// The version of the format.
    pub(super) vestibule_backup: u32,
    /// Version of the program that made it.
    pub version: String,
    /// Time of the backup, in Unix milliseconds.
    pub at_ms: i64,
    /// Number of the last migration of its database.
    pub schema: i64,
    /// Check value of the instance secret that it needs.
    pub secret_check: String,
    /// The head of the audit log, as `vestibule audit verify` prints it.
    pub audit_head: String,
}

/// The line before the rows of a table.
#[derive(Debug, Deserialize, Serialize)]
pub(super) struct TableLine {
    pub(super) table: String,
    pub(super) columns: Vec<String>,
}

/// The last line.
#[derive(Debug, Deserialize, Serialize)]
pub(super) struct End {
    /// Number of rows.
    pub(super) rows: u64,
    /// SHA-256 of all bytes before this line, in hexadecimal digits.
    pub(super) sha256: String,
    /// HMAC-SHA-256 of that text under a key of the instance, base64url.
    pub(super) mac: String,
}

/// The running SHA-256 of the bytes.
pub(super) struct Sum(digest::Context);

impl Sum {
    pub(super) fn new() -> Self {
        Self(digest::Context::new(&digest::SHA256))
    }

    pub(super) fn add(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    pub(super) fn end(self) -> String {
        self.0.finish().as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

/// The MAC that proves a checksum to be ours.
pub(super) fn mac(secret: &InstanceSecret, sha256: &str) -> String {
    let code = hmac::sign(&secret.mac_key(PURPOSE), sha256.as_bytes());
    URL_SAFE_NO_PAD.encode(code)
}

/// A writer of lines that sums them.
pub(super) struct Lines<W> {
    out: W,
    sum: Sum,
}

impl<W: Write> Lines<W> {
    pub(super) fn new(out: W) -> Self {
        Self { out, sum: Sum::new() }
    }

    pub(super) fn add(&mut self, line: &str) -> std::io::Result<()> {
        for bytes in [line.as_bytes(), b"\n"] {
            self.sum.add(bytes);
            self.out.write_all(bytes)?;
        }
        Ok(())
    }

    pub(super) fn end(mut self, rows: u64, secret: &InstanceSecret) -> std::io::Result<()> {
        let sha256 = self.sum.end();
        let end = End { rows, mac: mac(secret, &sha256), sha256 };
        writeln!(self.out, "{}", serde_json::to_string(&end)?)?;
        self.out.flush()
    }
}
