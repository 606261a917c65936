//! A look-up of TXT records (RFC 1035): the standard library resolves addresses alone.

use std::{
    fs,
    net::{IpAddr, Ipv4Addr, SocketAddr},
    time::Duration,
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpStream, UdpSocket},
    time::timeout,
};

use crate::server::secure::random;

/// Time limit of one question to one name server.
const WITHIN: Duration = Duration::from_secs(3);
/// Where the system names its name servers.
const RESOLVERS: &str = "/etc/resolv.conf";
/// Size of answers that we take by UDP, in bytes (RFC 6891).
const SIZE: u16 = 1232;
/// The type of text records.
const TXT: u16 = 16;
/// The class of the Internet.
const IN: u16 = 1;

/// The texts of a name; none if the name does not exist.
///
/// # Errors
/// Returns why no name server of the system has answered.
pub(super) async fn texts(name: &str) -> Result<Vec<String>, String> {
    let id = u16::from_be_bytes(random::bytes());
    let question = question(id, name).ok_or("the name cannot be asked for")?;
    let mut why = "no name server is known".to_owned();
    for server in servers() {
        match timeout(WITHIN, ask(server, id, &question)).await {
            Ok(Ok(texts)) => return Ok(texts),
            Ok(Err(error)) => why = format!("{server}: {error}"),
            Err(_) => why = format!("{server} does not answer within {} s", WITHIN.as_secs()),
        }
    }
    Err(why)
}

/// The name servers of the system.
fn servers() -> Vec<SocketAddr> {
    let text = fs::read_to_string(RESOLVERS).unwrap_or_default();
    let named = text.lines().filter_map(|line| line.trim().strip_prefix("nameserver"));
    let addresses = named.filter_map(|address| address.trim().parse::<IpAddr>().ok());
    addresses.map(|address| SocketAddr::from((address, 53))).collect()
}

async fn ask(server: SocketAddr, id: u16, question: &[u8]) -> Result<Vec<String>, String> {
    let failed = |error: std::io::Error| error.to_string();
    let here = match server {
        SocketAddr::V4(_) => SocketAddr::from((Ipv4Addr::UNSPECIFIED, 0)),
        SocketAddr::V6(_) => SocketAddr::from((std::net::Ipv6Addr::UNSPECIFIED, 0)),
    };
    let socket = UdpSocket::bind(here).await.map_err(failed)?;
    socket.connect(server).await.map_err(failed)?;
    socket.send(question).await.map_err(failed)?;
    let mut bytes = vec![0; usize::from(SIZE)];
    loop {
        let length = socket.recv(&mut bytes).await.map_err(failed)?;
        match answer(id, &bytes[..length]) {
            // Not an answer to this question.
            None => {}
            Some(Answer::Texts(texts)) => return Ok(texts),
            Some(Answer::Refused(code)) => return Err(format!("it answers with code {code}")),
            Some(Answer::Cut) => return by_tcp(server, id, question).await,
        }
    }
}

async fn by_tcp(server: SocketAddr, id: u16, question: &[u8]) -> Result<Vec<String>, String> {
    let failed = |error: std::io::Error| error.to_string();
    let mut stream = TcpStream::connect(server).await.map_err(failed)?;
    let length = u16::try_from(question.len()).unwrap_or(u16::MAX).to_be_bytes();
    stream.write_all(&[&length, question].concat()).await.map_err(failed)?;
    let length = stream.read_u16().await.map_err(failed)?;
    let mut bytes = vec![0; usize::from(length)];
    stream.read_exact(&mut bytes).await.map_err(failed)?;
    match answer(id, &bytes) {
        Some(Answer::Texts(texts)) => Ok(texts),
        _ => Err("its answer cannot be read".into()),
    }
}

/// A question for the texts of a name, with a size for the answer; none if a label is empty or too long.
fn question(id: u16, name: &str) -> Option<Vec<u8>> {
    // One question, one additional record, recursion desired.
    let mut bytes = [id, 0x0100, 1, 0, 0, 1].map(u16::to_be_bytes).concat();
    for label in name.trim_end_matches('.').split('.') {
        let length = u8::try_from(label.len()).ok().filter(|length| (1..=63).contains(length))?;
        bytes.push(length);
        bytes.extend_from_slice(label.as_bytes());
    }
    bytes.push(0);
    bytes.extend([TXT, IN].map(u16::to_be_bytes).concat());
    // OPT (RFC 6891): the root, its type, the size, and nothing else.
    bytes.push(0);
    bytes.extend([41, SIZE, 0, 0, 0].map(u16::to_be_bytes).concat());
    Some(bytes)
}

