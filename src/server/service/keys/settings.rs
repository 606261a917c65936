use super::{
    KeyError, PUBLISH_AHEAD, RingName,
    edit::{Changed, Edit, HEARD, change},
    loaded::{make, row},
};
use crate::server::{
    App, dates,
    secure::{
        key_ring::KeyState,
        keys::{KeyAlgorithm, SigningKey, VerifyingKey},
    },
    service::{agent::Agent, audit::Kind},
};

/// Changes our own ring as the settings say; only for the server, whose settings they are.
///
/// # Errors
/// `Known` for a shared secret that was retired.
pub async fn apply_settings(app: &App) -> Changed {
    match apply_once(app).await {
        // Another server that starts at this moment has made the change, so this one tries again.
        Err(KeyError::Raced) => apply_once(app).await?,
        outcome => outcome?,
    }
    warn_of_replaced_secrets(app);
    Ok(())
}

/// Warns about replaced shared secrets that still verify: most are replaced because they leaked.
fn warn_of_replaced_secrets(app: &App) {
    let (known, now_s) = (app.tokens.keys.known(), app.clock.now_s());
    let ring = known.ring(RingName::Own);
    let last = ring.last().map(|last| &last.key.verifying().kid);
    for (timed, state) in ring.list(now_s) {
        let VerifyingKey { kid, algorithm, .. } = timed.key.verifying();
        if *algorithm == KeyAlgorithm::Hs256 && state != KeyState::Over && Some(kid) != last {
            let seconds = known.published.linger(RingName::Own);
            tracing::warn!(
                %kid,
                "a replaced VESTIBULE_JWT_SECRET verifies for {seconds} seconds more; \
                 run vestibule keys retire {kid} now if it leaked"
            );
        }
    }
}

async fn apply_once(app: &App) -> Changed {
    let (known, now_s) = (app.tokens.keys.known(), app.clock.now_s());
    if !known.published.has_own() {
        return Err(KeyError::NoneSigns);
    }
    let ring = known.ring(RingName::Own);
    let last = ring.last();
    // Without a key, of a database that has only a tutorial's secret, the next one signs at once.
    let from = |ahead: i64| last.map_or(now_s, |last| (now_s + ahead).max(last.active_at + 1));
    let wanted = app.config.signing_algorithm;
    let (edit, signs_from) = match &app.config.jwt_secret {
        Some(secret) => {
            let key = SigningKey::shared(secret)?;
            let kid = key.0.verifying().kid.clone();
            // It is not published: nobody has to fetch it first.
            let signs_from = from(HEARD);
            if last.is_some_and(|last| kid == last.key.verifying().kid) {
                return Ok(());
            }
            let edit = match ring.list(now_s).any(|(timed, _)| timed.key.verifying().kid == kid) {
                true => Edit::SignFrom(kid, signs_from),
                false => Edit::Add(row(&app.secret, RingName::Own, &key, now_s, signs_from)?),
            };
            (edit, signs_from)
        }
        None if last.is_some_and(|last| last.key.verifying().algorithm == wanted) => return Ok(()),
        None => {
            let key = make(&app.config, wanted).await?;
            let signs_from = from(PUBLISH_AHEAD);
            let row = row(&app.secret, RingName::Own, &key, now_s, signs_from)?;
            (Edit::Add(row), signs_from)
        }
    };
    change(app, &known, (Kind::KeyPublish, Agent::System), vec![edit]).await?;
    let signs_from = dates::rfc3339(signs_from);
    tracing::info!(
        algorithm = %wanted,
        %signs_from,
        "the next key is published, as the settings ask; until then the key of before signs"
    );
    Ok(())
}
