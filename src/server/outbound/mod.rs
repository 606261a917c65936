//! Requests to other machines. No other module makes any, except for mail, the database and the store of limits.
//!
//! No request follows a redirect, waits longer than its client allows, or reads more of an answer than its caller asks for.
//! An address that somebody else has given ([`Outbound::to_public`]) is asked by https alone, without a proxy, and only if
//! all its addresses are public: the name is resolved once, and the connection goes to what was judged (S95).

mod answer;
mod names;
mod special_use;

use std::{sync::Arc, time::Duration};

use reqwest::{Certificate, Client, ClientBuilder, RequestBuilder, header, redirect::Policy};
use url::{Host, Url};

pub use answer::{Answer, FetchError};
pub use names::Names;
pub use special_use::is_public;

use crate::server::error::last_cause;
use names::Judged;

/// Requests of one kind.
pub struct Outbound {
    client: Client,
    within: Duration,
    /// The rules for addresses that somebody else has given; none for those of the operator.
    rules: Option<PublicRules>,
}

/// What counts as public. Only tests differ from the default.
#[derive(Clone, Default)]
pub struct PublicRules {
    /// Where the addresses of names come from.
    pub names: Names,
    /// Whether this machine may be asked.
    pub opens_loopback: bool,
    /// Certificates of authorities (PEM) in place of the system's.
    pub authorities: Option<Vec<u8>>,
}

/// The HTTP client cannot be made: it needs the certificates of authorities.
#[derive(Debug, thiserror::Error)]
#[error("{}", last_cause(.0))]
pub struct NoClient(#[from] reqwest::Error);

impl Outbound {
    /// Requests to an address that the operator has set, on any machine. https goes through the proxy
    /// of the environment (`HTTPS_PROXY`), where one is set.
    ///
    /// # Errors
    /// Fails if there are no certificates of authorities.
    pub fn to_setting(url: &Url, within: Duration) -> Result<Self, NoClient> {
        let client = match url.scheme() {
            "https" => builder(within),
            _ => builder(within).no_proxy(),
        };
        Ok(Self { client: client.build()?, within, rules: None })
    }

    /// Requests to a server of this machine by its address. The certificate is not verified: it has the public
    /// name, and nothing secret may be sent.
    ///
    /// # Errors
    /// Fails if the client cannot be made.
    pub fn to_this_machine(within: Duration) -> Result<Self, NoClient> {
        let client = builder(within).no_proxy().tls_danger_accept_invalid_certs(true);
        Ok(Self { client: client.build()?, within, rules: None })
    }

    /// Requests to addresses that somebody else has given.
    ///
    /// # Errors
    /// Fails if there are no certificates of authorities, or the given ones are none.
    pub fn to_public(rules: PublicRules, within: Duration) -> Result<Self, NoClient> {
        let judged = Judged { names: rules.names.clone(), opens_loopback: rules.opens_loopback };
        let client = builder(within)
            .no_proxy()
            .https_only(true)
            .dns_resolver(Arc::new(judged))
            // Each request is judged by itself.
            .pool_max_idle_per_host(0);
        let client = match &rules.authorities {
            None => client,
            Some(pem) => client.tls_certs_only(Certificate::from_pem_bundle(pem)?),
        };
        Ok(Self { client: client.build()?, within, rules: Some(rules) })
    }

    /// Sends a GET request with these headers.
    ///
    /// # Errors
    /// Fails if the address is refused or does not answer.
    pub async fn get(&self, url: Url, headers: &[(&str, &str)]) -> Result<Answer, FetchError> {
        self.judge(&url)?;
        self.send(self.client.get(url), headers).await
    }

    /// Sends a form.
    ///
    /// # Errors
    /// Fails if the address is refused or does not answer.
    pub async fn post_form(&self, url: Url, fields: &[(&str, &str)]) -> Result<Answer, FetchError> {
        self.judge(&url)?;
        let form =
            url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let kind = (header::CONTENT_TYPE.as_str(), "application/x-www-form-urlencoded");
        self.send(self.client.post(url).body(form), &[kind]).await
    }

    async fn send(
        &self,
        request: RequestBuilder,
        headers: &[(&str, &str)],
    ) -> Result<Answer, FetchError> {
        let with =
            |request: RequestBuilder, (name, value): &(&str, &str)| request.header(*name, *value);
        let sent = headers.iter().fold(request, with).send().await;
        match sent {
            Ok(response) => Ok(Answer::new(response, self.within)),
            Err(error) => Err(FetchError::of(&error, self.within)),
        }
    }

    /// Refuses what the rules refuse before a name is resolved. A host that is an address is never resolved.
    fn judge(&self, url: &Url) -> Result<(), FetchError> {
        let Some(rules) = &self.rules else { return Ok(()) };
        if url.scheme() != "https" {
            return Err(FetchError::NotHttps);
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(FetchError::HasUser);
        }
        let address = match url.host() {
            Some(Host::Ipv4(address)) => address.into(),
            Some(Host::Ipv6(address)) => address.into(),
            Some(Host::Domain(_)) => return Ok(()),
            None => return Err(FetchError::NotHttps),
        };
        match names::is_open(address, rules.opens_loopback) {
            true => Ok(()),
            false => Err(FetchError::NotPublic),
        }
    }
}

fn builder(within: Duration) -> ClientBuilder {
    Client::builder()
        .timeout(within)
        .redirect(Policy::none())
        .referer(false)
        .user_agent("vestibule")
}
