use std::collections::{BTreeMap, BTreeSet};

use super::*;
use crate::model::Form;

/// The messages of a file by name, each with its variables.
fn messages(text: &str) -> BTreeMap<&str, BTreeSet<&str>> {
    let blocks = text.split("\n\n").flat_map(|block| block.split("\n"));
    let mut messages = BTreeMap::<_, BTreeSet<_>>::new();
    let mut name = "";
    for line in blocks.filter(|line| !line.starts_with('#')) {
        if let Some((id, _)) = line.split_once(" =").filter(|_| !line.starts_with([' ', '}'])) {
            name = id;
            assert!(messages.insert(name, BTreeSet::new()).is_none(), "{name} is there twice");
        }
        for rest in line.split('$').skip(1) {
            let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_');
            messages.entry(name).or_default().insert(&rest[..end.unwrap_or(rest.len())]);
        }
    }
    messages
}

#[test]
fn every_language_has_every_message_and_no_other() {
    let english = messages(FILES[0].1);
    assert!(english.len() > 200, "{}", english.len());
    for (code, text) in FILES {
        let read = FluentResource::try_new((*text).to_owned());
        assert!(read.is_ok(), "{code}: {:?}", read.err().map(|(_, errors)| errors));
        let theirs = messages(text);
        let names = |messages: &BTreeMap<&str, _>| {
            messages.keys().map(|name| (*name).to_owned()).collect::<BTreeSet<_>>()
        };
        let missing: Vec<_> = names(&english).difference(&names(&theirs)).cloned().collect();
        let strange: Vec<_> = names(&theirs).difference(&names(&english)).cloned().collect();
        assert!(
            missing.is_empty() && strange.is_empty(),
            "{code} lacks {missing:?}, has {strange:?}"
        );
        for (name, variables) in &theirs {
            assert!(variables.is_subset(&english[name]), "{code}: {name} wants {variables:?}");
        }
    }
}

/// A message with a fault would be shown in English, or not at all.
#[test]
fn every_message_can_be_said() {
    let english = messages(FILES[0].1);
    for language in Language::all() {
        for (name, variables) in &english {
            for number in [0, 1, 2, 3, 11, 100] {
                let numbers = ["count", "seconds", "minutes", "hours", "min", "max", "bytes"];
                let of = |variable: &&str| match numbers.contains(variable) {
                    true => Value::Number(number),
                    false => Value::from("ada"),
                };
                let names: Vec<&'static str> =
                    variables.iter().map(|name| &*String::leak((*name).to_owned())).collect();
                let values: Vec<_> = names.iter().map(|name| (*name, of(name))).collect();
                let said = in_one(language, name, &values);
                assert!(
                    said.as_ref().is_ok_and(|said| !said.is_empty()),
                    "{language:?} {name}: {said:?}"
                );
            }
        }
    }
}

#[tokio::test]
async fn plurals_dates_and_directions_are_those_of_the_reader() {
    let german = Language::of_code("de").expect("German");
    let arabic = Language::of_code("AR").expect("Arabic");
    let at = 1_769_860_805;
    assert_eq!((day(at), minute(at)), ("31 January 2026".into(), "31 Jan 2026, 12:00 UTC".into()));
    assert_eq!(
        (month(at), ago(61), ago(7200)),
        ("January 2026".into(), "1 minute ago".into(), "2 hours ago".into())
    );
    in_language(german, async {
        assert_eq!(
            (day(at), ago(61), ago(7200)),
            ("31. Januar 2026".into(), "vor 1 Minute".into(), "vor 2 Stunden".into())
        );
        assert_eq!((current(), german.is_rtl(), german.name()), (german, false, "Deutsch".into()));
    })
    .await;
    in_language(arabic, async {
        assert_eq!(day(at), "31 يناير 2026");
        // One, two, few and many are four words.
        let words: std::collections::HashSet<_> = [1, 2, 3, 11].map(|n| ago(n * 60)).into();
        assert_eq!((words.len(), arabic.is_rtl()), (4, true));
        assert!(
            login_heading("Acme").contains("\u{2068}Acme\u{2069}"),
            "{}",
            login_heading("Acme")
        );
    })
    .await;
    assert_eq!(login_heading("Acme"), "Sign in to Acme");
    assert_eq!(login_heading("אבג"), "Sign in to \u{2068}אבג\u{2069}");
}

/// A message with a selector has a variant for each of its keys.
#[test]
fn every_form_and_field_has_its_words() {
    for form in Form::ALL {
        for said in [button(form), busy(form), failed(form)] {
            assert_ne!(said, "?", "{form:?}");
        }
        for input in form.inputs().iter().filter(|input| !input.is_unseen()) {
            assert_ne!(field(input.field), "?", "{:?}", input.field);
        }
    }
    for outcome in ["wrong_password", "unknown_account", "limited", "session_mismatch"] {
        assert_ne!(super::outcome(Value::key(outcome)), "?");
    }
}
