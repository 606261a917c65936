use futures::FutureExt;

use super::{KeyError, LoadedKeys, PUBLISH_AHEAD, VERSION, make, reload, row};
use crate::server::{
    App, dates,
    db::{
        Tx, instance,
        keys::{self, KeyRow},
    },
    error::{Error, Result},
    secure::{
        key_ring::KeyState,
        keys::{KeyAlgorithm, SigningKey, VerifyingKey},
        secret::Secret,
    },
    service::{
        agent::Agent,
        audit::Kind,
        feed::{self, Change},
        roles::Permission,
    },
};

/// Delay in seconds before a key signs that is activated at once; every process has read it by
/// then.
const HEARD: i64 = 2;

type Changed = std::result::Result<(), KeyError>;

/// One change of the ring.
enum Edit {
    Add(KeyRow),
    Retire(String),
    SignFrom(String, i64),
}

/// Changes the ring as the settings say; only for the server, whose settings they are.
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
    let last = known.ring.last().map(|last| &last.key.verifying().kid);
    for (timed, state) in known.ring.list(now_s) {
        let VerifyingKey { kid, algorithm, .. } = timed.key.verifying();
        if *algorithm == KeyAlgorithm::Hs256 && state != KeyState::Over && Some(kid) != last {
            let seconds = known.published.linger;
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
    if known.published.rows.is_empty() {
        return Err(KeyError::NoneSigns);
    }
    let last = known.ring.last();
    // Without a key, of a database that has only a tutorial's secret, the next one signs at once.
    let from = |ahead: i64| last.map_or(now_s, |last| (now_s + ahead).max(last.active_at + 1));
    let wanted = app.config.signing_algorithm;
    let (edit, signs_from) = match &app.config.jwt_secret {
        Some(secret) => {
            let (key, material) = SigningKey::shared(secret)?;
            let kid = key.verifying().kid.clone();
            // It is not published: nobody has to fetch it first.
            let signs_from = from(HEARD);
            if last.is_some_and(|last| kid == last.key.verifying().kid) {
                return Ok(());
            }
            let edit =
                match known.ring.list(now_s).any(|(timed, _)| timed.key.verifying().kid == kid) {
                    true => Edit::SignFrom(kid, signs_from),
                    false => Edit::Add(row(&app.secret, &key, &material, now_s, signs_from)?),
                };
            (edit, signs_from)
        }
        None if last.is_some_and(|last| last.key.verifying().algorithm == wanted) => return Ok(()),
        None => {
            let (key, material) = make(&app.config, wanted).await?;
            let signs_from = from(PUBLISH_AHEAD);
            (Edit::Add(row(&app.secret, &key, &material, now_s, signs_from)?), signs_from)
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

/// Publishes the next key, of the algorithm in use; it signs ten minutes later, or at once on
/// request.
///
/// # Errors
/// `AlreadyNext`, `Shared`, `Raced`; `forbidden`, `reauthentication_required`.
pub async fn rotate(app: &App, agent: Agent<'_>, at_once: bool) -> Changed {
    agent.permit(app, Permission::KeysWrite)?;
    let (known, now_s) = (app.tokens.keys.known(), app.clock.now_s());
    let algorithm = rotating(&known)?;
    match next(&known, now_s) {
        Some(kid) if at_once => {
            let edit = Edit::SignFrom(kid, now_s + HEARD);
            change(app, &known, (Kind::KeyActivate, agent), vec![edit]).await
        }
        Some(kid) => Err(KeyError::AlreadyNext(kid)),
        None => {
            let (key, material) = make(&app.config, algorithm).await?;
            let row = row(&app.secret, &key, &material, now_s, signs_from(&known, now_s, at_once))?;
            change(app, &known, (Kind::KeyPublish, agent), vec![Edit::Add(row)]).await
        }
    }
}

/// Adds the operator's own private key (PEM, PKCS#8) as the next one.
///
/// # Errors
/// `AlreadyNext`, `OtherAlgorithm`, `Known`, `Shared`, `Raced`; `forbidden`,
/// `reauthentication_required`.
pub async fn import(app: &App, agent: Agent<'_>, pem: &Secret, at_once: bool) -> Changed {
    agent.permit(app, Permission::KeysWrite)?;
    let (known, now_s) = (app.tokens.keys.known(), app.clock.now_s());
    let algorithm = rotating(&known)?;
    let (key, material) = SigningKey::from_pem(pem)?;
    if key.verifying().algorithm != algorithm {
        return Err(KeyError::OtherAlgorithm(algorithm));
    }
    if let Some(kid) = next(&known, now_s) {
        return Err(KeyError::AlreadyNext(kid));
    }
    let row = row(&app.secret, &key, &material, now_s, signs_from(&known, now_s, at_once))?;
    change(app, &known, (Kind::KeyImport, agent), vec![Edit::Add(row)]).await
}

/// Retires a key permanently: its tokens are refused from now on. If it is the next or the signing
/// one, another key takes over.
///
/// # Errors
/// `Unknown`, `Shared`, `Raced`; `forbidden`, `reauthentication_required`.
pub async fn retire(app: &App, agent: Agent<'_>, kid: &str) -> Changed {
    agent.permit(app, Permission::KeysWrite)?;
    let (known, now_s) = (app.tokens.keys.known(), app.clock.now_s());
    // The rows include keys that this version cannot read; they do not sign here.
    if !known.published.rows.iter().any(|row| row.kid == kid) {
        return Err(KeyError::Unknown);
    }
    let signing = known.ring.signing(now_s);
    let mut edits = vec![Edit::Retire(kid.to_owned())];
    if signing.is_some_and(|timed| timed.key.verifying().kid == kid) {
        edits.push(match next(&known, now_s) {
            Some(next) => Edit::SignFrom(next, now_s),
            None => {
                let algorithm = rotating(&known)?;
                let (key, material) = make(&app.config, algorithm).await?;
                // Without the retired key.
                let mut others =
                    known.ring.list(now_s).filter(|(timed, _)| timed.key.verifying().kid != kid);
                let after = others.next().map_or(now_s, |(timed, _)| timed.active_at + 1);
                Edit::Add(row(&app.secret, &key, &material, now_s, now_s.max(after))?)
            }
        });
    }
    change(app, &known, (Kind::KeyRetire, agent), edits).await
}

/// Publishes the next key when the signing one nears its age, and retires keys that are over; runs
/// once a minute.
///
/// # Errors
/// Fails if the database fails, or a key cannot be made.
pub async fn maintain(app: &App) -> Result<()> {
    reload(app).await?;
    let (known, now_s, age) = (app.tokens.keys.known(), app.clock.now_s(), app.config.key_rotation);
    let last = known.ring.last();
    let due = last.filter(|last| age > 0 && last.active_at + age - PUBLISH_AHEAD <= now_s);
    let mut edits = Vec::new();
    if let (Some(last), Ok(algorithm)) = (due, rotating(&known)) {
        let (key, material) = make(&app.config, algorithm).await?;
        let active_at = (last.active_at + age).max(now_s + PUBLISH_AHEAD);
        edits.push(Edit::Add(row(&app.secret, &key, &material, now_s, active_at)?));
    }
    if edits.is_empty() && known.ring.list(now_s).all(|(_, state)| state != KeyState::Over) {
        return Ok(());
    }
    match change(app, &known, (Kind::KeyMaintain, Agent::System), edits).await {
        Ok(()) | Err(KeyError::Raced) => Ok(()),
        Err(KeyError::Other(error)) => Err(error),
        Err(error) => Err(Error::Internal(error.to_string())),
    }
}

/// The algorithm in use, if Vestibule makes its keys.
fn rotating(known: &LoadedKeys) -> std::result::Result<KeyAlgorithm, KeyError> {
    match known.ring.last().map(|last| last.key.verifying().algorithm) {
        Some(KeyAlgorithm::Hs256) => Err(KeyError::Shared),
        Some(algorithm) => Ok(algorithm),
        None => Err(KeyError::NoneSigns),
    }
}

/// The published key that does not sign yet.
fn next(known: &LoadedKeys, now_s: i64) -> Option<String> {
    let mut keys = known.ring.list(now_s);
    let next = keys.find(|(_, state)| *state == KeyState::Next);
    next.map(|(timed, _)| timed.key.verifying().kid.clone())
}

/// Time from which a new key signs: never in the same second as the last, so that their order is
/// unambiguous.
fn signs_from(known: &LoadedKeys, now_s: i64, at_once: bool) -> i64 {
    let after_last = known.ring.last().map_or(now_s, |last| last.active_at + 1);
    (now_s + if at_once { HEARD } else { PUBLISH_AHEAD }).max(after_last)
}

/// Changes the ring if it is unchanged since it was read, and records the change in the feed. Keys
/// that are over are retired too, so that the retirement of a newer key cannot bring one back.
async fn change(
    app: &App,
    known: &LoadedKeys,
    (kind, agent): (Kind, Agent<'_>),
    mut edits: Vec<Edit>,
) -> Changed {
    let now_s = app.clock.now_s();
    let over = known.ring.list(now_s).filter(|(_, state)| *state == KeyState::Over);
    edits.extend(over.map(|(timed, _)| Edit::Retire(timed.key.verifying().kid.clone())));
    let act = agent.act(app);
    let (version, next_version) = (known.published.version.clone(), app.clock.new_id());
    let changed = app
        .db
        .write(move |tx| {
            async move {
                let version = version.as_deref();
                if !instance::compare_and_set(tx, VERSION, version, &next_version).await? {
                    return Err(KeyError::Raced);
                }
                for edit in edits {
                    let kid = carry_out(tx, edit, now_s).await?;
                    act.clone().about("kid", kid).write(tx, kind, None).await?;
                }
                feed::record(tx, &Change::Keys, now_s).await?;
                Ok(())
            }
            .boxed()
        })
        .await;
    if let Err(error) = reload(app).await {
        tracing::error!(%error, "cannot read the signing keys");
    }
    changed
}

/// Performs one change; returns the key's `kid`.
async fn carry_out(
    tx: &mut Tx<'_>,
    edit: Edit,
    now_s: i64,
) -> std::result::Result<String, KeyError> {
    let (done, kid) = match edit {
        Edit::Add(row) => (keys::insert(tx, &row).await?, row.kid),
        Edit::Retire(kid) => (keys::retire(tx, &kid, now_s).await?, kid),
        Edit::SignFrom(kid, at) => (keys::sign_from(tx, &kid, at).await?, kid),
    };
    if done { Ok(kid) } else { Err(KeyError::Known) }
}
