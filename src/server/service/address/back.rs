use crate::{
    model::UserId,
    server::{
        App,
        db::{Tx, addresses::ConfirmedRow, replaced_addresses},
        error::Result,
        service::{
            flows::{self, Draft, Of, Purpose},
            mail::{MailFacts, MailKind, Post},
        },
    },
};

/// Maximum number of removed addresses that are told, the oldest first: an owner's comes before those of a thief.
const TOLD: usize = 10;

/// Gives each address of an account that was removed another week in which it can undo that, and tells the oldest, within a unit
/// of work that has changed which ones are in use. The links of earlier mails go on working, and what is in doubt stays so.
///
/// Without it, an address that came later could undo its own removal when those before it no longer can, and would keep the
/// account.
///
/// # Errors
/// Fails if the database or the seal fails.
pub(in crate::server::service) async fn offer_undo(
    app: &App,
    tx: &mut Tx<'_>,
    user: &UserId,
    post: &Post,
    now_s: i64,
) -> Result<()> {
    let id = user.as_str();
    replaced_addresses::prolong(tx, id, now_s + Purpose::UndoAddress.life(), now_s).await?;
    flows::prolong(tx, Purpose::UndoAddress, id, now_s).await?;
    for row in replaced_addresses::aside(tx, id, now_s).await?.into_iter().take(TOLD) {
        tell_undo(app, tx, user, post, (&row, MailKind::AddressDropped)).await?;
    }
    Ok(())
}

/// Tells an address of an account that it lost its place, with a link that undoes it.
///
/// # Errors
/// Fails if the database or the seal fails.
pub(super) async fn tell_undo(
    app: &App,
    tx: &mut Tx<'_>,
    user: &UserId,
    post: &Post,
    (row, kind): (&ConfirmedRow, MailKind),
) -> Result<()> {
    let draft = Draft { user: Some((user, 0)), address: Some(&row.canonical), ..Draft::default() };
    let (flow, link) = flows::issue_linked(app, Purpose::UndoAddress, draft)?;
    flow.insert(tx).await?;
    post.tell(tx, user.as_str(), row, kind, MailFacts::default().answered_by(&link)).await
}

/// Takes off the addresses in doubt that came to an account after one of its own, within a unit of work; returns them, because they
/// are to be told. The links that their mails have are over: those that undo their own removal, and those that close the account.
///
/// # Errors
/// Fails if the database fails.
pub(in crate::server::service) async fn take_off_later(
    tx: &mut Tx<'_>,
    (user_id, canonical): (&str, &str),
    now_s: i64,
) -> Result<Vec<ConfirmedRow>> {
    let later = replaced_addresses::later(tx, (user_id, canonical), now_s).await?;
    for row in &later {
        let of = Of::UserAt(user_id, &row.canonical);
        for purpose in [Purpose::UndoAddress, Purpose::Secure] {
            flows::supersede(tx, purpose, of, now_s).await?;
        }
        replaced_addresses::take_off(tx, (user_id, &row.canonical)).await?;
    }
    Ok(later)
}
