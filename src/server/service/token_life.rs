//! The longest lifetime of an access token of this instance, over all processes.
//!
//! A process declares the lifetime of its tokens before it issues the first. The longest
//! declaration is a fact of the instance and is never lowered, because tokens of that lifetime may
//! be valid.

use crate::server::{
    config::ACCESS_TOKEN_TTL_MAX,
    db::{
        Db, DbResult, Tx,
        token_life::{self, Declared},
    },
};

/// The longest lifetime of a token that may be valid at a time, in seconds.
pub(super) async fn longest(db: &Db, now_s: i64) -> DbResult<i64> {
    Ok(of(token_life::declared(db).await?, now_s))
}

/// The longest lifetime inside a unit of work, in seconds.
pub(super) async fn longest_in(tx: &mut Tx<'_>, now_s: i64) -> DbResult<i64> {
    Ok(of(token_life::declared_in(tx).await?, now_s))
}

/// The declared lifetime, or the maximum while tokens of earlier versions, which declared none, may be valid.
fn of(declared: Declared, now_s: i64) -> i64 {
    match declared {
        (Some(life), Some(from)) if now_s >= from => life,
        _ => ACCESS_TOKEN_TTL_MAX,
    }
}
