use futures::FutureExt;

use super::{OAuthError, Params, introspect::asked, verify::signed};
use crate::server::{
    App,
    error::Error,
    secure::session_token::SessionToken,
    service::{
        ClientInfo,
        feed::{self, Change},
        session::{Ending, end_grant},
    },
};

/// Revokes a token of a client (RFC 7009): the whole grant that it belongs to ends, so that its access tokens are refused within a
/// second. An unknown token, and one of another client, is left alone, and nothing tells which.
///
/// # Errors
/// `invalid_client`, `invalid_request`.
pub async fn revoke(
    app: &App,
    authorization: Option<&str>,
    params: &Params,
    client_info: &ClientInfo,
) -> Result<(), OAuthError> {
    let (_, client, token) = asked(app, authorization, params, client_info).await?;
    let grant = match SessionToken::parse(&app.tokens.grant_mac, token) {
        Some(refresh) => Some(refresh.session),
        None => match signed(app, token).ok().filter(|claims| claims.client_id == client.id()) {
            Some(claims) => match claims.sid {
                Some(sid) => sid.parse().ok(),
                None if app.tokens.revoked.has_ended(&claims.jti) => None,
                None => {
                    revoke_alone(app, claims.jti).await?;
                    None
                }
            },
            None => None,
        },
    };
    if let Some(grant) = grant {
        match end_grant(app, &grant, client.id(), Ending::Client, client_info).await {
            Ok(_) => {}
            Err(error) if error.code().status() == 400 => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}

/// Revokes the token of a program that acts for itself, which belongs to no grant.
async fn revoke_alone(app: &App, jti: String) -> Result<(), OAuthError> {
    let now_s = app.clock.now_s();
    let change = Change::Session(jti);
    let told = change.clone();
    let written = app.db.write(move |tx| {
        async move { Ok::<_, Error>(feed::record(tx, &told, now_s).await?) }.boxed()
    });
    written.await?;
    app.tokens.revoked.add(&change, now_s);
    Ok(())
}
