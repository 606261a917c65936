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

/// Number of characters of a password, a name or an address that are estimated: the time grows with
/// its square.
const LOOKED_AT: usize = 32;
/// Number of concurrent estimates; a further one is refused, because the user continues typing.
const AT_ONCE: usize = 2;
/// Priority reduction of a thread (`nice`), below requests and the hashing of sign-ins.
const NICE: i32 = 19;

/// Signs that stand for letters (`p@$$word`), with replacements that stand for none.
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
/// Number of different signs that are read as letters. zxcvbn tries every combination: with ten of
/// them and all ten digits 800, with two 40.
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

/// The strength of a password, with a sentence that contains nothing of the typed text.
///
/// It applies the rules of registration without the range API, because it is called while a user
/// types.
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
        // The field reports this by itself.
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
    // A failed estimate is no answer: registration checks all the same.
    let estimated = estimates.threads.run(estimate).await;
    Ok(estimated.map(|estimated| estimated.strength()).unwrap_or_default())
}

/// The estimated effort of a guess, with its reason.
struct Estimate {
    score: Score,
    warning: Option<Warning>,
    suggestion: Option<Suggestion>,
}

impl Estimate {
    /// The estimate for the user.
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

/// The password for the estimate: if it has more different signs than a word would, none stands for
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

    /// The letters of zxcvbn's own table (`matching/mod.rs` of 3.1) with their replacements.
    const LETTERS: [&str; 12] =
        ["4@", "8", "({[<", "3", "69", "1!|", "1|7", "0", "$5", "+7", "%", "2"];
    /// Maximum number of readings of a password in an estimate: about 4 ms (`measure costs`).
    const WAYS_MAX: usize = 40;

    /// The number of zxcvbn's readings of a password: for each letter one of its signs, and for an
    /// ambiguous sign either letter.
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
