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

/// Maximum number of replaced addresses that are told, the oldest first: an owner's comes before those of a thief.
const TOLD: usize = 10;

/// Gives each address of an account that was put aside another week in which it can undo that, and tells the oldest, within a unit
/// of work that has changed which one is in use. The links of earlier mails go on working.
///
/// Without it, an address that came later could undo its own replacement when those before it no longer can, and would keep the
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
        let draft =
            Draft { user: Some((user, 0)), address: Some(&row.canonical), ..Draft::default() };
        let (flow, link) = flows::issue_linked(app, Purpose::UndoAddress, draft)?;
        flow.insert(tx).await?;
        let facts = MailFacts::default().answered_by(&link);
        post.tell(tx, id, &row, MailKind::AddressReplaced, facts).await?;
    }
    Ok(())
}

/// Takes off the addresses that came to an account in an epoch or later, within a unit of work; returns them, because they are to
/// be told. The links that their mails have are over: those that undo their own replacement, and those that close the account.
///
/// # Errors
/// Fails if the database fails.
pub(in crate::server::service) async fn take_off_since(
    tx: &mut Tx<'_>,
    user_id: &str,
    epoch: i64,
    now_s: i64,
) -> Result<Vec<ConfirmedRow>> {
    let added = replaced_addresses::since(tx, user_id, epoch).await?;
    for row in &added {
        let of = Of::UserAt(user_id, &row.canonical);
        for purpose in [Purpose::UndoAddress, Purpose::Secure] {
            flows::supersede(tx, purpose, of, now_s).await?;
        }
    }
    replaced_addresses::delete_since(tx, user_id, epoch).await?;
    Ok(added)
}
