//! Counting of open requests, and of the bytes of their bodies (S99, S109).

use std::{
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use axum::{
    body::{Body, Bytes, HttpBody},
    extract::Request,
    response::{IntoResponse, Response},
};
use futures::TryStreamExt;
use hyper::body::{Frame, SizeHint};
use parking_lot::Mutex;

use super::{client_info, reply::ProblemDetails};
use crate::{
    model::{ApiError, ErrorCode},
    server::{
        App,
        service::{
            load::{self, Share},
            of_request,
        },
    },
};

/// Counts a request until its answer has been sent, and the received bytes of its body until the
/// answer is made.
pub async fn answered<A: Future<Output = Response>>(
    app: &App,
    request: Request,
    answer: impl FnOnce(Request) -> A,
) -> Response {
    let (parts, body) = request.into_parts();
    let source = client_info::address(app, &parts)
        .and_then(|address| load::counted(&app.config.proxies, address));
    let mut place = app.load.requests.share(source);
    if place.more(1).is_err() {
        return overloaded().into_response();
    }
    let bytes = (!body.is_end_stream()).then(|| Arc::new(Mutex::new(app.load.bytes.share(source))));
    let body = match &bytes {
        Some(bytes) => counted(body, bytes.clone()),
        None => body,
    };
    let response = of_request(answer(Request::from_parts(parts, body))).await;
    // Even after the body was read, because values made from it live until now.
    drop(bytes);
    attach(response, place).map(Body::new)
}

/// 503 because the maximum of concurrent work is reached.
pub fn overloaded() -> ProblemDetails {
    ApiError { retry_after: Some(1), ..ErrorCode::Overloaded.into() }.into()
}

/// A body whose bytes are counted; it fails with [`load::Full`] without room for them.
fn counted(body: Body, bytes: Arc<Mutex<Share>>) -> Body {
    let count = move |piece: Bytes| {
        let taken = bytes.lock().more(piece.len());
        std::future::ready(match taken {
            Ok(()) => Ok(piece),
            Err(full) => Err(axum::Error::new(full)),
        })
    };
    Body::from_stream(body.into_data_stream().and_then(count))
}

/// An answer with a value that is dropped when all of it has been sent, or its client has
/// disconnected.
pub fn attach<H>(response: Response, held: H) -> Response<Holding<H>> {
    response.map(|body| Holding { body, _held: held })
}

/// The body of such an answer.
pub struct Holding<H> {
    body: Body,
    _held: H,
}

impl<H: Unpin> HttpBody for Holding<H> {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
