use super::{
    KeyError, PUBLISH_AHEAD, RingName,
    edit::{Changed, Edit, HEARD, change},
    loaded::{LoadedKeys, make, row},
    reload,
};
use crate::server::{
    App,
    error::{Error, Result},
    secure::{
        key_ring::{KeyRing, KeyState},
        keys::{KeyAlgorithm, SigningKey},
        secret::Secret,
    },
    service::{agent::Agent, audit::Kind, roles::Permission},
};

/// Number of tries to make the first key of a ring while others change the rings.
const TRIES: usize = 5;

/// Makes the first key of a ring for others, unless it has one; it signs at once, so a ring begins when the first client
/// or resource that needs it is made, and not with its first token. Our own ring gets its first key at the first start.
///
/// The primes of RSA take seconds: one task of a process looks for them and the others wait. Of two
/// processes one makes the key, and the other takes it.
///
/// # Errors
/// `NoneSigns` for our own ring; `Raced` if other processes were faster in every try.
pub async fn begin(app: &App, name: RingName) -> Changed {
    let begun = |app: &App| app.tokens.keys.ring(name).last().is_some();
    if begun(app) {
        return Ok(());
    }
    let _first = app.tokens.keys.beginning.lock().await;
    let mut made = None;
    for _ in 0..TRIES {
        if begun(app) {
            return Ok(());
        }
        let (known, now_s) = (app.tokens.keys.known(), app.clock.now_s());
        let row = match made.take() {
            Some(row) => row,
            None => {
                let key = make(&app.config, rotating(&known, name)?).await?;
                row(&app.secret, name, &key, now_s, now_s)?
            }
        };
        made = Some(row.clone());
        match change(app, &known, (Kind::KeyPublish, Agent::System), vec![Edit::Add(row)]).await {
            Err(KeyError::Raced) => {}
            outcome => return outcome,
        }
    }
    Err(KeyError::Raced)
}

/// Publishes the next key of a ring, of the algorithm in use; it signs ten minutes later, or at once
/// on request. The first key of a ring for others signs at once.
///
/// # Errors
/// `AlreadyNext`, `Shared`, `Raced`; `forbidden`, `reauthentication_required`.
pub async fn rotate(app: &App, agent: Agent<'_>, name: RingName, at_once: bool) -> Changed {
    agent.permit(app, Permission::KeysWrite)?;
    let (known, now_s) = (app.tokens.keys.known(), app.clock.now_s());
    let (algorithm, ring) = (rotating(&known, name)?, known.ring(name));
    match next(ring, now_s) {
        Some(kid) if at_once => {
            let edit = Edit::SignFrom(kid, now_s + HEARD);
            change(app, &known, (Kind::KeyActivate, agent), vec![edit]).await
        }
        Some(kid) => Err(KeyError::AlreadyNext(kid)),
        None => {
            let key = make(&app.config, algorithm).await?;
            let row = row(&app.secret, name, &key, now_s, signs_from(ring, now_s, at_once))?;
            change(app, &known, (Kind::KeyPublish, agent), vec![Edit::Add(row)]).await
        }
    }
}

/// Adds the operator's own private key (PEM, PKCS#8) as the next one of a ring.
///
/// # Errors
/// `AlreadyNext`, `OtherAlgorithm`, `OtherRing`, `Known`, `Shared`, `Raced`; `forbidden`,
/// `reauthentication_required`.
pub async fn import(
    app: &App,
    agent: Agent<'_>,
    name: RingName,
    pem: &Secret,
    at_once: bool,
) -> Changed {
    agent.permit(app, Permission::KeysWrite)?;
    let (known, now_s) = (app.tokens.keys.known(), app.clock.now_s());
    let (algorithm, ring) = (rotating(&known, name)?, known.ring(name));
    let key = SigningKey::from_pem(pem)?;
    if key.0.verifying().algorithm != algorithm {
        return Err(match name {
            RingName::Own => KeyError::OtherAlgorithm(algorithm),
            _ => KeyError::OtherRing(name),
        });
    }
    if let Some(kid) = next(ring, now_s) {
        return Err(KeyError::AlreadyNext(kid));
    }
    let row = row(&app.secret, name, &key, now_s, signs_from(ring, now_s, at_once))?;
    change(app, &known, (Kind::KeyImport, agent), vec![Edit::Add(row)]).await
}

