//! Events in the words of the person to whom they happened.

use super::{Kind, Outcome};
use crate::server::say;

/// Who did something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Who {
    /// The person, or somebody who is not signed in.
    Somebody,
    /// The command line.
    Operator,
    /// Vestibule itself.
    System,
    /// An administrator.
    Admin,
}

/// The sentence of an event. Kinds and outcomes of a newer version are told in general words.
pub(super) fn sentence(kind: &str, outcome: &str, who: Who) -> String {
    let kind = Kind::ALL.iter().find(|known| known.as_str() == kind).copied();
    let outcome = Outcome::ALL.iter().find(|known| known.as_str() == outcome).copied();
    let what = match outcome {
        Some(Outcome::Success) => done(kind),
        _ => refused(kind),
    };
    let what = match outcome.and_then(why) {
        Some(why) => say::event_why(what, why),
        None => what,
    };
    match who {
        Who::Somebody => what,
        Who::Operator => say::event_by(say::by_operator(), what),
        Who::System => say::event_by(say::by_system(), what),
        Who::Admin => say::event_by(say::by_admin(), what),
    }
}

fn done(kind: Option<Kind>) -> String {
    match kind {
        Some(Kind::Login) => say::event_login(),
        Some(Kind::Logout) => say::event_logout(),
        Some(Kind::Register) => say::event_register(),
        Some(Kind::Reauthenticate) => say::event_reauthenticate(),
        Some(Kind::ProfileUpdate) => say::event_profile_update(),
        Some(Kind::SessionRevoke) => say::event_session_revoke(),
        Some(Kind::SessionReuse) => say::event_session_reuse(),
        Some(Kind::SessionReplay) => say::event_session_replay(),
        Some(Kind::SessionRenew) => say::event_session_renew(),
        Some(Kind::SessionSupersede) => say::event_session_supersede(),
        Some(Kind::Access) => say::event_access(),
        Some(Kind::UserDisable) => say::event_user_disable(),
        Some(Kind::UserEnable) => say::event_user_enable(),
        Some(Kind::UserUnlock) => say::event_user_unlock(),
        Some(Kind::RoleGrant) => say::event_role_grant(),
        Some(Kind::RoleWithdraw) => say::event_role_withdraw(),
        Some(Kind::AppMetadata) => say::event_app_metadata(),
        Some(Kind::PasswordChange) => say::event_password_change(),
        Some(Kind::PasswordSet) => say::event_password_set(),
        Some(Kind::UserImport) => say::event_user_import(),
        Some(Kind::SetupClaim) => say::event_setup_claim(),
        // The others happen to nobody.
        _ => say::event_other(),
    }
}

fn refused(kind: Option<Kind>) -> String {
    match kind {
        Some(Kind::Login) => say::event_login_refused(),
        Some(Kind::Register) => say::event_register_refused(),
        Some(Kind::Reauthenticate) => say::event_reauthenticate_refused(),
        Some(Kind::SessionReuse) => say::event_session_reuse(),
        Some(Kind::SessionReplay) => say::event_session_replay(),
        Some(Kind::Access) => say::event_access_refused(),
        Some(Kind::PasswordChange) => say::event_password_change_refused(),
        Some(Kind::SetupClaim) => say::event_setup_claim_refused(),
        _ => say::event_other_refused(),
    }
}

fn why(outcome: Outcome) -> Option<String> {
    Some(match outcome {
        Outcome::Success | Outcome::Refused => return None,
        Outcome::WrongPassword => say::outcome_wrong_password(),
        Outcome::UnknownAccount => say::outcome_unknown_account(),
        Outcome::AccountDisabled => say::outcome_account_disabled(),
        Outcome::PasswordTooWeak => say::outcome_password_too_weak(),
        Outcome::Limited => say::outcome_limited(),
        Outcome::Overtaken => say::outcome_overtaken(),
        Outcome::InsufficientScope => say::outcome_insufficient_scope(),
        Outcome::SessionMismatch => say::outcome_session_mismatch(),
    })
}

#[cfg(test)]
mod tests {
    use super::{Who::*, *};

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
                assert!(!sentence(kind.as_str(), outcome.as_str(), Somebody).is_empty());
            }
        }
    }
}
