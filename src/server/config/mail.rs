//! Parsers of the mail settings; each error says what is accepted.

use std::{
    net::IpAddr,
    path::{Path, PathBuf},
    str::FromStr,
};

use super::{
    Config, ConfigError,
    reader::Reader,
    settings::Setting,
    values::{boolean, number, parse},
};
use crate::server::{
    say::Language,
    secure::{identifier::check_shown, mail_address::MailAddress},
};

/// Maximum number of characters of the sender's name.
const NAME_MAX: usize = 60;
/// Maximum number of mails per hour.
const PER_HOUR_MAX: i64 = 1_000_000;
/// Sender of mails that stay on this machine.
const LOCAL_SENDER: &str = "no-reply@localhost";

/// The settings of mails.
#[derive(Clone, Debug)]
pub struct MailSettings {
    /// Where mails go.
    pub to: MailDestination,
    /// Sender of mails.
    pub from: Sender,
    /// Address for answers.
    pub reply_to: Option<Sender>,
    /// Sender of the envelope, if it is another address.
    pub bounce: Option<MailAddress>,
    /// Mails per hour of all processes.
    pub per_hour: i64,
    /// Folder with other words of mails.
    pub words: Option<PathBuf>,
    /// Language for people whose language is unknown.
    pub language: Language,
}

/// Where mails go.
#[derive(Clone, Debug)]
pub enum MailDestination {
    /// To an SMTP server.
    Server(MailServer),
    /// Into files in a folder.
    Folder(PathBuf),
    /// Into the inbox of a loopback server, for its developer.
    Inbox,
    /// Nowhere: none are written.
    Nowhere,
}

impl MailDestination {
    /// The files and folders that it names.
    pub fn files(&self) -> Vec<&Path> {
        match self {
            Self::Server(MailServer { login, ca_file, .. }) => {
                let password = login.as_ref().map(|(_, file)| file.as_path());
                password.into_iter().chain(ca_file.as_deref()).collect()
            }
            Self::Folder(path) => vec![path],
            Self::Inbox | Self::Nowhere => Vec::new(),
        }
    }

    /// The destination in words, for the operator.
    pub fn in_words(&self) -> String {
        match self {
            Self::Server(MailServer { host, port, tls, .. }) => {
                let tls = match tls {
                    MailTls::Implicit => "TLS",
                    MailTls::StartTls => "STARTTLS",
                    MailTls::None => "no TLS",
                };
                format!("{host}:{port} ({tls})")
            }
            Self::Folder(path) => format!("files in {}", path.display()),
            Self::Inbox => "the inbox at /dev/mail".into(),
            Self::Nowhere => "nowhere".into(),
        }
    }
}

/// An SMTP server.
#[derive(Clone, Debug)]
pub struct MailServer {
    /// Host name or IP address.
    pub host: String,
    /// Port.
    pub port: u16,
    /// Use of TLS.
    pub tls: MailTls,
    /// User name, and the file with the password.
    pub login: Option<(String, PathBuf)>,
    /// File with the authorities of its certificate, in place of the system's.
    pub ca_file: Option<PathBuf>,
}

/// The use of TLS with an SMTP server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MailTls {
    /// From the first byte (RFC 8314 section 3).
    Implicit,
    /// After STARTTLS (RFC 3207), which the server must offer.
    StartTls,
    /// Never.
    None,
}

impl FromStr for MailTls {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "implicit" => Ok(Self::Implicit),
            "starttls" => Ok(Self::StartTls),
            "none" => Ok(Self::None),
            _ => Err("expected implicit, starttls or none"),
        }
    }
}

impl MailTls {
    /// Its usual port (RFC 6409, RFC 8314).
    fn port(self) -> u16 {
        match self {
            Self::Implicit => 465,
            Self::StartTls => 587,
            Self::None => 25,
        }
    }
}

/// An address with a name that mail programs show.
#[derive(Clone, Debug)]
pub struct Sender {
    /// The name; none for the name of the service.
    pub name: Option<String>,
    /// The address.
    pub address: MailAddress,
}

impl FromStr for Sender {
    type Err = String;

    /// Reads `no-reply@acme.example` or `Acme, Inc. <no-reply@acme.example>`.
    fn from_str(text: &str) -> Result<Self, String> {
        let named = text.strip_suffix('>').and_then(|text| text.rsplit_once('<'));
        let (name, address) = named.unwrap_or(("", text));
        let name = name.trim().trim_matches('"').trim();
        let address = address_of(address.trim())?;
        if name.is_empty() {
            return Ok(Self { name: None, address });
        }
        match name.chars().count() <= NAME_MAX && check_shown(name).is_ok() {
            true => Ok(Self { name: Some(name.to_owned()), address }),
            false => Err(format!("expected a name of at most {NAME_MAX} characters that are seen")),
        }
    }
}

