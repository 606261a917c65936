use std::sync::Arc;

use tokio::sync::Semaphore;
use zxcvbn::{
    Score,
    feedback::{Feedback, Suggestion, Warning},
    zxcvbn,
};

use super::{Person, offline};
use crate::{
    model::{ApiError, ErrorCode, Field, Problem, Strength, StrengthForm},
    server::{
        App,
        error::Result,
        say,
        secure::secret::Secret,
        service::{
            ClientInfo,
            limits::{self, Limit},
            outcome,
            threads::Threads,
        },
    },
};

/// How much of a password, a name or an address is looked at, in characters: the estimate takes time with the
/// square of it.
const LOOKED_AT: usize = 32;
/// How many are estimated at once; one more is refused, and the person will type on.
const AT_ONCE: usize = 2;
/// By how much a thread yields (`nice`): to requests, and to the hashing of those who sign in.
const NICE: i32 = 19;

/// Signs that stand for letters (`p@$$word`), and others that stand for none.
const SIGNS: [(char, char); 10] = [
    ('@', '^'),
    ('(', ')'),
    ('{', '}'),
    ('[', ']'),
    ('<', '>'),
    ('!', '?'),
    ('|', '/'),
    ('$', '&'),
    ('+', '='),
    ('%', '~'),
];
/// How many different signs are read as letters. zxcvbn tries every way to read them all: with ten of them and
/// all ten digits 800 ways, with two 40.
const SIGNS_READ: usize = 2;

/// Password strength estimates, on their own threads with the lowest priority.
pub(super) struct Estimates {
    threads: Threads<()>,
    places: Arc<Semaphore>,
}

impl Default for Estimates {
    fn default() -> Self {
        Self {
            threads: Threads::new("estimates", AT_ONCE, NICE, || Ok(())),
            places: Arc::new(Semaphore::new(AT_ONCE)),
        }
    }
}

/// How hard a password is to guess, in a sentence of ours; nothing of what was typed is in it.
///
/// Says what registration would say, but asks nobody else: it is called while somebody types.
///
/// # Errors
/// `too_many_requests`, `overloaded`.
pub async fn strength(app: &App, form: StrengthForm, client_info: &ClientInfo) -> Result<Strength> {
    let asked = limits::take(app, &[Limit::Advice(client_info.source())]).await;
    let _asked =
        asked.inspect_err(|error| outcome::refused("advice", client_info, error.code()))?;
    let password = Secret::new(form.password);
    let person = Person { username: &form.name, email: Some(&form.email) };
    match offline(app, &password, person) {
        // The field says so by itself.
        Err(Problem::Required | Problem::TooShort { .. }) => return Ok(Strength::default()),
        Err(problem) => {
            return Ok(Strength { score: 0, words: say::problem(&problem, Field::Password) });
        }
        Ok(()) => {}
    }
    let estimates = &app.passwords.estimates;
    let busy = || ApiError { retry_after: Some(1), ..ErrorCode::Overloaded.into() };
    let place = estimates.places.clone().try_acquire_owned().map_err(|_| busy())?;
    let estimate = move |_: &()| {
        let _held = place;
        estimate(password.expose(), &form.name, &form.email)
    };
    // An estimate that fails is none: registration judges all the same.
    let estimated = estimates.threads.run(estimate).await;
    Ok(estimated.map(|estimated| estimated.strength()).unwrap_or_default())
}

/// How soon a password would be guessed, and why.
struct Estimate {
    score: Score,
    warning: Option<Warning>,
    suggestion: Option<Suggestion>,
}

impl Estimate {
    /// The same for a person.
    fn strength(&self) -> Strength {
        let (score, words) = match self.score {
            Score::Zero => (0, say::strength_0()),
            Score::One => (1, say::strength_1()),
            Score::Two => (2, say::strength_2()),
            Score::Three => (3, say::strength_3()),
            _ => (4, say::strength_4()),
        };
        let why = self.warning.map(why).or(self.suggestion.map(how)).filter(|_| score < 3);
        Strength { score, words: why.map_or(words.clone(), |why| format!("{words} {why}")) }
    }
}

fn why(warning: Warning) -> String {
    match warning {
        Warning::StraightRowsOfKeysAreEasyToGuess
        | Warning::ShortKeyboardPatternsAreEasyToGuess => say::advice_keys(),
        Warning::RepeatsLikeAaaAreEasyToGuess
        | Warning::RepeatsLikeAbcAbcAreOnlySlightlyHarderToGuess => say::advice_repeats(),
        Warning::ThisIsATop10Password
        | Warning::ThisIsATop100Password
        | Warning::ThisIsACommonPassword => say::advice_common(),
        Warning::ThisIsSimilarToACommonlyUsedPassword => say::advice_similar(),
        Warning::SequencesLikeAbcAreEasyToGuess => say::advice_sequences(),
        Warning::RecentYearsAreEasyToGuess | Warning::DatesAreOftenEasyToGuess => {
            say::advice_dates()
        }
        Warning::AWordByItselfIsEasyToGuess => say::advice_word(),
        Warning::NamesAndSurnamesByThemselvesAreEasyToGuess
        | Warning::CommonNamesAndSurnamesAreEasyToGuess => say::advice_names(),
    }
}