#[derive(Debug, PartialEq, Eq)]
enum Answer {
    /// The texts; none for a name that does not exist.
    Texts(Vec<String>),
    /// A fault of the server, by its code.
    Refused(u8),
    /// The answer is too long for UDP.
    Cut,
}

/// Reads the answer to a question; none if it is to another one, or malformed.
fn answer(id: u16, bytes: &[u8]) -> Option<Answer> {
    let mut reader = Reader { bytes, at: 0 };
    let (found, flags) = (reader.number()?, reader.number()?);
    if found != id || flags & 0x8000 == 0 {
        return None;
    }
    let (questions, answers) = (reader.number()?, reader.number()?);
    reader.skip(4)?;
    match (flags & 0xf, flags & 0x0200) {
        (_, cut) if cut != 0 => return Some(Answer::Cut),
        (0, _) => {}
        (3, _) => return Some(Answer::Texts(Vec::new())),
        (code, _) => return Some(Answer::Refused(code as u8)),
    }
    for _ in 0..questions {
        reader.name()?;
        reader.skip(4)?;
    }
    let mut texts = Vec::new();
    for _ in 0..answers {
        reader.name()?;
        let kind = reader.number()?;
        reader.skip(6)?;
        let length = usize::from(reader.number()?);
        let data = reader.take(length)?;
        if kind == TXT {
            let mut text = Vec::new();
            let mut strings = Reader { bytes: data, at: 0 };
            while let Some([length]) = strings.take(1) {
                text.extend_from_slice(strings.take(usize::from(*length))?);
            }
            texts.push(String::from_utf8_lossy(&text).into_owned());
        }
    }
    Some(Answer::Texts(texts))
}

struct Reader<'b> {
    bytes: &'b [u8],
    at: usize,
}

impl<'b> Reader<'b> {
    fn take(&mut self, length: usize) -> Option<&'b [u8]> {
        let taken = self.bytes.get(self.at..self.at.checked_add(length)?)?;
        self.at += length;
        Some(taken)
    }

    fn skip(&mut self, length: usize) -> Option<()> {
        self.take(length).map(drop)
    }

    fn number(&mut self) -> Option<u16> {
        self.take(2)?.try_into().ok().map(u16::from_be_bytes)
    }

    /// Passes a name; a pointer ends it (RFC 1035 section 4.1.4).
    fn name(&mut self) -> Option<()> {
        loop {
            match self.take(1)? {
                [0] => return Some(()),
                [length] if *length >= 0xc0 => return self.skip(1),
                [length] => self.skip(usize::from(*length))?,
                _ => return None,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// An answer with two records, the second of two strings.
    fn answered(id: u16, flags: u16) -> Vec<u8> {
        let mut bytes = [id, flags, 1, 2, 0, 0].map(u16::to_be_bytes).concat();
        bytes.extend(b"\x04acme\x07example\0");
        bytes.extend([TXT, IN].map(u16::to_be_bytes).concat());
        for data in [&b"\x0bv=spf1 -all"[..], b"\x03two\x04half"] {
            bytes.extend(
                [0xc00c, TXT, IN, 0, 300, data.len() as u16].map(u16::to_be_bytes).concat(),
            );
            bytes.extend(data);
        }
        bytes
    }

    #[test]
    fn answers_are_read() {
        let texts = vec!["v=spf1 -all".to_owned(), "twohalf".to_owned()];
        assert_eq!(answer(7, &answered(7, 0x8180)), Some(Answer::Texts(texts)));
        assert_eq!(answer(8, &answered(7, 0x8180)), None);
        assert_eq!(answer(7, &answered(7, 0x0100)), None);
        assert_eq!(answer(7, &answered(7, 0x8183)), Some(Answer::Texts(Vec::new())));
        assert_eq!(answer(7, &answered(7, 0x8182)), Some(Answer::Refused(2)));
        assert_eq!(answer(7, &answered(7, 0x8380)), Some(Answer::Cut));
    }

    #[test]
    fn questions_name_what_can_be_asked_for() {
        let asked = question(7, "_dmarc.acme.example").expect("a question");
        assert!(
            asked.windows(21).any(|part| part == b"\x06_dmarc\x04acme\x07example\0"),
            "{asked:?}"
        );
        for wrong in ["", "a..b", &"x".repeat(64)] {
            assert_eq!(question(7, wrong), None, "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn no_answer_stops_it(noise in prop::collection::vec(any::<u8>(), 0..200), cut in 0..100_usize) {
            let mut bytes = answered(7, 0x8180);
            bytes.truncate(cut.min(bytes.len()));
            bytes.extend(&noise);
            let _read = (answer(7, &bytes), answer(7, &noise));
        }
    }
}
