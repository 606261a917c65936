//! What a failed attempt means: for its mail, or for all mails.

use std::time::Duration;

use crate::server::secure::mail_address::MailAddress;

/// Maximum length of a stored reply, in characters.
const REPLY_MAX: usize = 200;

/// A step of the talk with an SMTP server, in their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Step {
    /// The host name is looked up.
    Resolve,
    /// The connection is made.
    Connect,
    /// TLS is negotiated.
    Tls,
    /// The server greets, and says what it can.
    Greet,
    /// We sign in.
    Login,
    /// `MAIL FROM`.
    From,
    /// `RCPT TO`.
    To,
    /// `DATA`, before any of the message.
    Data,
    /// The message was begun.
    Text,
}

/// A reply of an SMTP server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    /// The code (RFC 5321 section 4.2).
    pub code: u16,
    /// The enhanced code (RFC 3463), if the text begins with one.
    pub enhanced: Option<(u16, u16, u16)>,
}

/// A failed attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// Step at which it failed.
    pub step: Step,
    /// The reply; none if the connection broke, or nothing came in time.
    pub reply: Option<Reply>,
    /// Whether the fault is in what server and settings can do together, such as no STARTTLS.
    pub is_unable: bool,
    /// What was said, in one line, without the recipient's address.
    pub said: String,
}

impl Failure {
    /// A failure without a reply: nothing came, or not in time.
    pub(super) fn silent(step: Step, why: &str) -> Self {
        Self { step, reply: None, is_unable: false, said: said(why, None) }
    }

    /// A failure before anything was asked, because server and settings do not go together.
    pub(super) fn unable(step: Step, why: &str) -> Self {
        Self { is_unable: true, ..Self::silent(step, why) }
    }
}

/// What a failed attempt means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The mail is tried again after a pause.
    Again,
    /// The mailbox is full: the mail is tried again for a day.
    Full,
    /// The message was begun and nobody knows whether it arrived: one more attempt.
    Unknown,
    /// The server does not let us send at all: no mail is tried for a while.
    Ours,
    /// The address takes no mail.
    Address,
    /// The server takes no such mail, or none of ours.
    Policy,
}

