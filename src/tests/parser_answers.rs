//! What the parser of HTTP answers by itself, before any route (S71).

use tokio::{io::AsyncWriteExt, net::TcpStream};

use super::support::*;

const CONSTANT: [&str; 8] = [
    "x-content-type-options: nosniff",
    "referrer-policy: same-origin",
    "cross-origin-opener-policy: same-origin",
    "cross-origin-resource-policy: same-origin",
    "permissions-policy: camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "x-frame-options: DENY",
    "cache-control: no-store",
    "content-security-policy: default-src 'none'; frame-ancestors 'none'",
];

/// What is no request, or too much of one, and the status that it has.
fn cases() -> Vec<(&'static str, String, &'static str)> {
    let head = "GET /healthz HTTP/1.1\r\nhost: localhost:3000\r\n";
    let many = |count| (0..count).map(|n| format!("x-{n}: 1\r\n")).collect::<String>();
    vec![
        ("nonsense", "nonsense\r\n\r\n".into(), "400 Bad Request"),
        ("a bad method", "G@T / HTTP/1.1\r\n\r\n".into(), "400 Bad Request"),
        ("a bad version", "GET / HTTP/9.9\r\n\r\n".into(), "400 Bad Request"),
        ("a bad path", "GET /\u{7f} HTTP/1.1\r\n\r\n".into(), "400 Bad Request"),
        ("a bad header", format!("{head}x y: z\r\n\r\n"), "400 Bad Request"),
        (
            "two lengths",
            format!("{head}content-length: 1\r\ncontent-length: 2\r\n\r\n"),
            "400 Bad Request",
        ),
        (
            "too many headers",
            format!("{head}{}\r\n", many(64)),
            "431 Request Header Fields Too Large",
        ),
        (
            "too long a header",
            format!("{head}x: {}\r\n", "a".repeat(40_000)),
            "431 Request Header Fields Too Large",
        ),
        (
            "too long a path",
            format!("GET /{}", "a".repeat(40_000)),
            "431 Request Header Fields Too Large",
        ),
        ("TLS where there is none", "\u{16}\u{3}\u{1}\r\n\r\n".into(), "400 Bad Request"),
    ]
}

/// Checks one answer, to its last byte.
fn check(name: &str, said: &[u8], status: &str) {
    let said = String::from_utf8_lossy(said);
    let (head, body) = said.split_once("\r\n\r\n").unwrap_or_else(|| panic!("{name}: {said}"));
    assert!(head.starts_with(&format!("HTTP/1.1 {status}\r\n")), "{name}: {said}");
    assert_eq!(body, "", "{name}");
    let lines: Vec<_> = head.split("\r\n").skip(1).collect();
    for line in CONSTANT {
        assert_eq!(lines.iter().filter(|told| **told == line).count(), 1, "{name}: {line}: {said}");
    }
    // Nothing else: no version, no word of the request.
    let rest = lines.iter().filter(|line| !CONSTANT.contains(line));
    let known = ["connection: close", "content-length: 0", "date: "];
    let mut unknown = rest.filter(|line| !known.iter().any(|known| line.starts_with(known)));
    assert_eq!(unknown.next(), None, "{name}");
}

/// S71: each has the headers of all other answers, at both listeners.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn they_have_the_headers_of_all_answers() {
    let listening = Listening::start().await;
    for address in [listening.address, listening.plain] {
        for (name, request, status) in cases() {
            let mut stream = TcpStream::connect(address).await.expect("connected");
            // The server may close it while we write.
            drop(stream.write_all(request.as_bytes()).await);
            check(name, &said_until_end(&mut stream).await, status);
        }
    }
}

/// The same behind an answer of ours, sent in one go; nothing of that is changed.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_before_is_left_alone() {
    let listening = Listening::start().await;
    let ask = "GET /healthz HTTP/1.1\r\nhost: localhost:3000\r\n\r\n";
    let missing = "GET /nowhere HTTP/1.1\r\nhost: localhost:3000\r\n\r\n";
    let mut stream = listening.connect([127, 0, 0, 1]).await;
    let all = format!("{ask}{missing}HEAD{}{ask}G@T / HTTP/1.1\r\n\r\n", &missing[3..]);
    stream.write_all(all.as_bytes()).await.expect("sent");
    let said = said_until_end(&mut stream).await;
    let said = String::from_utf8(said).expect("text");
    let answers: Vec<_> = said.split("HTTP/1.1 ").collect();
    let statuses: Vec<_> = answers[1..].iter().map(|answer| &answer[..3]).collect();
    assert_eq!(statuses, ["200", "404", "404", "200", "400"], "{said}");
    for answer in &answers[1..] {
        assert_eq!(answer.matches("x-frame-options: DENY").count(), 1, "{answer}");
    }
    assert!(answers[1].ends_with("\r\n\r\nok") && answers[4].ends_with("\r\n\r\nok"), "{said}");
    check("the last", format!("HTTP/1.1 {}", answers[5]).as_bytes(), "400 Bad Request");
}
