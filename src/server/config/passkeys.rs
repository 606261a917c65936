//! The settings of passkeys.

use url::{Host, Url};

use super::{Config, ConfigError, addresses, reader::Reader, settings::Setting};

impl Reader<'_> {
    /// The RP id, and the origins whose pages may ask for passkeys: the service's own, and others.
    pub(super) fn passkeys(
        &mut self,
        public_url: &Url,
    ) -> Result<(Option<String>, Vec<String>), ConfigError> {
        let given = self.optional(&Setting::passkey_rp_id, |text| rp_id(text, public_url));
        let own = match public_url.host() {
            Some(Host::Domain(host)) => Some(host.to_owned()),
            _ => None,
        };
        let others = self.read(&Setting::passkey_origins, addresses::return_origins)?;
        let origins = std::iter::once(public_url.origin().ascii_serialization()).chain(others);
        Ok((given.or(own), origins.collect()))
    }
}

impl Config {
    /// Whether the RP id is for this service alone, so that a passkey of that name which no account has is of no use: it is the host of
    /// the public URL, and not `localhost`, where each project of a developer makes passkeys.
    pub fn has_own_rp_id(&self) -> bool {
        let host = self.public_url.host_str();
        self.rp_id.as_deref().is_some_and(|id| host == Some(id) && id != "localhost")
    }
}

/// The name that passkeys are for: the host of the public URL, or a domain above it.
fn rp_id(text: &str, public_url: &Url) -> Result<String, String> {
    let Some(Host::Domain(host)) = public_url.host() else {
        return Err(
            "browsers make passkeys for names alone, and the public URL has an address of numbers"
                .into(),
        );
    };
    let is_above =
        text.contains('.') && host.strip_suffix(text).is_some_and(|rest| rest.ends_with('.'));
    match text == host || is_above {
        true => Ok(text.to_owned()),
        false => Err(format!("expected {host}, or a domain above it, in small letters")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_rp_id_is_the_host_or_a_domain_above_it() {
        let url = |text: &str| Url::parse(text).expect("a URL");
        let id = url("https://id.shop.example.com:8443");
        for right in ["id.shop.example.com", "shop.example.com", "example.com"] {
            assert_eq!(rp_id(right, &id).as_deref(), Ok(right));
        }
        for wrong in [
            "com",
            "op.example.com",
            "Example.com",
            "example.org",
            ".example.com",
            "https://example.com",
            "example.com.",
        ] {
            assert!(rp_id(wrong, &id).is_err(), "{wrong}");
        }
        assert!(rp_id("127.0.0.1", &url("http://127.0.0.1:3000")).is_err());
        assert_eq!(rp_id("localhost", &url("http://localhost:3000")).as_deref(), Ok("localhost"));
    }
}
