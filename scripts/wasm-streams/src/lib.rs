//! Stands for wasm-streams, which server_fn has for server functions that stream, and no function of ours does.
//!
//! The real one exports classes to script. An export is never left out, so they and the futures behind them were a tenth of
//! the browser's module, for nobody. This has the two functions that server_fn names, and they end the module if they are called.

use std::{
    pin::Pin,
    task::{Context, Poll},
};

use futures_core::Stream;
use wasm_bindgen::JsValue;

/// What a stream yields.
type Piece = Result<JsValue, JsValue>;

/// Nothing: there is no stream.
pub struct ReadableStream(());

impl ReadableStream {
    /// Never called.
    pub fn from_raw(_: web_sys::ReadableStream) -> Self {
        unimplemented!("no server function streams")
    }

    /// Never called.
    pub fn from_stream(_: impl Stream<Item = Piece> + 'static) -> Self {
        unimplemented!("no server function streams")
    }

    /// Never called.
    pub fn into_raw(self) -> web_sys::ReadableStream {
        unimplemented!("no server function streams")
    }

    /// Ends at once.
    pub fn into_stream(self) -> Ended {
        Ended
    }
}

/// A stream without an item.
pub struct Ended;

impl Stream for Ended {
    type Item = Piece;

    fn poll_next(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Piece>> {
        Poll::Ready(None)
    }
}
