//! The words of mails.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::kind::{Advice, MailKind};
use crate::{
    model::USERNAME_MAX,
    server::{
        config::Config,
        mail::{Block, Letter, Look},
        say::{self, Language, Value, Words},
        service::{
            chosen_language,
            flows::{Code, FlowToken, Mailed},
            session::device,
        },
    },
};

/// Path under which links of mails are.
const LINKS: &str = "/go/";

/// What the words of a mail are made of; sealed in its row.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct MailFacts {
    /// Time of what happened, in Unix seconds.
    pub at: i64,
    /// Username, as it is after that.
    pub username: String,
    /// User agent of whom did it; none for the people who run the service.
    #[serde(default)]
    pub agent: Option<String>,
    /// Username before.
    #[serde(default)]
    pub before: Option<String>,
    /// Name of the role.
    #[serde(default)]
    pub role: Option<String>,
    /// Time of an erasure, or at which a link ends, in Unix seconds.
    #[serde(default)]
    pub until: Option<i64>,
    /// Whether the account is disabled, so that nobody can keep it by signing in.
    #[serde(default)]
    pub is_disabled: bool,
    /// Path of the link.
    #[serde(default)]
    pub link: Option<String>,
    /// The code, as it is shown.
    #[serde(default)]
    pub code: Option<String>,
    /// Number of addresses from which sign-ins failed.
    #[serde(default)]
    pub sources: Option<i64>,
    /// Path of the link by which the reader of a notice acts on it. The notice is worth sending where the link is over.
    #[serde(default)]
    pub answer: Option<String>,
}

/// What is the same for all mails of a service.
struct Service<'s> {
    /// Name, host and colours.
    look: &'s Look,
    /// The public URL, without a slash at its end: links begin with it, whatever host a request named (S78).
    issuer: &'s str,
    /// Where people get help.
    support: Option<&'s str>,
}

impl MailFacts {
    /// Facts that a preview shows.
    pub fn example(at: i64) -> Self {
        Self {
            at,
            username: "ada".into(),
            agent: Some(
                "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0".into(),
            ),
            before: Some("countess".into()),
            role: Some("admin".into()),
            until: Some(at + 14 * 86_400),
            is_disabled: false,
            link: Some("/go/preview".into()),
            code: Some("1234 5678".into()),
            answer: Some("/go/preview".into()),
            sources: Some(3),
        }
    }

    /// The facts with which a flow can be continued.
    pub(in crate::server::service) fn mailed(mailed: &Mailed) -> Self {
        Self {
            link: Some(Self::path_of(&mailed.link)),
            code: Some(mailed.code.shown()),
            ..Self::default()
        }
    }

    /// The facts with which a flow can be continued by its code alone.
    pub(in crate::server::service) fn coded(code: &Code) -> Self {
        Self { code: Some(code.shown()), ..Self::default() }
    }

    /// The facts of a notice that is answered by a link.
    pub(in crate::server::service) fn answered_by(self, link: &FlowToken) -> Self {
        Self { answer: Some(Self::path_of(link)), ..self }
    }

    /// The facts with which a flow can be continued by its link alone.
    pub(in crate::server::service) fn linked(link: &FlowToken) -> Self {
        Self { link: Some(Self::path_of(link)), ..Self::default() }
    }

    /// The path of a link.
    pub(in crate::server::service) fn path_of(link: &FlowToken) -> String {
        format!("{LINKS}{}", link.expose())
    }

    /// The secret of the link.
    pub(super) fn token(&self) -> Option<FlowToken> {
        FlowToken::parse(self.link.as_deref()?.strip_prefix(LINKS)?)
    }

    /// Facts with the longest words that there can be.
    pub(super) fn longest() -> Self {
        let name = "w".repeat(USERNAME_MAX);
        Self { username: name.clone(), before: Some(name), ..Self::example(0) }
    }
}

