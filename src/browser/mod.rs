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
pub use types::{DecodedToken, Event, Received, Verb};

use bytes::Bytes;
use futures::{Stream, stream::Empty};
use send_wrapper::SendWrapper;
use server_fn::{
    client::{Client, browser::BrowserClient},
    response::ClientRes,
};

use crate::model::{ApiError, ErrorCode};

/// Sends server functions with the access token from localStorage, refreshed first if near its end.
pub struct BearerClient;

impl Client<ApiError> for BearerClient {
    type Request = <BrowserClient as Client<ApiError>>::Request;
    type Response = Received;

    fn send(request: Self::Request) -> impl Future<Output = Result<Received, ApiError>> + Send {
        SendWrapper::new(async move {
            // Our server functions are posts of JSON: text, so that it can be sent twice.
            let body = request.text().await.map_err(|_| ErrorCode::Internal)?;
            let received = call(Verb::Post, &request.url(), Some(body)).await?;
            // A proxy's page, say: whatever it is, it is not the form that is wrong.
            if is_json(&received.body) { Ok(received) } else { Err(ErrorCode::Internal.into()) }
        })
    }

    async fn open_websocket(
        path: &str,
    ) -> Result<
        (
            impl Stream<Item = Result<Bytes, Bytes>> + Send + 'static,
            impl futures::Sink<Bytes> + Send + 'static,
        ),
        ApiError,
    > {
        <BrowserClient as Client<ApiError>>::open_websocket(path).await
    }

    fn spawn(future: impl Future<Output = ()> + Send + 'static) {
        <BrowserClient as Client<ApiError>>::spawn(future);
    }
}

/// Status and text are all that our server functions need: reading headers costs 10 kB of module.
impl ClientRes<ApiError> for Received {
    async fn try_into_string(self) -> Result<String, ApiError> {
        Ok(self.body)
    }

    async fn try_into_bytes(self) -> Result<Bytes, ApiError> {
        Ok(self.body.into())
    }

    fn try_into_stream(
        self,
    ) -> Result<impl Stream<Item = Result<Bytes, Bytes>> + Send + Sync + 'static, ApiError> {
        Err::<Empty<_>, _>(ErrorCode::Internal.into())
    }

    fn status(&self) -> u16 {
        self.status
    }

    fn status_text(&self) -> String {
        String::new()
    }

    fn location(&self) -> String {
        String::new()
    }

    fn has_redirect(&self) -> bool {
        false
    }
}
