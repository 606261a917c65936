use futures::FutureExt;

use super::{AssertionAnswer, Looked, Purpose, UsedPasskey, look, look::Refused};
use crate::{
    model::ErrorCode,
    server::{
        App,
        db::instance,
        error::{Error, Result},
        metrics::Attempt,
        service::{
            ClientInfo,
            audit::{self, Actor, Kind, Outcome, Record},
            limits, outcome,
        },
    },
};

/// A right answer to a request for a proof. A wrong one is counted and recorded, and its challenge is spent. Accounts have no count:
/// nobody guesses a signature, and somebody else's wrong answers must not keep an owner out.
///
/// # Errors
/// `flow_over`, `passkey_unknown`, `invalid_passkey`, `too_many_requests`, `source_blocked`; `not_found` where there are no passkeys.
pub(in crate::server::service) async fn prove(
    app: &App,
    purpose: Purpose<'_>,
    answer: (&str, &AssertionAnswer),
    (kind, attempt): (Kind, Attempt),
    client_info: &ClientInfo,
) -> Result<Box<UsedPasskey>> {
    let proven = judge(app, purpose, answer, kind, client_info).await;
    if proven.is_err() {
        outcome::record(app, attempt, client_info, &proven);
    }
    proven
}

async fn judge(
    app: &App,
    purpose: Purpose<'_>,
    answer: (&str, &AssertionAnswer),
    kind: Kind,
    client_info: &ClientInfo,
) -> Result<Box<UsedPasskey>> {
    let source = client_info.source();
    let is_known = client_info.device.is_some();
    let admitted = match app.limits.blocks.refuse(source, is_known, app.clock.now_s()) {
        Ok(()) => limits::take(app, &[purpose.answer_limit(source)]).await.map(drop),
        Err(blocked) => Err(blocked),
    };
    if let Err(error) = admitted {
        return Err(audit::limited(app, kind, error, client_info).await);
    }
    let (refused, why, code) = match look(app, purpose, answer).await? {
        Looked::Right(used) => return Ok(used),
        Looked::Unknown(refused) => {
            let code = unknown(app).await?;
            (refused, Outcome::UnknownPasskey, code)
        }
        Looked::Disabled(refused) => (refused, Outcome::AccountDisabled, ErrorCode::InvalidPasskey),
        Looked::Wrong(refused) => (refused, Outcome::WrongPasskey, ErrorCode::InvalidPasskey),
    };
    spend(app, refused, (kind, why), client_info).await?;
    Err(code.into())
}

/// Time after a restore for which no passkey is called unknown, in seconds.
const DOUBTED_FOR: i64 = 30 * 86_400;

/// Whether passkeys may be missing here: they may have been added after the backup that the database was made of.
pub(super) async fn is_in_doubt(app: &App) -> Result<bool> {
    let restored_at = instance::get(&app.db, instance::RESTORED_AT).await?;
    let restored_at: Option<i64> = restored_at.and_then(|text| text.parse().ok());
    let since = app.clock.now_s() - DOUBTED_FOR;
    Ok(restored_at.is_some_and(|at| at > since))
}

/// The refusal of a passkey that no account has. Browsers remove one that is called unknown, so none is while any may be missing.
async fn unknown(app: &App) -> Result<ErrorCode> {
    Ok(match is_in_doubt(app).await? {
        true => ErrorCode::InvalidPasskey,
        false => ErrorCode::PasskeyUnknown,
    })
}

async fn spend(
    app: &App,
    refused: Refused,
    event: (Kind, Outcome),
    client_info: &ClientInfo,
) -> Result<()> {
    let record = Record::new(app, client_info);
    let spent = app.db.write(move |tx| {
        async move {
            if !refused.spend(tx).await? {
                return Err(ErrorCode::FlowOver.into());
            }
            let user = refused.user.as_ref().map(|user| user.as_str());
            Ok::<_, Error>(record.write(tx, event, Actor::Unknown, user).await?)
        }
        .boxed()
    });
    spent.await
}
