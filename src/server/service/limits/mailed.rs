//! The limits of mails that somebody asks for.

use super::{Limit, LimitReservation, Source, take};
use crate::server::{App, error::Result};

/// Time after which the second mail to an address may be asked for, in seconds.
pub const RESEND_AFTER: i64 = 60;

/// The wait after so many mails to an address in a day, in seconds. It agrees with [`Limit::MailTo`] and
/// [`Limit::MailToDaily`]: after it they have room for a mail.
pub fn resend_after(count: i64) -> i64 {
    match count {
        ..=1 => RESEND_AFTER,
        2 => 2 * RESEND_AFTER,
        3..=9 => Limit::MailTo("").rate().every_ms / 1_000,
        10.. => Limit::MailToDaily("").rate().every_ms / 1_000,
    }
}

/// Counts a mail for a purpose to an address in canonical form, or for a name.
///
/// # Errors
/// `too_many_requests` if it got too many, with the wait.
pub async fn take_mail(app: &App, purpose: &str, to: &str) -> Result<LimitReservation> {
    let whose = format!("{purpose} {}", without_tag(to));
    take(app, &[Limit::MailTo(&whose), Limit::MailToDaily(&whose)]).await
}

impl Limit<'_> {
    /// The limits of the mails that a source asks for: the source, and for IPv6 its /48.
    pub fn mailed_flows(source: Source) -> Vec<Self> {
        let network = source.customer().map(Self::MailedFlowNetwork);
        [Self::MailedFlow(source)].into_iter().chain(network).collect()
    }
}

/// An address without its plus tag, because all such spellings are often one mailbox (S26); another text as it is.
pub fn without_tag(to: &str) -> String {
    match to.rsplit_once('@') {
        Some((local, domain)) => {
            let mailbox = local.split_once('+').map_or(local, |(before, _)| before);
            format!("{mailbox}@{domain}")
        }
        None => to.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_cut_from_addresses_alone() {
        for (to, mailbox) in [
            ("ada@example.org", "ada@example.org"),
            ("ada+one@example.org", "ada@example.org"),
            ("ada+one+two@example.org", "ada@example.org"),
            ("ada", "ada"),
        ] {
            assert_eq!(without_tag(to), mailbox);
        }
    }

    /// Somebody who waits as long as they are told is never refused by the limit of the address.
    #[test]
    fn waits_and_limits_agree() {
        let limits = [Limit::MailTo(""), Limit::MailToDaily("")].map(|limit| limit.rate());
        let (mut now_ms, mut arrivals) = (0, [None; 2]);
        for count in 1..=30 {
            for (rate, arrival) in limits.iter().zip(&mut arrivals) {
                *arrival = Some(rate.take(*arrival, now_ms).expect("room for the mail"));
            }
            now_ms += resend_after(count) * 1_000;
        }
    }
}
