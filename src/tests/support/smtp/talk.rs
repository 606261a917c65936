use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader};

use super::{At, Does, Message, Shared};

/// One connection.
pub(super) struct Talk<'s> {
    shared: &'s Shared,
    offers_tls: bool,
    from: String,
    to: String,
}

impl<'s> Talk<'s> {
    pub(super) fn new(shared: &'s Shared, offers_tls: bool) -> Self {
        Self { shared, offers_tls, from: String::new(), to: String::new() }
    }

    /// Talks until the end; answers the stream if TLS begins now.
    pub(super) async fn go_on<S: AsyncRead + AsyncWrite + Unpin>(
        mut self,
        stream: S,
        greets: bool,
    ) -> Option<S> {
        let mut stream = BufReader::new(stream);
        if greets {
            self.answer(&mut stream, At::Connected, "220 scripted ESMTP").await?;
        }
        loop {
            let mut line = String::new();
            if stream.read_line(&mut line).await.ok()? == 0 {
                return None;
            }
            let line = line.trim_end();
            self.shared.heard.lock().push(line.to_owned());
            let word = line.split([' ', ':']).next().unwrap_or_default().to_ascii_uppercase();
            match word.as_str() {
                "EHLO" => {
                    let tls = if self.offers_tls { "250-STARTTLS\r\n" } else { "" };
                    let usual =
                        format!("250-scripted\r\n{tls}250-AUTH PLAIN LOGIN\r\n250 SIZE 1000000");
                    self.answer(&mut stream, At::Hello, &usual).await?;
                }
                "STARTTLS" => {
                    self.answer(&mut stream, At::StartTls, "220 begin").await?;
                    return Some(stream.into_inner());
                }
                "AUTH" => drop(self.answer(&mut stream, At::Auth, "235 welcome").await?),
                "MAIL" => {
                    self.from = between(line);
                    self.answer(&mut stream, At::From, "250 fine").await?;
                }
                "RCPT" => {
                    self.to = between(line);
                    self.answer(&mut stream, At::To, "250 fine").await?;
                }
                "DATA" => {
                    if self.answer(&mut stream, At::Data, "354 go on").await?.starts_with("354") {
                        self.message(&mut stream).await?;
                    }
                }
                "QUIT" => {
                    say(&mut stream, "221 bye").await;
                    return None;
                }
                "NOOP" => drop(self.answer(&mut stream, At::Kept, "250 fine").await?),
                "RSET" => say(&mut stream, "250 fine").await?,
                _ => say(&mut stream, "500 what?").await?,
            }
        }
    }

    /// Answers a step as the script says, or as usual; answers what was said.
    async fn answer(
        &self,
        stream: &mut (impl AsyncWrite + Unpin),
        at: At,
        usual: &str,
    ) -> Option<String> {
        let does = {
            let mut script = self.shared.script.lock();
            let is_now = script.front().is_some_and(|(step, _)| *step == at);
            is_now.then(|| script.pop_front()).flatten().map(|(_, does)| does)
        };
        let reply = match does {
            None => usual,
            Some(Does::Replies(reply)) => reply,
            Some(Does::Cuts) => return None,
            Some(Does::Waits) => {
                let mut gate = self.shared.gate.subscribe();
                gate.wait_for(|open| *open).await.ok()?;
                usual
            }
        };
        say(stream, reply).await?;
        Some(reply.to_owned())
    }

    async fn message<S: AsyncRead + AsyncWrite + Unpin>(
        &self,
        stream: &mut BufReader<S>,
    ) -> Option<()> {
        let mut text = Vec::new();
        loop {
            let mut line = Vec::new();
            if stream.read_until(b'\n', &mut line).await.ok()? == 0 {
                return None;
            }
            if line == b".\r\n" {
                break;
            }
            // RFC 5321, section 4.5.2.
            text.extend_from_slice(line.strip_prefix(b".").unwrap_or(&line));
        }
        let message = Message {
            from: self.from.clone(),
            to: self.to.clone(),
            text: String::from_utf8_lossy(&text).into_owned(),
            is_taken: false,
        };
        let place = {
            let mut messages = self.shared.messages.lock();
            messages.push(message);
            messages.len() - 1
        };
        let said = self.answer(stream, At::Text, "250 taken").await?;
        self.shared.messages.lock()[place].is_taken = said.starts_with("250");
        Some(())
    }
}

async fn say(stream: &mut (impl AsyncWrite + Unpin), reply: &str) -> Option<()> {
    stream.write_all(format!("{reply}\r\n").as_bytes()).await.ok()?;
    stream.flush().await.ok()
}

/// What is between the first `<` and the last `>`.
fn between(line: &str) -> String {
    let inside = line.split_once('<').and_then(|(_, rest)| rest.rsplit_once('>'));
    inside.map(|(inside, _)| inside.to_owned()).unwrap_or_default()
}
