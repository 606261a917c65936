use futures::FutureExt;

use super::{VERSION, reload};
use crate::server::{
    App,
    config::ACCESS_TOKEN_TTL_MAX,
    db::{instance, token_life},
    error::{Error, Result},
    secure::jwt::LEEWAY,
    service::feed::{self, Change},
};

/// Declares the lifetime of this process's access tokens, before it issues the first.
///
/// # Errors
/// Fails if the database fails.
pub async fn declare_life(app: &App) -> Result<()> {
    let (life, now_s) = (app.config.access_token_ttl, app.clock.now_s());
    let from = now_s + ACCESS_TOKEN_TTL_MAX + 2 * LEEWAY;
    let next_version = app.clock.new_id();
    let is_longer = app
        .db
        .write(move |tx| {
            async move {
                let is_longer = token_life::declare(tx, life, from).await?;
                if is_longer {
                    // Old keys verify for longer: no key may be retired by an earlier decision.
                    instance::replace(tx, VERSION, &next_version).await?;
                    feed::record(tx, &Change::Keys, now_s).await?;
                }
                Ok::<_, Error>(is_longer)
            }
            .boxed()
        })
        .await?;
    if is_longer {
        reload(app).await?;
    }
    app.tokens.may_live(life);
    Ok(())
}