fn how(suggestion: Suggestion) -> String {
    match suggestion {
        Suggestion::UseAFewWordsAvoidCommonPhrases
        | Suggestion::NoNeedForSymbolsDigitsOrUppercaseLetters
        | Suggestion::AddAnotherWordOrTwo => say::advice_more_words(),
        Suggestion::CapitalizationDoesntHelpVeryMuch
        | Suggestion::AllUppercaseIsAlmostAsEasyToGuessAsAllLowercase
        | Suggestion::ReversedWordsArentMuchHarderToGuess
        | Suggestion::PredictableSubstitutionsDontHelpVeryMuch => say::advice_substitutions(),
        Suggestion::UseALongerKeyboardPatternWithMoreTurns => say::advice_keys(),
        Suggestion::AvoidRepeatedWordsAndCharacters => say::advice_repeats(),
        Suggestion::AvoidSequences => say::advice_sequences(),
        Suggestion::AvoidRecentYears
        | Suggestion::AvoidYearsThatAreAssociatedWithYou
        | Suggestion::AvoidDatesAndYearsThatAreAssociatedWithYou => say::advice_dates(),
    }
}

fn estimate(password: &str, name: &str, email: &str) -> Estimate {
    let cut = |text: &str| text.chars().take(LOOKED_AT).collect::<String>();
    let local = email.rsplit_once('@').map_or("", |(local, _)| local);
    let [name, email, local] = [name, email, local].map(cut);
    let entropy = zxcvbn(&readable(&cut(password)), &[&name, &email, &local, "vestibule"]);
    let feedback = entropy.feedback();
    Estimate {
        score: entropy.score(),
        warning: feedback.and_then(Feedback::warning),
        suggestion: feedback.and_then(|feedback| feedback.suggestions().first().copied()),
    }
}

/// A password as it is estimated: where more different signs are in it than a word would have, none stands for
/// a letter. Repeats, sequences, dates and words are found as before.
fn readable(password: &str) -> String {
    let signs = SIGNS.iter().filter(|(sign, _)| password.contains(*sign)).count();
    if signs <= SIGNS_READ {
        return password.to_owned();
    }
    let other = |c| SIGNS.iter().find(|(sign, _)| *sign == c).map_or(c, |(_, other)| *other);
    password.chars().map(other).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The letters of zxcvbn's own table (`matching/mod.rs` of 3.1) and what each may be written as.
    const LETTERS: [&str; 12] =
        ["4@", "8", "({[<", "3", "69", "1!|", "1|7", "0", "$5", "+7", "%", "2"];
    /// The most ways to read a password that an estimate may try: about 4 ms (`measure costs`).
    const WAYS_MAX: usize = 40;

    /// In how many ways zxcvbn reads a password: for each letter one of its signs, and where a sign stands for
    /// two letters either of them.
    fn ways(password: &str) -> usize {
        let mut ways: Vec<Vec<char>> = vec![Vec::new()];
        for signs in LETTERS {
            let present: Vec<char> =
                signs.chars().filter(|sign| password.contains(*sign)).collect();
            if present.is_empty() {
                continue;
            }
            ways = present
                .iter()
                .flat_map(|sign| ways.iter().map(move |read| (sign, read)))
                .flat_map(|(sign, read)| {
                    let longer = || [read.as_slice(), &[*sign]].concat();
                    if read.contains(sign) {
                        vec![read.clone(), read.clone()]
                    } else {
                        vec![longer()]
                    }
                })
                .collect();
        }
        ways.len()
    }

    #[test]
    fn the_worst_password_is_read_in_few_ways() {
        let attack = "({[<@4!1|7+5$069";
        assert!(ways(attack) > 10 * WAYS_MAX, "the attack is one");
        assert!(ways(&readable(attack)) <= WAYS_MAX);
        for (first, _) in SIGNS {
            for (second, _) in SIGNS {
                let password = format!("0123456789{first}{second}");
                assert_eq!(readable(&password), password, "two signs are read");
                assert!(ways(&password) <= WAYS_MAX, "{password}");
            }
        }
    }

    proptest! {
        #[test]
        fn no_password_is_read_in_many_ways(password in "[4@8({\\[<3691!|70$5+%2a-e]{0,40}") {
            prop_assert!(ways(&readable(&password)) <= WAYS_MAX);
        }
    }

    #[test]
    fn signs_that_stand_for_nothing_keep_the_shape() {
        assert_eq!(readable("p@$$w0rd"), "p@$$w0rd");
        let shape = |text: &str| {
            let chars: Vec<char> = text.chars().collect();
            chars.iter().map(|c| chars.iter().position(|other| other == c)).collect::<Vec<_>>()
        };
        let all: String = SIGNS.iter().flat_map(|(sign, _)| [*sign, 'a', *sign]).collect();
        assert_eq!(shape(&readable(&all)), shape(&all));
        assert!(SIGNS.iter().all(|(sign, _)| !readable(&all).contains(*sign)));
    }
}
