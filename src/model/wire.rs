use bytes::Bytes;
use serde::{Serialize, de::DeserializeOwned};
use server_fn::{ContentType, Decodes, Encodes, Format, FormatType, codec::Post};

/// How server functions speak: posts of JSON.
pub type Json = Post<Wire>;

/// JSON as text. What comes with server_fn reads bytes, and islands read text: both ways to read the same types
/// are 2 kB of the browser's module.
pub struct Wire;

/// What is said of JSON that cannot be written or read: it is an error of ours by the time anybody hears of it.
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
        serde_json::to_vec(value).map(Bytes::from).map_err(|_| BROKEN)
    }
}

impl<T: DeserializeOwned> Decodes<T> for Wire {
    type Error = &'static str;

    fn decode(bytes: Bytes) -> Result<T, Self::Error> {
        let text = std::str::from_utf8(&bytes).map_err(|_| BROKEN)?;
        serde_json::from_str(text).map_err(|_| BROKEN)
    }
}