/// A rule: at these steps, a reply for which this is true means the verdict.
type Rule = (&'static [Step], fn(&Reply) -> bool, Verdict);

const ANY: &[Step] = &[
    Step::Resolve,
    Step::Connect,
    Step::Tls,
    Step::Greet,
    Step::Login,
    Step::From,
    Step::To,
    Step::Data,
    Step::Text,
];
const BEFORE_MAIL: &[Step] = &[Step::Resolve, Step::Connect, Step::Tls, Step::Greet, Step::Login];
const BEFORE_RECIPIENT: &[Step] =
    &[Step::Resolve, Step::Connect, Step::Tls, Step::Greet, Step::Login, Step::From];

/// The meaning of replies; the first rule that fits wins.
const RULES: &[Rule] = &[
    // Wrong or missing credentials, TLS demanded (RFC 4954).
    (ANY, |reply| matches!(reply.code, 530 | 534 | 535 | 538), Verdict::Ours),
    // No TLS or no sign-in for now (RFC 3207, RFC 4954). Later some servers defer one recipient so.
    (BEFORE_RECIPIENT, |reply| reply.code == 454, Verdict::Ours),
    // Refused before any mail: none of ours would be taken.
    (BEFORE_MAIL, Reply::is_permanent, Verdict::Ours),
    (ANY, |reply| reply.subject() == Some((2, 2)), Verdict::Full),
    (ANY, |reply| !reply.is_permanent(), Verdict::Again),
    (ANY, |reply| reply.code == 552 && reply.subject().is_none(), Verdict::Full),
    (ANY, |reply| reply.subject().is_some_and(|(subject, _)| subject == 7), Verdict::Policy),
    // 5.1.7 and 5.1.8 are about the sender's address.
    (ANY, |reply| matches!(reply.subject(), Some((1, 7 | 8))), Verdict::Policy),
    (
        &[Step::To, Step::Data, Step::Text],
        |reply| matches!(reply.subject(), Some((1, _))),
        Verdict::Address,
    ),
    // 5.3, 5.4 and 5.5 are about systems, ways and the protocol, such as a quota of the relay; but for an address that is not
    // on the list of its system (Exchange).
    (&[Step::To], |reply| matches!(reply.subject(), Some((4, 1))), Verdict::Address),
    (&[Step::To], |reply| matches!(reply.subject(), Some((3..=5, _))), Verdict::Policy),
    (&[Step::To], |reply| matches!(reply.code, 550 | 551 | 553 | 501), Verdict::Address),
    (ANY, Reply::is_permanent, Verdict::Policy),
];

impl Reply {
    /// A reply, by its code and its text.
    pub fn new(code: u16, text: &str) -> Self {
        let first = text.split_whitespace().next().unwrap_or_default();
        let mut numbers = first.split('.').map(|number| number.parse::<u16>().ok());
        let enhanced = match (numbers.next(), numbers.next(), numbers.next(), numbers.next()) {
            (Some(Some(class)), Some(Some(subject)), Some(Some(detail)), None) => {
                Some((class, subject, detail))
            }
            _ => None,
        };
        // A class that the code contradicts is none.
        Self { code, enhanced: enhanced.filter(|(class, ..)| *class == code / 100) }
    }

    fn is_permanent(&self) -> bool {
        self.code >= 500
    }

    /// Subject and detail of the enhanced code.
    fn subject(&self) -> Option<(u16, u16)> {
        self.enhanced.map(|(_, subject, detail)| (subject, detail))
    }
}

/// The meaning of a failure.
pub fn judge(failure: &Failure) -> Verdict {
    let Some(reply) = &failure.reply else {
        return match failure.step {
            // The recipient's letters are beyond what the server can send.
            Step::From if failure.is_unable => Verdict::Address,
            // The message cannot be written.
            Step::Text if failure.is_unable => Verdict::Policy,
            _ if failure.is_unable => Verdict::Ours,
            Step::Resolve | Step::Tls => Verdict::Ours,
            Step::Text => Verdict::Unknown,
            _ => Verdict::Again,
        };
    };
    let rule = RULES.iter().find(|(steps, fits, _)| steps.contains(&failure.step) && fits(reply));
    rule.map_or(Verdict::Again, |(.., verdict)| *verdict)
}

/// Pauses after failed attempts, in seconds; the last one repeats.
const PAUSES: [u64; 7] = [30, 120, 300, 600, 1_200, 2_400, 3_600];

/// The pause after so many failed attempts, 1 or more, shifted by up to a fifth: `chance` is any number.
pub fn again_after(attempts: i64, chance: u32) -> Duration {
    let place = usize::try_from(attempts.max(1) - 1).unwrap_or(usize::MAX);
    let pause_ms = PAUSES[place.min(PAUSES.len() - 1)] * 1_000;
    let fifth_ms = pause_ms / 5;
    Duration::from_millis(pause_ms - fifth_ms + u64::from(chance) % (2 * fifth_ms + 1))
}

/// What a server said, for the database and the log: in one line, without controls and without this address, cut.
pub(super) fn said(text: &str, address: Option<&MailAddress>) -> String {
    let plain = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect::<String>();
    let words: Vec<_> = plain.split_whitespace().collect();
    let mut line = words.join(" ");
    for form in address.map(MailAddress::forms).unwrap_or_default() {
        line = without(&line, &form);
    }
    line.chars().take(REPLY_MAX).collect()
}

/// A line with dots in place of a text, in whichever case it is written.
fn without(line: &str, text: &str) -> String {
    let (lower, sought) = (line.to_ascii_lowercase(), text.to_ascii_lowercase());
    let (mut kept, mut from) = (String::new(), 0);
    for (at, _) in lower.match_indices(&sought) {
        kept.push_str(line.get(from..at).unwrap_or_default());
        kept.push('…');
        from = at + sought.len();
    }
    kept + line.get(from..).unwrap_or_default()
}

#[cfg(test)]
mod tests;
