//! Passwords that no list has in full, and everybody makes who is asked for fifteen characters.

/// Number of the most common words that are written twice, three and four times.
const REPEATED: usize = 10_000;
/// Number of those with a separator between them, or with the endings after two.
const VARIED: usize = 2_000;
/// Number of words with the endings, and written backwards.
const ENDED: usize = 3_000;
/// Number of words that are paired.
const PAIRED: usize = 200;
/// The longest run of one thing.
const LONGEST: usize = 64;

const ENDINGS: [&str; 26] = [
    "1",
    "12",
    "123",
    "1234",
    "12345",
    "123456",
    "1234567",
    "12345678",
    "123456789",
    "1234567890",
    "!",
    "!!",
    "!!!",
    "123!",
    "1234!",
    "2020",
    "2021",
    "2022",
    "2023",
    "2024",
    "2025",
    "2026",
    "2027",
    "2020!",
    "2025!",
    "2026!",
];

/// Rows and columns of keyboards, and other things that are learned by heart.
const ROWS: [&str; 26] = [
    "1234567890",
    "12345678901234567890",
    "0123456789",
    "0987654321",
    "9876543210",
    "qwertyuiop",
    "qwertyuiop[]",
    "asdfghjkl",
    "asdfghjkl;'",
    "zxcvbnm",
    "zxcvbnm,./",
    "qwertzuiop",
    "qwertzuiopü",
    "asdfghjklöä",
    "yxcvbnm",
    "azertyuiop",
    "qsdfghjklm",
    "wxcvbn",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik,9ol.0p;/",
    "1q2w3e4r5t6y7u8i9o0p",
    "qazwsxedcrfvtgbyhnujmikolp",
    "zaq12wsxcde34rfvbgt56yhn",
    "!@#$%^&*()",
    "1!2@3#4$5%6^7&8*9(0)",
    "abcdefghijklmnopqrstuvwxyz",
    "a1b2c3d4e5f6g7h8i9j0",
];

/// Phrases that are known for being passwords or for being typed; with and without what is between words.
const PHRASES: [&str; 24] = [
    "correct horse battery staple",
    "battery staple correct horse",
    "horse battery staple correct",
    "let me in please",
    "open sesame open sesame",
    "this is my password",
    "this is a password",
    "this is not a password",
    "my password is password",
    "my secret password",
    "my super secret password",
    "super secret password",
    "please change me now",
    "change this password",
    "i forgot my password",
    "the quick brown fox",
    "the quick brown fox jumps over the lazy dog",
    "to be or not to be",
    "i love you forever",
    "i love you so much",
    "once upon a time",
    "may the force be with you",
    "a long enough password",
    "hello world hello world",
];

/// Calls with each of them.
pub(crate) fn each(list: &[String], add: &mut impl FnMut(&str)) {
    let words: Vec<&str> = list.iter().map(String::as_str).filter(|word| word.len() >= 3).collect();
    for word in words.iter().take(REPEATED) {
        (2..=4).for_each(|times| add(&word.repeat(times)));
    }
    for word in words.iter().take(VARIED) {
        for (times, between) in (2..=4).flat_map(|times| [" ", "-", "_", "."].map(|b| (times, b))) {
            add(&vec![*word; times].join(between));
        }
        ENDINGS.iter().for_each(|ending| add(&format!("{word}{word}{ending}")));
    }
    for word in words.iter().take(ENDED) {
        ENDINGS.iter().for_each(|ending| add(&format!("{word}{ending}")));
        add(&word.chars().rev().collect::<String>());
    }
    let paired = || words.iter().take(PAIRED);
    for (first, second) in paired().flat_map(|first| paired().map(move |second| (first, second))) {
        ["", " ", "-"].iter().for_each(|between| add(&format!("{first}{between}{second}")));
    }
    for phrase in PHRASES {
        for between in ["", " ", "-", "_", ".", ","] {
            let phrase = phrase.replace(' ', between);
            add(&phrase);
            ENDINGS.iter().for_each(|ending| add(&format!("{phrase}{ending}")));
        }
    }
    rows(add);
    runs(add);
}

/// Walks along rows: from their beginning, there and back, round and round, one row after another.
fn rows(add: &mut impl FnMut(&str)) {
    for row in ROWS {
        let there: Vec<char> = row.chars().collect();
        let back: String = there.iter().rev().collect();
        for walk in [row.to_owned(), back.clone(), format!("{row}{back}"), format!("{back}{row}")] {
            let round: Vec<char> = walk.chars().cycle().take(LONGEST).collect();
            for length in 8..=LONGEST {
                add(&round[..length].iter().collect::<String>());
            }
            for other in ROWS {
                add(&format!("{walk}{other}"));
                add(&format!("{walk} {other}"));
            }
        }
        for start in 1..there.len() {
            let part: String = there[start..].iter().collect();
            (1..=4).for_each(|times| add(&part.repeat(times)));
        }
    }
}

/// One thing many times: a character, a pair, a short word, a number counted up.
fn runs(add: &mut impl FnMut(&str)) {
    let printable = || (' '..='~').map(String::from);
    let units = [
        "abc", "123", "321", "xyz", "aaa111", "112233", "abcd", "1234", "ab12", "test", "pass",
        "love", "haha",
    ];
    let pairs = printable().flat_map(|a| printable().map(move |b| format!("{a}{b}")));
    let units = units.map(String::from).into_iter().chain(printable()).chain(pairs);
    for unit in units {
        let length = unit.chars().count();
        // Pairs as often as people count, single characters up to the end.
        let longest = if length == 1 { LONGEST } else { 24 };
        (8 / length..=longest / length).for_each(|times| add(&unit.repeat(times)));
    }
    let counted: String = (1..=40).map(|number| number.to_string()).collect();
    let doubled: String = "0123456789".chars().flat_map(|digit| [digit, digit]).collect();
    for length in 8..=LONGEST {
        add(&counted[..length]);
        add(&doubled[..length.min(doubled.len())]);
        add(&doubled[2..length.clamp(10, doubled.len())]);
    }
}
