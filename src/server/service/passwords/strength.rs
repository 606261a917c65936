use tokio::sync::Semaphore;
use zxcvbn::{Score, zxcvbn};

use super::{Person, offline};
use crate::{
    model::{ErrorCode, Field, Problem, Strength, StrengthForm},
    server::{
        App,
        error::{Error, Result},
        secure::secret::Secret,
        service::{
            Visitor,
            limits::{self, Limit},
        },
    },
};

/// How much of a password is looked at, in characters: the estimate takes time with the square of it.
const LOOKED_AT: usize = 72;
/// How much of a name or an address.
const NAME_LOOKED_AT: usize = 64;

/// How many are estimated at once; whoever comes then is told nothing and will type on.
static PLACES: Semaphore = Semaphore::const_new(16);

/// How hard a password is to guess, in a sentence of ours; nothing of what was typed is in it.
///
/// Says what registration would say, but asks nobody else: it is called while somebody types.
///
/// # Errors
/// `too_many_requests`, `overloaded`.
pub async fn strength(app: &App, form: StrengthForm, visitor: &Visitor) -> Result<Strength> {
    let _asked = limits::take(app, &[Limit::Advice(visitor.source())]).await?;
    let password = Secret::new(form.password);
    let person = Person { username: &form.name, email: Some(&form.email) };
    match offline(app, &password, person) {
        Err(Problem::Required) => return Ok(Strength::default()),
        Err(problem) => {
            let words = problem.message(Field::Password);
            let score = u8::from(matches!(problem, Problem::TooShort { .. }));
            return Ok(Strength { score, words });
        }
        Ok(()) => {}
    }
    let place = PLACES.try_acquire().map_err(|_| ErrorCode::Overloaded)?;
    tokio::task::spawn_blocking(move || {
        let _held = place;
        estimate(password.expose(), &form.name, &form.email)
    })
    .await
    .map_err(|error| Error::Internal(error.to_string()))
}

fn estimate(password: &str, name: &str, email: &str) -> Strength {
    let cut = |text: &str, length| text.chars().take(length).collect::<String>();
    let local = email.rsplit_once('@').map_or("", |(local, _)| local);
    let [name, email, local] = [name, email, local].map(|text| cut(text, NAME_LOOKED_AT));
    let entropy = zxcvbn(&cut(password, LOOKED_AT), &[&name, &email, &local, "vestibule"]);
    let (score, words) = match entropy.score() {
        Score::Zero => (0, "Guessed at once."),
        Score::One => (1, "Easy to guess."),
        Score::Two => (2, "Could be guessed with some effort."),
        Score::Three => (3, "Hard to guess."),
        _ => (4, "Very hard to guess."),
    };
    let feedback = entropy.feedback().filter(|_| score < 3);
    let why = feedback.and_then(|feedback| match feedback.warning() {
        Some(warning) => Some(warning.to_string()),
        None => feedback.suggestions().first().map(ToString::to_string),
    });
    let words = why.map_or(words.to_owned(), |why| format!("{words} {why}"));
    Strength { score, words }
}
