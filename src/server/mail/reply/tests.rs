use proptest::prelude::*;

use super::*;

fn replied(step: Step, code: u16, text: &str) -> Verdict {
    let reply = Some(Reply::new(code, text));
    judge(&Failure { step, reply, is_unable: false, said: String::new() })
}

fn silent(step: Step) -> Verdict {
    judge(&Failure { step, reply: None, is_unable: false, said: String::new() })
}

fn unable(step: Step) -> Verdict {
    judge(&Failure { step, reply: None, is_unable: true, said: String::new() })
}

#[test]
fn replies_mean_what_servers_mean_by_them() {
    use Step::{Data, From, Greet, Login, Text, Tls, To};
    for (step, code, text, expected) in [
        (To, 451, "4.7.1 Greylisted, try again", Verdict::Again),
        (To, 450, "mailbox busy", Verdict::Again),
        (Greet, 421, "too many connections", Verdict::Again),
        (From, 421, "4.3.2 shutting down", Verdict::Again),
        (Text, 452, "4.3.1 no disk", Verdict::Again),
        (To, 452, "4.2.2 mailbox full", Verdict::Full),
        (To, 552, "5.2.2 over quota", Verdict::Full),
        (Text, 552, "exceeded storage", Verdict::Full),
        (Text, 552, "5.3.4 message too big", Verdict::Policy),
        (Login, 535, "5.7.8 bad credentials", Verdict::Ours),
        (From, 530, "5.7.0 authenticate first", Verdict::Ours),
        (Login, 534, "", Verdict::Ours),
        (Login, 538, "", Verdict::Ours),
        (Tls, 454, "no TLS now", Verdict::Ours),
        (From, 454, "4.7.0 authenticate later", Verdict::Ours),
        // One recipient is deferred.
        (To, 454, "4.7.1 relay access denied", Verdict::Again),
        (Login, 504, "unknown mechanism", Verdict::Ours),
        (Greet, 554, "no service for you", Verdict::Ours),
        (To, 550, "5.1.1 no such user", Verdict::Address),
        (To, 550, "no such user", Verdict::Address),
        (To, 551, "not local", Verdict::Address),
        (To, 553, "5.1.3 bad syntax", Verdict::Address),
        (To, 501, "bad address", Verdict::Address),
        (Text, 550, "5.1.1 no such user", Verdict::Address),
        (To, 550, "5.7.1 blocked by list", Verdict::Policy),
        (To, 550, "5.4.5 daily limit exceeded", Verdict::Policy),
        (To, 550, "5.5.1 too many recipients", Verdict::Policy),
        (To, 550, "5.4.1 recipient address rejected: access denied", Verdict::Address),
        (To, 550, "5.0.0 no such user", Verdict::Address),
        (To, 550, "5.1.8 sender's domain", Verdict::Policy),
        (From, 550, "sender rejected", Verdict::Policy),
        (From, 553, "5.1.7 sender", Verdict::Policy),
        (Text, 550, "looks like spam", Verdict::Policy),
        (Text, 554, "5.7.1 spam", Verdict::Policy),
        (Data, 554, "no valid recipients", Verdict::Policy),
        // The class contradicts the code.
        (To, 550, "4.1.1 odd", Verdict::Address),
    ] {
        assert_eq!(replied(step, code, text), expected, "{step:?} {code} {text}");
    }
}

#[test]
fn silence_means_what_its_step_makes_of_it() {
    for step in ANY {
        let expected = match step {
            Step::Resolve | Step::Tls => Verdict::Ours,
            Step::Text => Verdict::Unknown,
            _ => Verdict::Again,
        };
        assert_eq!(silent(*step), expected, "{step:?}");
        let expected = match step {
            Step::From => Verdict::Address,
            Step::Text => Verdict::Policy,
            _ => Verdict::Ours,
        };
        assert_eq!(unable(*step), expected, "{step:?}");
    }
}

proptest! {
    /// Nothing that a server says loses a mail by mistake, or blames an address for something else.
    #[test]
    fn no_reply_is_misunderstood(
        place in 0..ANY.len(),
        code in 100..600_u16,
        class in 0..7_u16,
        subject in 0..9_u16,
        detail in 0..99_u16,
        has_enhanced in any::<bool>(),
    ) {
        let step = ANY[place];
        let text = if has_enhanced { format!("{class}.{subject}.{detail} words") } else { "words".into() };
        let verdict = replied(step, code, &text);
        let is_about_us = matches!(code, 530 | 534 | 535 | 538) || (code == 454 && step < Step::To);
        // A temporary reply never ends a mail, and one about us never counts for it.
        prop_assert_eq!(is_about_us && verdict != Verdict::Ours, false);
        if code < 500 && !is_about_us {
            prop_assert!(matches!(verdict, Verdict::Again | Verdict::Full), "{verdict:?}");
        }
        // An address is refused only once it was named, for good, and not by a policy.
        if verdict == Verdict::Address {
            prop_assert!(matches!(step, Step::To | Step::Data | Step::Text) && code >= 500);
            prop_assert!(!(has_enhanced && class == 5 && (subject == 7 || (3..=5).contains(&subject) && detail != 1)));
        }
        // Before the first mail of a connection nothing is said about a mail.
        if BEFORE_MAIL.contains(&step) {
            prop_assert!(matches!(verdict, Verdict::Again | Verdict::Ours | Verdict::Full), "{verdict:?}");
        }
        // A reply is an answer: nobody has to guess.
        prop_assert_ne!(verdict, Verdict::Unknown);
    }

    #[test]
    fn pauses_grow_to_an_hour_and_are_spread(attempts in 1..100_i64, chance in any::<u32>()) {
        let place = (attempts as usize - 1).min(PAUSES.len() - 1);
        let (pause, usual) = (again_after(attempts, chance).as_secs_f64(), PAUSES[place] as f64);
        prop_assert!((0.8 * usual..=1.2 * usual).contains(&pause), "{pause} for {usual}");
    }

    /// A line of the log stays one line, whatever a server sends (S102).
    #[test]
    fn what_was_said_is_one_short_line(text in any::<String>()) {
        let said = said(&text, None);
        prop_assert!(!said.contains(char::is_control) && said.chars().count() <= REPLY_MAX);
    }
}

/// The address is left out however a server writes it (S102).
#[test]
fn what_was_said_has_no_address() {
    let address = MailAddress::parse("Ada..L@bücher.example").expect("an address");
    for form in address.forms() {
        let reply = format!("550 5.1.1 <{}>: unknown, {form}", form.to_ascii_uppercase());
        assert_eq!(said(&reply, Some(&address)), "550 5.1.1 <…>: unknown, …", "{form}");
    }
    let cut = format!("{} ada..l@bücher.example", "x".repeat(REPLY_MAX - 5));
    assert!(!said(&cut, Some(&address)).contains("ada"), "an address is hidden before the cut");
}

/// Within a link that lives for half an hour there are five attempts, at the worst spread.
#[test]
fn greylisting_passes_within_half_an_hour() {
    let spread = |n| (0..=u32::MAX).step_by(1 << 14).map(move |chance| again_after(n, chance));
    let latest: Duration = (1..=4).map(|n| spread(n).max().unwrap_or_default()).sum();
    assert!(latest < Duration::from_secs(30 * 60), "the fifth attempt after {latest:?}");
}