/// Retires a key permanently: its tokens are refused from now on. If it is the next or the signing
/// one, another key of its ring takes over.
///
/// # Errors
/// `Unknown`, `Shared`, `Raced`; `forbidden`, `reauthentication_required`.
pub async fn retire(app: &App, agent: Agent<'_>, kid: &str) -> Changed {
    agent.permit(app, Permission::KeysWrite)?;
    let known = app.tokens.keys.known();
    // The rows include keys that this version cannot read; they do not sign here.
    let row = known.published.rows.iter().find(|row| row.kid == kid).ok_or(KeyError::Unknown)?;
    let mut edits = vec![Edit::Retire(kid.to_owned())];
    if let Ok(name) = row.ring.parse() {
        edits.extend(successor(app, &known, name, kid).await?);
    }
    change(app, &known, (Kind::KeyRetire, agent), edits).await
}

/// The change by which another key signs in place of this one, if it is the one that signs.
async fn successor(
    app: &App,
    known: &LoadedKeys,
    name: RingName,
    kid: &str,
) -> std::result::Result<Option<Edit>, KeyError> {
    let (ring, now_s) = (known.ring(name), app.clock.now_s());
    if ring.signing(now_s).is_none_or(|timed| timed.key.verifying().kid != kid) {
        return Ok(None);
    }
    if let Some(next) = next(ring, now_s) {
        return Ok(Some(Edit::SignFrom(next, now_s)));
    }
    let key = make(&app.config, rotating(known, name)?).await?;
    // Without the retired key.
    let mut others = ring.list(now_s).filter(|(timed, _)| timed.key.verifying().kid != kid);
    let after = others.next().map_or(now_s, |(timed, _)| timed.active_at + 1);
    Ok(Some(Edit::Add(row(&app.secret, name, &key, now_s, now_s.max(after))?)))
}

/// Publishes the next key of each ring whose signing one nears its age, and retires keys that are
/// over; runs once a minute.
///
/// # Errors
/// Fails if the database fails, or a key cannot be made.
pub async fn maintain(app: &App) -> Result<()> {
    reload(app).await?;
    let (known, now_s, age) = (app.tokens.keys.known(), app.clock.now_s(), app.config.key_rotation);
    let mut edits = Vec::new();
    for (name, ring) in known.rings.list() {
        let due =
            ring.last().filter(|last| age > 0 && last.active_at + age - PUBLISH_AHEAD <= now_s);
        if let (Some(last), Ok(algorithm)) = (due, rotating(&known, name)) {
            let key = make(&app.config, algorithm).await?;
            let active_at = (last.active_at + age).max(now_s + PUBLISH_AHEAD);
            edits.push(Edit::Add(row(&app.secret, name, &key, now_s, active_at)?));
        }
    }
    if edits.is_empty() && known.over(now_s).next().is_none() {
        return Ok(());
    }
    match change(app, &known, (Kind::KeyMaintain, Agent::System), edits).await {
        Ok(()) | Err(KeyError::Raced) => Ok(()),
        Err(KeyError::Other(error)) => Err(error),
        Err(error) => Err(Error::Internal(error.to_string())),
    }
}

/// The algorithm of a ring's next key, if Vestibule makes its keys.
fn rotating(known: &LoadedKeys, name: RingName) -> std::result::Result<KeyAlgorithm, KeyError> {
    let in_use = || known.ring(name).last().map(|last| last.key.verifying().algorithm);
    match name.algorithm().or_else(in_use) {
        Some(KeyAlgorithm::Hs256) => Err(KeyError::Shared),
        Some(algorithm) => Ok(algorithm),
        None => Err(KeyError::NoneSigns),
    }
}

/// The published key that does not sign yet.
fn next(ring: &KeyRing, now_s: i64) -> Option<String> {
    let next = ring.list(now_s).find(|(_, state)| *state == KeyState::Next);
    next.map(|(timed, _)| timed.key.verifying().kid.clone())
}

/// Time from which a new key signs: never in the same second as the last, so that their order is
/// unambiguous. The first key of a ring signs at once.
fn signs_from(ring: &KeyRing, now_s: i64, at_once: bool) -> i64 {
    let ahead = if at_once { HEARD } else { PUBLISH_AHEAD };
    ring.last().map_or(now_s, |last| (now_s + ahead).max(last.active_at + 1))
}
