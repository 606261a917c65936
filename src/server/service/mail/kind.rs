use crate::server::service::{flows::Purpose, named::named};

named! {
    /// The kind of a mail.
    enum MailKind {
        /// A sign-in from a browser or program that the account had not been signed in with before.
        SignIn = "sign_in";
        /// The person turned off the mails about sign-ins from new browsers.
        SignInQuiet = "sign_in_quiet";
        /// The person changed their password.
        PasswordChanged = "password_changed";
        /// An agent set a password.
        PasswordSet = "password_set";
        /// The person changed their username.
        UsernameChanged = "username_changed";
        /// An agent granted a role.
        RoleGranted = "role_granted";
        /// An agent revoked a role.
        RoleWithdrawn = "role_withdrawn";
        /// An agent disabled the account.
        AccountDisabled = "account_disabled";
        /// An agent enabled the account.
        AccountEnabled = "account_enabled";
        /// A replaced refresh token was used again, and its session was ended (S52).
        SessionReuse = "session_reuse";
        /// An agent ended sessions.
        SessionsEnded = "sessions_ended";
        /// Somebody forgot their password: a link and a code.
        Reset = "reset";
        /// Somebody signs in by mail: a code.
        SignInCode = "sign_in_code";
        /// A way to a new password for an account that the reader of a notice has closed to everybody.
        AfterClosing = "after_closing";
        /// A new password was chosen by such a mail.
        PasswordReset = "password_reset";
        /// Somebody is invited to make an account: a link.
        Invitation = "invitation";
        /// The person made an invitation that gives a role.
        InvitationMade = "invitation_made";
        /// Somebody accepted an invitation; to the administrator who made it.
        InvitationAccepted = "invitation_accepted";
        /// An address is to be confirmed: a link and a code.
        VerifyAddress = "verify_address";
        /// Somebody used an address that another account has confirmed.
        AddressUsed = "address_used";
        /// An authenticator app was set up.
        FactorSet = "factor_set";
        /// The person removed the authenticator app.
        FactorRemoved = "factor_removed";
        /// An agent removed the authenticator app.
        FactorTaken = "factor_taken";
        /// New recovery codes were made.
        CodesSet = "codes_set";
        /// A recovery code was used in place of the app.
        CodeUsed = "code_used";
        /// A passkey was added.
        PasskeySet = "passkey_set";
        /// The person removed a passkey, or what was added since an address was replaced was taken back.
        PasskeyRemoved = "passkey_removed";
        /// The number of signatures of a passkey went back.
        PasskeyCounter = "passkey_counter";
        /// A browser is trusted, and asked for no code.
        BrowserTrusted = "browser_trusted";
        /// A replaced secret of a trusted browser was used after a right password; the trust and what it opened have ended.
        TrustReuse = "trust_reuse";
        /// Wrong codes were given after the right password.
        WrongCodes = "wrong_codes";
        /// Another address is to come to the account of the one that gets this mail.
        AddressAsked = "address_asked";
        /// Another address is the main one in place of the one that gets this mail: a link that undoes it.
        AddressReplaced = "address_replaced";
        /// The address that gets this mail was removed: a link that undoes it.
        AddressDropped = "address_dropped";
        /// The address that gets this mail has come to an account that has others.
        AddressNew = "address_new";
        /// The addresses of the account have changed; to one of the others.
        AddressesChanged = "addresses_changed";
        /// The change of an address was undone; to the address that is back.
        AddressRestored = "address_restored";
        /// The change of an address was undone; to the address that was taken off.
        AddressRemoved = "address_removed";
        /// The reader of a notice closed the account to everybody in it.
        Secured = "secured";
        /// So many sign-ins failed that the account is throttled.
        ManyFailures = "many_failures";
        /// All data about the account was given to its owner.
        DataExported = "data_exported";
        /// The account is to be erased; nobody can use it until then.
        DeletionAsked = "deletion_asked";
        /// It is erased within three days.
        DeletionSoon = "deletion_soon";
        /// It is kept.
        DeletionStopped = "deletion_stopped";
        /// It is erased.
        AccountErased = "account_erased";
        /// The operator tries whether mails arrive; never in the outbox.
        Test = "test";
    }
}

/// What a person can do about a mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Advice {
    /// Look at the devices, and choose a new password.
    Devices,
    /// Choose a new password.
    Password,
    /// Ask the people who run the service.
    Ask,
    /// Keep the password, or choose a better one.
    Guessed,
    /// Undo it by the link of the mail.
    Undo,
    /// Sign in, and keep the account.
    Keep,
    /// Use the link or the code of the mail, or nothing.
    Use,
    /// Nothing.
    Nothing,
}

