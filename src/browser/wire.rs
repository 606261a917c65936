use bytes::Bytes;
use serde::{Serialize, de::DeserializeOwned};
use server_fn::{
    ContentType, Decodes, Encodes, Format, FormatType,
    codec::Post,
    error::{FromServerFnError, ServerFnErrorErr},
};

use super::{from_json, to_json};
use crate::model::{ApiError, ErrorCode};

/// The encoding of server functions: posts of JSON.
pub type Json = Post<Wire>;

/// JSON as text. The browser reads and writes it by its own functions, the server by `serde_json`.
pub struct Wire;

/// The message for JSON that cannot be written or read, which becomes an error of ours.
const BROKEN: &str = "not the JSON that was expected";

impl ContentType for Wire {
    const CONTENT_TYPE: &'static str = "application/json";
}

impl FormatType for Wire {
    const FORMAT_TYPE: Format = Format::Text;
}

impl<T: Serialize> Encodes<T> for Wire {
    type Error = &'static str;

    fn encode(value: &T) -> Result<Bytes, Self::Error> {
        to_json(value).map(Bytes::from).ok_or(BROKEN)
    }
}

impl<T: DeserializeOwned> Decodes<T> for Wire {
    type Error = &'static str;

    fn decode(bytes: Bytes) -> Result<T, Self::Error> {
        std::str::from_utf8(&bytes).ok().and_then(from_json).ok_or(BROKEN)
    }
}

impl FromServerFnError for ApiError {
    type Encoder = Wire;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        Self::new(match error {
            ServerFnErrorErr::Request(_) => ErrorCode::NetworkFailure,
            ServerFnErrorErr::Args(_)
            | ServerFnErrorErr::MissingArg(_)
            | ServerFnErrorErr::Deserialization(_) => ErrorCode::InvalidInput,
            _ => ErrorCode::Internal,
        })
    }
}
