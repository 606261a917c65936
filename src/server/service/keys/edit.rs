use futures::FutureExt;

use super::{KeyError, VERSION, loaded::LoadedKeys, reload};
use crate::server::{
    App,
    db::{
        Tx, instance,
        keys::{self, KeyRow},
    },
    service::{
        agent::Agent,
        audit::Kind,
        feed::{self, Change},
    },
};

/// Delay in seconds before a key signs that is activated at once; every process has read it by
/// then.
pub(super) const HEARD: i64 = 2;

/// The outcome of a change.
pub(super) type Changed = std::result::Result<(), KeyError>;

/// One change of a ring.
pub(super) enum Edit {
    Add(KeyRow),
    Retire(String),
    SignFrom(String, i64),
}

/// Changes the rings if they are unchanged since they were read, and records the change in the feed. Keys
/// that are over are retired too, so that the retirement of a newer key cannot bring one back.
pub(super) async fn change(
    app: &App,
    known: &LoadedKeys,
    (kind, agent): (Kind, Agent<'_>),
    mut edits: Vec<Edit>,
) -> Changed {
    let now_s = app.clock.now_s();
    edits.extend(known.over(now_s).map(|kid| Edit::Retire(kid.to_owned())));
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