impl MailKind {
    /// The kind of a name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.as_str() == name)
    }

    /// All names, with a comma before and after each.
    pub(super) fn known() -> String {
        let names: Vec<_> = Self::ALL.iter().map(|kind| kind.as_str()).collect();
        format!(",{},", names.join(","))
    }

    /// Its place in the queue; 0 is first, for mails without which somebody stays outside. Those that anybody can have sent to
    /// any address come after them.
    pub fn priority(self) -> i64 {
        match self {
            Self::Test
            | Self::Reset
            | Self::SignInCode
            | Self::AfterClosing
            | Self::AddressReplaced
            | Self::AddressDropped => FIRST,
            // The last may be the only mail by which an address is taken off.
            Self::VerifyAddress | Self::Invitation | Self::AddressesChanged => 1,
            _ => 2,
        }
    }

    /// Time after which it is not sent any more, in seconds. A notice that comes after three days would only confuse.
    pub fn life(self) -> i64 {
        match self {
            // As long as what they carry.
            Self::Reset | Self::AfterClosing => Purpose::Reset.life(),
            Self::SignInCode => Purpose::MailCode.life(),
            Self::AddressReplaced | Self::AddressDropped => Purpose::UndoAddress.life(),
            Self::AddressesChanged => Purpose::Secure.life(),
            Self::VerifyAddress => Purpose::VerifyAddress.life(),
            Self::Invitation => Purpose::Invite.life(),
            Self::Test => 0,
            _ => 3 * 86_400,
        }
    }

    /// Maximum number of mails of this kind to one address in a day.
    pub(super) fn daily_max(self) -> Option<i64> {
        match self {
            // A program without cookies is new each time that it comes from elsewhere.
            Self::SignIn => Some(10),
            // Guessing goes on for days.
            Self::WrongCodes | Self::ManyFailures => Some(1),
            _ => None,
        }
    }

    /// Whether its reader may say that it was not them: then it has a link that closes the account to everybody in it.
    pub(super) fn is_disputable(self) -> bool {
        match self.advice() {
            Advice::Devices | Advice::Password => true,
            _ => matches!(self, Self::PasswordReset | Self::DeletionAsked),
        }
    }

    pub(super) fn advice(self) -> Advice {
        match self {
            Self::SignIn | Self::SessionReuse | Self::CodeUsed | Self::PasskeyCounter => {
                Advice::Devices
            }
            Self::PasswordChanged
            | Self::SignInQuiet
            | Self::BrowserTrusted
            | Self::TrustReuse
            | Self::UsernameChanged
            | Self::FactorSet
            | Self::FactorRemoved
            | Self::PasskeySet
            | Self::PasskeyRemoved
            | Self::CodesSet
            | Self::WrongCodes
            | Self::AddressAsked
            | Self::AddressNew
            | Self::AddressesChanged
            | Self::InvitationMade
            | Self::DataExported => Advice::Password,
            Self::AddressReplaced | Self::AddressDropped => Advice::Undo,
            Self::ManyFailures => Advice::Guessed,
            Self::PasswordSet
            | Self::RoleGranted
            | Self::RoleWithdrawn
            | Self::AccountDisabled
            | Self::AccountEnabled
            | Self::FactorTaken
            | Self::SessionsEnded
            | Self::AddressRestored
            | Self::AddressRemoved
            | Self::Secured
            | Self::PasswordReset
            | Self::DeletionStopped => Advice::Ask,
            Self::DeletionAsked | Self::DeletionSoon => Advice::Keep,
            Self::Reset
            | Self::SignInCode
            | Self::AfterClosing
            | Self::Invitation
            | Self::VerifyAddress => Advice::Use,
            Self::Test | Self::AddressUsed | Self::InvitationAccepted | Self::AccountErased => {
                Advice::Nothing
            }
        }
    }
}

/// The first priority, for which a part of each hour's mails is kept.
pub(super) const FIRST: i64 = 0;
/// The priorities, the first one first.
pub(super) const PRIORITIES: [i64; 3] = [FIRST, 1, 2];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn names_and_priorities_are_known() {
        let names: BTreeSet<_> = MailKind::ALL.iter().map(|kind| kind.as_str()).collect();
        assert_eq!(names.len(), MailKind::ALL.len());
        for kind in MailKind::ALL {
            assert_eq!(MailKind::named(kind.as_str()), Some(*kind));
            assert!(PRIORITIES.contains(&kind.priority()), "{kind:?} would wait for ever");
        }
        assert_eq!(MailKind::named("sign-in"), None);
    }
}
