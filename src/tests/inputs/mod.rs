//! What is ours to keep comes back as it was; what is not taken is refused with the reason and the place; and a failure of
//! ours is never told as a mistake of somebody else.

mod forms;
mod kept;
mod memory;
mod words;

use std::process::{Command, Stdio};

use super::support::*;

/// Runs a command to its end with this on standard input.
fn with_input(command: &mut Command, input: &[u8]) -> Said {
    use std::io::Write;

    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("it runs");
    // It may have ended without reading.
    drop(child.stdin.take().expect("piped").write_all(input));
    let output = child.wait_with_output().expect("it ends");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Said { code: output.status.code(), out: text(&output.stdout), err: text(&output.stderr) }
}

/// A body as it is, said to be JSON.
fn raw(path: &str, body: impl Into<axum::body::Body>) -> Request {
    post(path).header("content-type", "application/json").body(body)
}
