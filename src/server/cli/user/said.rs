use crate::server::service::accounts::AccountChange;

/// What is said about an effective change of an account, and about one without an effect.
pub(super) fn of(change: &AccountChange, name: &str) -> (String, String) {
    let words = |done: &str, so: &str| (format!("{done} {name}"), format!("{name} {so} already"));
    match change {
        AccountChange::Disable => words("disabled", "is disabled"),
        AccountChange::Enable => words("enabled", "is enabled"),
        AccountChange::Delete => {
            let (done, unchanged) = words("closed", "is leaving");
            (format!("{done}; it is erased after 14 days"), unchanged)
        }
        AccountChange::Keep => {
            (format!("kept {name}"), format!("{name} is not leaving, or its time is over"))
        }
        AccountChange::GrantRole(role) => {
            words(&format!("granted {} to", role.as_str()), &format!("is {}", role.as_str()))
        }
        AccountChange::RevokeRole(role) => {
            words(&format!("withdrew {} from", role.as_str()), &format!("is no {}", role.as_str()))
        }
        AccountChange::Password(_) => words("set a new password for", "has this password"),
        AccountChange::AppMetadata(_) => words("set the app metadata of", "has this app metadata"),
        AccountChange::RemoveFactor => {
            let (done, unchanged) = words("removed the second factor of", "has no second factor");
            let done = format!(
                "{done}: the password is enough now; who has none chooses one by a mail to a confirmed address"
            );
            (done, unchanged)
        }
    }
}
