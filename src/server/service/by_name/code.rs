use futures::FutureExt;

use super::Errand;
use crate::{
    model::{ErrorCode, UserId},
    server::{
        App,
        error::{Error, Result},
        service::{
            ClientInfo,
            audit::{Actor, Outcome, Record},
            flows::{self, Flow, FlowToken, Holder},
            limits::{self, Limit},
            outcome,
        },
    },
};

/// Takes the code of the mail where the mail was asked for. Returns its flow, which is proved; what it is for spends it.
///
/// # Errors
/// `invalid_code` for a wrong code, and for a flow that is over, spent or nobody's; `too_many_requests` and
/// `source_blocked` by the source; an error of the database.
pub(in crate::server::service) async fn code(
    app: &App,
    errand: Errand,
    (flow, typed): (&str, &str),
    client_info: &ClientInfo,
) -> Result<Flow> {
    let wanted = [Limit::Recovery(client_info.source())];
    limits::count_source(app, (errand.act, errand.coded), &wanted, client_info).await?;
    let Some(token) = FlowToken::parse(flow) else {
        return refuse(client_info);
    };
    let flow = resume(app, errand, &token, client_info).await?;
    // Codes of nobody are counted under the secret, because nobody has other flows.
    let user = flow.as_ref().and_then(|flow| flow.user.as_ref());
    let whose = user.map_or_else(|| token.hash().as_str().to_owned(), UserId::to_string);
    let counted = match limits::take(app, &[Limit::Codes(&whose)]).await {
        Ok(counted) => Some(counted),
        Err(error) if error.code() == ErrorCode::TooManyRequests => None,
        Err(error) => return Err(error),
    };
    let is_code = |flow: &Flow| flow.user.is_some() && flow.is_code(app, typed);
    let is_right = counted.is_some() && flow.as_ref().is_some_and(is_code);
    let (record, now_s) = (Record::new(app, client_info), app.clock.now_s());
    let proved = app.db.write(move |tx| {
        async move {
            let subject = flow.as_ref().and_then(|flow| Some(flow.user.as_ref()?.as_str()));
            // The same statements for a flow that is over: their time would tell that it was somebody's.
            let is_counted = flows::count_code(tx, flow.as_ref(), now_s).await?;
            let is_proved = match &flow {
                Some(flow) if is_counted && is_right => flows::prove(tx, flow, now_s).await?,
                _ => false,
            };
            let outcome = if is_proved { Outcome::Success } else { Outcome::Refused };
            let event = (errand.coded, outcome);
            record.write(tx, event, Actor::Unknown, subject).await?;
            Ok::<_, Error>(flow.filter(|_| is_proved))
        }
        .boxed()
    });
    let Some(flow) = proved.await? else {
        return refuse(client_info);
    };
    if let Some(counted) = counted {
        counted.give_back(app).await;
    }
    Ok(flow)
}

fn refuse(client_info: &ClientInfo) -> Result<Flow> {
    outcome::refused("mailed code", client_info, ErrorCode::InvalidCode);
    Err(ErrorCode::InvalidCode.into())
}

/// The open flow of a secret, in the browser that it is bound to if it is.
pub(in crate::server::service) async fn resume(
    app: &App,
    errand: Errand,
    token: &FlowToken,
    client_info: &ClientInfo,
) -> Result<Option<Flow>> {
    if let Some(browser) = &client_info.browser
        && let Some(found) =
            flows::peek(app, errand.purpose, Holder::Browser(browser), token).await?
    {
        return Ok(Some(found));
    }
    // Of a program, even where a browser's cookie comes along.
    flows::peek(app, errand.purpose, Holder::Program, token).await
}
