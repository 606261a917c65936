//! The browser itself: storage, fetch, tabs. The only user of gloo-storage and web-sys.
//!
//! On the server every function exists and answers nothing, so that islands need no cfg.

#[cfg(not(feature = "hydrate"))]
mod absent;
#[cfg(feature = "hydrate")]
mod live;
mod types;

#[cfg(not(feature = "hydrate"))]
pub use absent::*;
#[cfg(feature = "hydrate")]
pub use live::*;
pub use types::{Answer, DecodedToken, Event};

use send_wrapper::SendWrapper;
use server_fn::{
    client::{Client, browser::BrowserClient},
    response::browser::BrowserResponse,
};

use crate::model::{ApiError, ErrorCode};

/// Sends server functions with the access token from localStorage, refreshed first if near its end.
pub struct BearerClient;

impl Client<ApiError> for BearerClient {
    type Request = <BrowserClient as Client<ApiError>>::Request;
    type Response = <BrowserClient as Client<ApiError>>::Response;

    fn send(
        request: Self::Request,
    ) -> impl Future<Output = Result<Self::Response, ApiError>> + Send {
        SendWrapper::new(async move {
            // The body is consumed by sending: the token is made good before, not after a refusal.
            if let Some(token) = access_token().await {
                request.headers().set("Authorization", &format!("Bearer {token}"));
            }
            let sent = <BrowserClient as Client<ApiError>>::send(request);
            let response = in_time(sent).await??;
            // A proxy's page, say: whatever it is, it is not the form that is wrong.
            if is_json(&response) { Ok(response) } else { Err(ErrorCode::Internal.into()) }
        })
    }

    async fn open_websocket(
        path: &str,
    ) -> Result<
        (
            impl futures::Stream<Item = Result<bytes::Bytes, bytes::Bytes>> + Send + 'static,
            impl futures::Sink<bytes::Bytes> + Send + 'static,
        ),
        ApiError,
    > {
        <BrowserClient as Client<ApiError>>::open_websocket(path).await
    }

    fn spawn(future: impl Future<Output = ()> + Send + 'static) {
        <BrowserClient as Client<ApiError>>::spawn(future);
    }
}

fn is_json(response: &BrowserResponse) -> bool {
    let headers = response.generate_headers();
    let kind = headers.get("content-type");
    kind.is_some_and(|kind| kind.to_str().is_ok_and(|kind| kind.contains("json")))
}