/// An address of ours: each SMTP server must take it.
fn address_of(text: &str) -> Result<MailAddress, String> {
    match MailAddress::parse(text) {
        Ok(address) if address.is_ascii() => Ok(address),
        Ok(_) => Err("expected an address with ASCII letters alone before the @".into()),
        Err(_) => Err(
            "expected an address, such as no-reply@acme.example, or Acme <no-reply@acme.example>"
                .into(),
        ),
    }
}

/// A host name or an IP address, without a port.
fn host(text: &str) -> Result<String, String> {
    let bare = text.trim_matches(['[', ']']);
    let expected = "expected a host name, such as smtp.example.com";
    match (bare.parse::<IpAddr>(), idna::domain_to_ascii_strict(text)) {
        (Ok(ip), _) => Ok(ip.to_string()),
        (_, Ok(name)) if !name.is_empty() => Ok(name),
        _ => Err(match text.contains(':') {
            true => format!("{expected}; the port is {}", Setting::mail_port.variable),
            false => expected.into(),
        }),
    }
}

fn is_on_this_machine(host: &str) -> bool {
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

fn language(text: &str) -> Result<Language, String> {
    let codes: Vec<_> = Language::all().map(Language::code).collect();
    Language::of_code(text).ok_or_else(|| format!("expected one of {}", codes.join(", ")))
}

impl Reader<'_> {
    /// Reads the section `[mail]`; `is_loopback` if only this machine reaches the server.
    pub(super) fn mail(&mut self, is_loopback: bool) -> Result<MailSettings, ConfigError> {
        let server = self.mail_server()?;
        let folder = self.optional(&Setting::mail_folder, |text| Ok(PathBuf::from(text)));
        if server.is_some() && folder.is_some() {
            self.refuse(&Setting::mail_folder, "only without mail_server");
        }
        let from = self.optional(&Setting::mail_from, parse);
        let to = match (server, folder) {
            (Some(server), _) => MailDestination::Server(server),
            (None, Some(folder)) => MailDestination::Folder(folder),
            (None, None) if is_loopback => MailDestination::Inbox,
            (None, None) => MailDestination::Nowhere,
        };
        let is_sent = matches!(to, MailDestination::Server(_) | MailDestination::Folder(_));
        if is_sent && !self.is_given(&Setting::mail_from) {
            let why =
                "it is needed beside mail_server and mail_folder, such as no-reply@acme.example";
            self.refuse(&Setting::mail_from, why);
        }
        let from = match from {
            Some(from) => from,
            None => LOCAL_SENDER.parse().map_err(ConfigError::new)?,
        };
        Ok(MailSettings {
            to,
            from,
            reply_to: self.optional(&Setting::mail_reply_to, parse),
            bounce: self.optional(&Setting::mail_bounce, address_of),
            per_hour: self.read(&Setting::mail_per_hour, |text| number(text, 1..=PER_HOUR_MAX))?,
            words: self.optional(&Setting::mail_words, |text| Ok(PathBuf::from(text))),
            language: self.read(&Setting::mail_language, language)?,
        })
    }

    /// Rejects settings under which nobody comes in without a mail, where none is sent.
    pub(super) fn refuse_without_mails(&mut self, config: &Config) {
        if config.demands_address && matches!(config.mail.to, MailDestination::Nowhere) {
            let why = "required needs a way to send mails: mail_server or mail_folder";
            self.refuse(&Setting::verified, why);
        }
    }

    fn mail_server(&mut self) -> Result<Option<MailServer>, ConfigError> {
        let host = self.optional(&Setting::mail_server, host);
        let tls: MailTls = self.read(&Setting::mail_tls, parse)?;
        let port = self.optional(&Setting::mail_port, |text| number(text, 1..=65_535));
        let user = self.optional(&Setting::mail_user, |text| Ok(text.to_owned()));
        let password = self.optional(&Setting::mail_password_file, |text| Ok(PathBuf::from(text)));
        let ca_file = self.optional(&Setting::mail_ca_file, |text| Ok(PathBuf::from(text)));
        let allows_plain = self.read(&Setting::mail_allow_plain, boolean)?;
        match (&user, &password) {
            (Some(_), None) => {
                self.refuse(&Setting::mail_password_file, "it is needed beside mail_user")
            }
            (None, Some(_)) => {
                self.refuse(&Setting::mail_user, "it is needed beside mail_password_file")
            }
            _ => {}
        }
        if tls == MailTls::None && user.is_some() {
            // Everybody on the way would read the password.
            self.refuse(&Setting::mail_user, "only with TLS");
        }
        if tls == MailTls::None && ca_file.is_some() {
            self.refuse(&Setting::mail_ca_file, "only with TLS");
        }
        let Some(host) = host else { return Ok(None) };
        if tls == MailTls::None && !is_on_this_machine(&host) && !allows_plain {
            self.refuse(
                &Setting::mail_tls,
                "none is for an SMTP server on this machine; with VESTIBULE_MAIL_ALLOW_PLAIN=true for others too",
            );
        }
        Ok(Some(MailServer {
            host,
            port: port.map_or(tls.port(), |port| port as u16),
            tls,
            login: user.zip(password),
            ca_file,
        }))
    }
}
