//! Sentences about events for their subject.

use super::Outcome;
use crate::server::say::{self, Value};

/// The actor of an event from the subject's point of view.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Who {
    /// The user, or a stranger.
    Somebody,
    /// The operator at the command line.
    Operator,
    /// Vestibule itself.
    System,
    /// An administrator.
    Admin,
}

/// The sentence of an event. Kinds and outcomes of a newer version get general sentences.
pub(super) fn sentence(kind: &str, outcome: &str, who: Who) -> String {
    let outcome = Outcome::ALL.iter().find(|known| known.as_str() == outcome);
    let what = match outcome {
        Some(Outcome::Success) => say::event(Value::key(kind)),
        _ => say::event_refused(Value::key(kind)),
    };
    let what = match outcome {
        None | Some(Outcome::Success | Outcome::Refused) => what,
        Some(outcome) => say::event_why(what, say::outcome(Value::key(outcome.as_str()))),
    };
    match who {
        Who::Somebody => what,
        Who::Operator => say::event_by(what, say::by_operator()),
        Who::System => say::event_by(what, say::by_system()),
        Who::Admin => say::event_by(what, say::by_admin()),
    }
}

#[cfg(test)]
mod tests {
    use super::{super::Kind, Who::*, *};
    use crate::server::say::{Language, in_language};

    /// Kinds whose events have no person as their subject: nobody reads them in a history.
    const OF_NOBODY: [Kind; 29] = [
        Kind::InvitationMake,
        Kind::InvitationRevoke,
        Kind::MailRetry,
        Kind::RefusalsOmit,
        Kind::SetupLink,
        Kind::SourceBlock,
        Kind::SourceLift,
        Kind::ClientCreate,
        Kind::ClientUpdate,
        Kind::ClientDisable,
        Kind::ClientEnable,
        Kind::ClientDelete,
        Kind::ClientSecretAdd,
        Kind::ClientSecretRemove,
        Kind::ClientAuth,
        Kind::ResourceCreate,
        Kind::ResourceUpdate,
        Kind::ResourceDisable,
        Kind::ResourceEnable,
        Kind::ResourceDelete,
        Kind::KeyPublish,
        Kind::KeyActivate,
        Kind::KeyImport,
        Kind::KeyRetire,
        Kind::KeyMaintain,
        Kind::AuditExport,
        Kind::InstanceRestore,
        Kind::SecretRotate,
        Kind::AuditCut,
    ];

    /// What the reader's language lacks to tell these kinds and outcomes.
    fn missing(kinds: &[&str], outcomes: &[&str]) -> Vec<String> {
        let lacks = |message: &str, said: &dyn Fn(&str) -> String, names: &[&str]| -> Vec<String> {
            let general = said("moon.phase");
            let lacking = names.iter().filter(|name| said(name) == general);
            let code = say::current().code();
            let line = |name: &&str| {
                format!("locales/{code}.ftl: `{message}` lacks [{}]", name.replace('.', "-"))
            };
            lacking.map(line).collect()
        };
        let events = lacks("event", &|name| say::event(Value::key(name)), kinds);
        [events, lacks("outcome", &|name| say::outcome(Value::key(name)), outcomes)].concat()
    }

    #[tokio::test]
    async fn each_event_of_a_person_has_a_sentence_in_every_language() {
        let of_persons = Kind::ALL.iter().filter(|kind| !OF_NOBODY.contains(kind));
        let kinds: Vec<_> = of_persons.map(|kind| kind.as_str()).collect();
        let refused = Outcome::ALL
            .iter()
            .filter(|outcome| !matches!(outcome, Outcome::Success | Outcome::Refused));
        let outcomes: Vec<_> = refused.map(|outcome| outcome.as_str()).collect();
        for language in Language::all() {
            let found = in_language(language, async { missing(&kinds, &outcomes) }).await;
            assert!(
                found.is_empty(),
                "{found:?}; a kind that is about nobody is listed in OF_NOBODY"
            );
            let planted =
                in_language(language, async { missing(&["user.block"], &["eclipsed"]) }).await;
            assert_eq!(planted.len(), 2, "{planted:?}");
        }
    }

    #[test]
    fn sentences_are_plain_words() {
        for (kind, outcome, who, says) in [
            ("login", "success", Somebody, "Signed in"),
            ("login", "wrong_password", Somebody, "Failed sign-in: wrong password"),
            ("session.reuse", "refused", Somebody, "A copied sign-in was used, and ended"),
            (
                "user.disable",
                "success",
                Operator,
                "Account disabled (by the people who run this service)",
            ),
            ("moon.phase", "success", Somebody, "Something changed"),
            ("moon.phase", "eclipsed", Admin, "Something was refused (by an administrator)"),
        ] {
            assert_eq!(sentence(kind, outcome, who), says);
        }
        for kind in Kind::ALL {
            for outcome in Outcome::ALL {
                let said = sentence(kind.as_str(), outcome.as_str(), Somebody);
                assert!(!said.is_empty() && !said.contains('?'), "{said}");
            }
        }
    }
}
