use bytes::Bytes;
use futures::{Stream, stream::Empty};
use http::Method;
use send_wrapper::SendWrapper;
use server_fn::{
    client::{Client, browser::BrowserClient},
    request::ClientReq,
    response::ClientRes,
};

use super::{Received, Verb, call, is_json, post};
use crate::model::{ApiError, ErrorCode};

/// Sends server functions with the access token, refreshed first if it is near its end.
pub struct BearerClient;

/// Sends server functions that need no session: nothing is refreshed for them, and no end of a
/// session is reported.
pub struct PublicClient;

/// A call of a server function. Ours are posts of JSON text, which can be sent twice. The types of
/// server_fn do much more, and are 5 kB of the browser's module.
pub struct Post {
    path: String,
    body: String,
}

/// Sends for both clients, with one future: a second would be kilobytes more of the browser's
/// module.
async fn send(of: Post, with_token: bool) -> Result<Received, ApiError> {
    let received = match with_token {
        true => call(Verb::Post, &of.path, Some(of.body)).await?,
        false => post(&of.path, Some(&of.body)).await?,
    };
    // Possibly the page of a proxy; in any case the form is not at fault.
    if is_json(&received.body) { Ok(received) } else { Err(ErrorCode::Internal.into()) }
}

/// Declares a client, with or without the token.
macro_rules! client {
    ($name:ident, $with_token:literal) => {
        impl Client<ApiError> for $name {
            type Request = Post;
            type Response = Received;

            fn send(post: Post) -> impl Future<Output = Result<Received, ApiError>> + Send {
                SendWrapper::new(send(post, $with_token))
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
    };
}

client!(BearerClient, true);
client!(PublicClient, false);

/// A result that none of our server functions needs.
fn unused<T>() -> Result<T, ApiError> {
    Err(ErrorCode::Internal.into())
}

impl ClientReq<ApiError> for Post {
    type FormData = ();

    fn try_new_req_bytes(
        path: &str,
        _content_type: &str,
        _accepts: &str,
        body: Bytes,
        _method: Method,
    ) -> Result<Self, ApiError> {
        let body = String::from_utf8(body.into()).map_err(|_| ErrorCode::Internal)?;
        Ok(Self { path: path.to_owned(), body })
    }

    fn try_new_req_query(
        _path: &str,
        _content_type: &str,
        _accepts: &str,
        _query: &str,
        _method: Method,
    ) -> Result<Self, ApiError> {
        unused()
    }

    fn try_new_req_text(
        _path: &str,
        _content_type: &str,
        _accepts: &str,
        _body: String,
        _method: Method,
    ) -> Result<Self, ApiError> {
        unused()
    }

    fn try_new_req_form_data(
        _path: &str,
        _accepts: &str,
        _content_type: &str,
        _body: (),
        _method: Method,
    ) -> Result<Self, ApiError> {
        unused()
    }

    fn try_new_req_multipart(
        _path: &str,
        _accepts: &str,
        _body: (),
        _method: Method,
    ) -> Result<Self, ApiError> {
        unused()
    }

    fn try_new_req_streaming(
        _path: &str,
        _accepts: &str,
        _content_type: &str,
        _body: impl Stream<Item = Bytes> + Send + 'static,
        _method: Method,
    ) -> Result<Self, ApiError> {
        unused()
    }
}

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
        unused::<Empty<_>>()
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
