use crate::{
    model::UserId,
    server::{
        App,
        db::{
            Tx,
            addresses::{self, ConfirmedRow},
            addresses_in_doubt, removed_addresses,
        },
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
    removed_addresses::prolong(tx, id, now_s + Purpose::UndoAddress.life(), now_s).await?;
    flows::prolong(tx, Purpose::UndoAddress, id, now_s).await?;
    for row in removed_addresses::aside(tx, id, now_s).await?.into_iter().take(TOLD) {
        tell_undo(app, tx, user, post, (&row, MailKind::AddressDropped)).await?;
    }
    Ok(())
}

/// Gives an account that is to be enabled again what its addresses could do when it was disabled, for another week, within a unit of
/// work: links of a disabled account do not work. All that can do something are told: removed addresses, main ones of before, and
/// those before which another one is in doubt.
///
/// # Errors
/// Fails if the database or the seal fails.
pub(in crate::server::service) async fn resume(
    app: &App,
    tx: &mut Tx<'_>,
    user: &UserId,
    post: &Post,
    now_s: i64,
) -> Result<()> {
    let id = user.as_str();
    let until = now_s + Purpose::UndoAddress.life();
    let links = flows::resume(tx, Purpose::UndoAddress, id, now_s).await?;
    if removed_addresses::resume(tx, id, until).await? + links == 0 {
        return Ok(());
    }
    offer_undo(app, tx, user, post, now_s).await?;
    let undoing = removed_addresses::undoing(tx, id, now_s).await?;
    for row in addresses::confirmed(tx, id).await? {
        if undoing.iter().any(|before| before.canonical == row.canonical) {
            tell_undo(app, tx, user, post, (&row, MailKind::AddressReplaced)).await?;
        } else {
            tell_of_later(tx, user, post, &row, now_s).await?;
        }
    }
    Ok(())
}

/// Gives those addresses in use of an account before which another one is in doubt a new link that closes the account, and all that is in
/// doubt another week, within a unit of work that has closed it. A closing ends the links of older notices, also one by a later
/// address.
///
/// # Errors
/// Fails if the database or the seal fails.
pub(in crate::server::service) async fn offer_closing(
    app: &App,
    tx: &mut Tx<'_>,
    user: &UserId,
    post: &Post,
    now_s: i64,
) -> Result<()> {
    let mut is_told = false;
    for row in addresses::confirmed(tx, user.as_str()).await? {
        is_told |= tell_of_later(tx, user, post, &row, now_s).await?;
    }
    match is_told {
        true => offer_undo(app, tx, user, post, now_s).await,
        false => Ok(()),
    }
}

/// Tells an address in use with a link that closes the account, if it can take another one off by it; returns whether it can.
async fn tell_of_later(
    tx: &mut Tx<'_>,
    user: &UserId,
    post: &Post,
    row: &ConfirmedRow,
    now_s: i64,
) -> Result<bool> {
    let id = user.as_str();
    let later = addresses_in_doubt::later(tx, (id, &row.canonical), now_s).await?;
    if !later.is_empty() {
        post.tell_disputable(tx, id, row, MailKind::AddressesChanged).await?;
    }
    Ok(!later.is_empty())
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
    let later = addresses_in_doubt::later(tx, (user_id, canonical), now_s).await?;
    for row in &later {
        let of = Of::UserAt(user_id, &row.canonical);
        for purpose in [Purpose::UndoAddress, Purpose::Secure] {
            flows::supersede(tx, purpose, of, now_s).await?;
        }
        addresses_in_doubt::take_off(tx, (user_id, &row.canonical)).await?;
    }
    Ok(later)
}
