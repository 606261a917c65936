//! The upper bound of the cost of requests that need no correct password (docs/costs.md).

use std::time::Instant;

use vestibule::{
    model::{RegisterForm, StrengthForm},
    server::{
        App,
        service::{ClientInfo, passwords, register},
    },
};

use crate::{client::PASSWORD, inside::open};

/// Number of tries of each cost.
const ROUNDS: usize = 200;
/// Characters that take longest to normalise: eighteen of one, marks that are sorted, marks that compose.
const WORST: [&str; 4] = ["\u{fdfa}", "\u{315}\u{300}", "e\u{302}\u{323}", "ﬃ"];

/// Prints the median and the longest time of the worst registration that is refused, and of the worst question
/// how good a password is.
pub(crate) async fn measure() {
    let app = open(|flags| flags.limits = Some("off".into())).await;
    for worst in WORST {
        let fill = |length: usize| worst.chars().cycle().take(length).collect::<String>();
        let form = || RegisterForm {
            // Not a character of names, which is seen when all is normalised.
            username: Some(format!("{}!", fill(63))),
            email: Some(format!("{}@example.com", fill(242))),
            password: Some(fill(256)),
            ..RegisterForm::default()
        };
        report(&format!("registration refused, {worst:?}"), || refused(&app, form())).await;
    }
    let huge = || RegisterForm {
        username: Some("\u{fdfa}".repeat(20_000)),
        password: Some(PASSWORD.into()),
        ..RegisterForm::default()
    };
    report("registration refused, 60 kB of a name", || refused(&app, huge())).await;
    for (what, password) in [
        ("a good password", "seven quiet lanterns over water"),
        ("all signs and digits", "({[<@4!1|7+5$069"),
        ("two signs and all digits", "0123456789@|"),
        ("four that stand for two letters", "1|7+love"),
        ("digits that are dates", "11111112222"),
        ("words in words", "thematthematteromaniaaninaneon"),
    ] {
        let password: String = password.chars().cycle().take(72).collect();
        let form = || StrengthForm {
            password: password.clone(),
            name: "({[<@4!1|7".into(),
            email: "ada@example.com".into(),
        };
        report(&format!("advice, {what}"), || advised(&app, form())).await;
    }
    app.db.close().await;
}

async fn refused(app: &App, form: RegisterForm) {
    register::with_password(app, form, &ClientInfo::default()).await.expect_err("refused");
}

async fn advised(app: &App, form: StrengthForm) {
    let said = passwords::strength(app, form, &ClientInfo::default()).await;
    said.map_err(|error| error.into_api()).expect("advice");
}

async fn report(what: &str, once: impl AsyncFn()) {
    let mut times = Vec::with_capacity(ROUNDS);
    for _ in 0..ROUNDS {
        let began = Instant::now();
        once().await;
        times.push(began.elapsed().as_secs_f64() * 1e3);
    }
    times.sort_unstable_by(f64::total_cmp);
    println!("{what}: median {:.2} ms, longest {:.2} ms", times[ROUNDS / 2], times[ROUNDS - 1]);
}
