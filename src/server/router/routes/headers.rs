//! Headers that only some endpoints read or answer.

use crate::server::http::description::Header;

pub(super) const LOCATION: Header = Header::always(
    "Location",
    "The address of the account.",
    "/api/v1/users/019b7654-9c00-7c3e-a5b0-0d6c3c1f7a11",
);
pub(super) const SET_COOKIE: Header = Header::sometimes(
    "Set-Cookie",
    "The refresh token, where the session lives in a cookie.",
    "__Host-session=…; HttpOnly; Secure; SameSite=Lax; Path=/",
);
pub(super) const FORGET: Header = Header::sometimes(
    "Set-Cookie",
    "Removes the session cookie.",
    "__Host-session=; Max-Age=0; Secure; Path=/",
);
pub(super) const ATTACHMENT: Header = Header::always(
    "Content-Disposition",
    "The name of the file.",
    "attachment; filename=\"account-data.json\"",
);
pub(super) const CACHE: Header =
    Header::always("Cache-Control", "For how long the set may be kept.", "public, max-age=300");
pub(super) const ETAG: Header =
    Header::always("ETag", "The version of the set.", "\"5d41402abc4b2a76\"");
pub(super) const IF_NONE_MATCH: Header = Header::sometimes(
    "If-None-Match",
    "The version of the set that the client has.",
    "\"5d41402abc4b2a76\"",
);
pub(super) const DOCTOR: Header = Header::sometimes(
    "Vestibule-Doctor",
    "The time, and a MAC over it that only this instance can make.",
    "1767225600.bWFj",
);
pub(super) const PROBE: Header = Header::always(
    "Set-Cookie",
    "A cookie for the doctor to bring back.",
    "vestibule_probe=1; HttpOnly; Max-Age=0",
);
