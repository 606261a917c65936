//! Just enough HTTP/2 (RFC 9113) and HPACK (RFC 7541) to be a nuisance: frames written by hand.

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

const DATA: u8 = 0;
const HEADERS: u8 = 1;
const SETTINGS: u8 = 4;
const PING: u8 = 6;
const ACK: u8 = 1;
const END_STREAM: u8 = 1;
const END_HEADERS: u8 = 4;

/// The connection preface, and settings that are all defaults.
pub(crate) fn preface() -> Vec<u8> {
    let mut bytes = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_vec();
    bytes.extend(frame(SETTINGS, 0, 0, &[]));
    bytes
}

/// A GET with nothing after it.
pub(crate) fn get(stream: u32, host: &str, path: &str) -> Vec<u8> {
    let mut block = vec![0x82, 0x86];
    block.extend(literal(4, path));
    block.extend(literal(1, host));
    frame(HEADERS, END_HEADERS | END_STREAM, stream, &block)
}

/// A POST of JSON of which as many bytes are announced and one less is sent.
pub(crate) fn unfinished_post(stream: u32, host: &str, path: &str, length: usize) -> Vec<u8> {
    let mut block = vec![0x83, 0x86];
    block.extend(literal(4, path));
    block.extend(literal(1, host));
    block.extend(literal(31, "application/json"));
    block.extend(literal(28, &length.to_string()));
    let mut bytes = frame(HEADERS, END_HEADERS, stream, &block);
    for chunk in vec![b' '; length - 1].chunks(16_000) {
        bytes.extend(frame(DATA, 0, stream, chunk));
    }
    bytes
}

/// Answers settings and pings and nothing else, until the connection is closed; answers whether it was.
pub(crate) async fn answer_pings(mut stream: TcpStream) -> bool {
    let mut head = [0; 9];
    loop {
        if stream.read_exact(&mut head).await.is_err() {
            return true;
        }
        let length = u32::from_be_bytes([0, head[0], head[1], head[2]]) as usize;
        let mut payload = vec![0; length];
        if stream.read_exact(&mut payload).await.is_err() {
            return true;
        }
        let (kind, flags) = (head[3], head[4]);
        if matches!(kind, SETTINGS | PING) && flags & ACK == 0 {
            let payload = if kind == PING { payload } else { Vec::new() };
            if stream.write_all(&frame(kind, ACK, 0, &payload)).await.is_err() {
                return true;
            }
        }
    }
}

/// A header that is not indexed, with a name of the static table.
fn literal(name: u8, value: &str) -> Vec<u8> {
    let mut bytes = if name < 15 { vec![name] } else { vec![15, name - 15] };
    bytes.push(u8::try_from(value.len()).expect("short"));
    bytes.extend(value.as_bytes());
    bytes
}

fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len()).expect("a frame").to_be_bytes();
    let mut bytes = vec![length[1], length[2], length[3], kind, flags];
    bytes.extend(stream.to_be_bytes());
    bytes.extend(payload);
    bytes
}