/// A mail in the language of the current reader.
fn letter(kind: MailKind, facts: &MailFacts, service: &Service<'_>) -> Letter {
    let Look { service: name, host, .. } = service.look;
    let key = || Value::key(kind.as_str());
    let subject = say::mail_subject(key(), name);
    let (before, role) = (facts.before.as_deref(), facts.role.as_deref());
    let lead = say::mail_lead(
        key(),
        name,
        before.unwrap_or_default(),
        facts.username.as_str(),
        role.unwrap_or_default(),
    );
    let mut blocks = vec![Block::Heading(subject.clone()), Block::Text(lead)];
    if kind != MailKind::Test {
        let mut known = vec![(say::mail_when(), say::minute(facts.at))];
        // Nobody's name is in a mail to an address that nobody has confirmed.
        let is_to_stranger = matches!(kind, MailKind::VerifyAddress | MailKind::Invitation);
        if !facts.username.is_empty() && !is_to_stranger {
            known.insert(0, (say::mail_account(), facts.username.clone()));
        }
        if facts.agent.is_some() && !is_to_stranger {
            known.push((say::mail_device(), device::in_words(facts.agent.as_deref())));
        }
        if let (Advice::Keep, Some(until)) = (kind.advice(), facts.until) {
            known.push((say::mail_erase_after(), say::minute(until)));
        }
        if let (MailKind::Invitation, Some(until)) = (kind, facts.until) {
            known.push((say::mail_works_until(), say::minute(until)));
        }
        blocks.push(Block::Facts(known));
    }
    let link = |words, path: &str| Block::Button(words, format!("{}{path}", service.issuer));
    let advice = match kind.advice() {
        Advice::Keep if facts.is_disabled => Advice::Ask,
        advice => advice,
    };
    match advice {
        advice @ (Advice::Devices | Advice::Password) => {
            blocks.push(Block::Text(say::mail_advice_own()));
            if advice == Advice::Devices {
                blocks.push(link(say::mail_see_devices(), "/account/devices"));
            }
            blocks.push(link(say::mail_new_password(), "/account/password"));
        }
        Advice::Ask => {
            blocks.push(Block::Text(say::mail_advice_ask(name)));
            let support = service.support.map(|to| Block::Button(say::help(), to.to_owned()));
            blocks.extend(support);
        }
        Advice::Guessed => {
            // Attempts under a name that was not the account's then are not known.
            if let Some(sources @ 1..) = facts.sources {
                blocks.push(Block::Text(say::mail_failed_from(sources)));
            }
            blocks.push(Block::Text(say::mail_advice_guessed()));
            blocks.push(link(say::mail_new_password(), "/account/password"));
        }
        Advice::Undo => {
            blocks.push(Block::Text(say::mail_undo()));
            blocks.extend(facts.answer.iter().map(|to| link(say::mail_undo_go(), to)));
        }
        Advice::Keep => {
            blocks.push(Block::Text(say::mail_advice_keep()));
            blocks.push(link(say::mail_keep(), "/login"));
        }
        Advice::Use => {
            // A code without a link works where the mail was asked for alone; an invitation is not asked for.
            let (has_link, has_code) = (kind != MailKind::SignInCode, kind != MailKind::Invitation);
            blocks.extend(
                facts.link.iter().filter(|_| has_link).map(|to| link(say::mail_go(key()), to)),
            );
            if let Some(code) = facts.code.as_ref().filter(|_| has_code) {
                let words = if has_link { say::mail_code() } else { say::mail_code_alone() };
                blocks.push(Block::Text(words));
                blocks.push(Block::Code(code.clone()));
                blocks.push(Block::Text(say::mail_ignore(key())));
            }
            if let (MailKind::VerifyAddress, Some(to)) = (kind, facts.answer.as_deref()) {
                blocks.push(Block::Text(say::mail_refuse()));
                blocks.push(link(say::mail_refuse_go(), to));
            }
        }
        Advice::Nothing => {}
    }
    if let Some(to) = facts.answer.as_deref().filter(|_| kind.is_disputable()) {
        blocks.push(Block::Text(say::mail_not_me()));
        blocks.push(link(say::mail_not_me_go(), to));
    }
    if kind != MailKind::Test {
        blocks.push(Block::Small(say::mail_reason(key(), name, host)));
        blocks.push(Block::Small(say::mail_never(name)));
    }
    Letter { subject, blocks, language: say::current() }
}

/// A mail in a language, in the words of the operator.
pub(super) fn in_language(
    config: &Config,
    (look, words): (&Look, &Arc<Words>),
    language: Language,
    kind: MailKind,
    facts: &MailFacts,
) -> Letter {
    let (issuer, support) = (config.issuer(), config.brand.support.as_ref().map(url::Url::as_str));
    let service = Service { look, issuer: &issuer, support };
    say::with_words(language, words, || letter(kind, facts, &service))
}

/// The language of a person's mails: that of their profile, or else of their registration, or else of the settings. It is
/// never that of a request: who signs in with a stolen password would choose it.
pub(in crate::server::service) fn language(
    profile: &str,
    locale: Option<&str>,
    usual: Language,
) -> Language {
    let chosen = chosen_language::of_profile(profile);
    chosen.or_else(|| locale.and_then(Language::of_code)).unwrap_or(usual)
}
