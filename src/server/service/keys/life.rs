use futures::FutureExt;

use super::{VERSION, reload};
use crate::server::{
    App,
    config::ACCESS_TOKEN_TTL_MAX,
    db::{Tx, instance, token_life},
    error::Result,
    secure::jwt::LEEWAY,
    service::feed::{self, Change},
};

/// The declaration of a lifetime of access tokens, before the first of them is issued.
pub(in crate::server::service) struct Declaration {
    life: i64,
    now_s: i64,
    next_version: String,
}

impl Declaration {
    /// A declaration of a lifetime in seconds.
    pub(in crate::server::service) fn new(app: &App, life: i64) -> Self {
        Self { life, now_s: app.clock.now_s(), next_version: app.clock.new_id() }
    }

    /// Writes it, in a unit of work; whether none as long was declared before.
    pub(in crate::server::service) async fn write(&self, tx: &mut Tx<'_>) -> Result<bool> {
        let from = self.now_s + ACCESS_TOKEN_TTL_MAX + 2 * LEEWAY;
        let is_longer = token_life::declare(tx, self.life, from).await?;
        if is_longer {
            // Old keys verify for longer: no key may be retired by an earlier decision.
            instance::replace(tx, VERSION, &self.next_version).await?;
            feed::record(tx, &Change::Keys, self.now_s).await?;
        }
        Ok(is_longer)
    }
}

/// Declares the lifetime of this process's access tokens, before it issues the first.
///
/// # Errors
/// Fails if the database fails.
pub async fn declare_life(app: &App) -> Result<()> {
    let life = app.config.access_token_ttl;
    let declaration = Declaration::new(app, life);
    let declared = app.db.write(move |tx| async move { declaration.write(tx).await }.boxed());
    if declared.await? {
        reload(app).await?;
    }
    app.tokens.may_live(life);
    Ok(())
}
