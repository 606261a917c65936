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
