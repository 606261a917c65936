use crate::server::say;

/// The outcome of an action, shown on the next page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Said {
    /// The profile was changed.
    Saved,
    /// The password was changed.
    PasswordChanged,
    /// The password was confirmed.
    Confirmed,
    /// A session was ended.
    SessionEnded,
    /// All other sessions were ended.
    OthersEnded,
    /// All sessions were ended, including this one.
    AllEnded,
    /// A warning was dismissed.
    Dismissed,
    /// A mail that confirms the address was sent.
    AddressSent,
    /// The address was confirmed.
    AddressConfirmed,
    /// An authenticator app is being set up.
    FactorBegun,
    /// The authenticator app was set up.
    FactorSet,
    /// The authenticator app was removed.
    FactorRemoved,
    /// New recovery codes were made.
    CodesMade,
    /// The recovery codes are kept elsewhere.
    CodesKept,
    /// A passkey is being added.
    PasskeyBegun,
    /// A passkey was added.
    PasskeySet,
    /// A passkey was renamed.
    PasskeyRenamed,
    /// A passkey was removed.
    PasskeyRemoved,
    /// A browser is trusted no longer.
    TrustEnded,
    /// No browser is trusted any longer.
    AllTrustEnded,
    /// The confirmed addresses were changed.
    AddressesChanged,
    /// An address was removed.
    AddressRemoved,
    /// An address was taken off an account by the link of a mail.
    Refused,
    /// The change of an address was undone by the link of a mail.
    Undone,
    /// An account was closed to everybody by the link of a mail.
    Secured,
    /// The account is leaving.
    Leaving,
    /// The user has signed out.
    SignedOut,
}

impl Said {
    /// All outcomes.
    pub const ALL: [Self; 27] = [
        Self::Saved,
        Self::PasswordChanged,
        Self::Confirmed,
        Self::SessionEnded,
        Self::OthersEnded,
        Self::AllEnded,
        Self::Dismissed,
        Self::AddressSent,
        Self::AddressConfirmed,
        Self::FactorBegun,
        Self::FactorSet,
        Self::FactorRemoved,
        Self::CodesMade,
        Self::CodesKept,
        Self::PasskeyBegun,
        Self::PasskeySet,
        Self::PasskeyRenamed,
        Self::PasskeyRemoved,
        Self::TrustEnded,
        Self::AllTrustEnded,
        Self::AddressesChanged,
        Self::AddressRemoved,
        Self::Refused,
        Self::Undone,
        Self::Secured,
        Self::Leaving,
        Self::SignedOut,
    ];

    /// Its name in a cookie.
    pub fn name(self) -> &'static str {
        match self {
            Self::Saved => "saved",
            Self::PasswordChanged => "password",
            Self::Confirmed => "confirmed",
            Self::SessionEnded => "session",
            Self::OthersEnded => "others",
            Self::AllEnded => "all",
            Self::Dismissed => "dismissed",
            Self::AddressSent => "address_sent",
            Self::AddressConfirmed => "address",
            Self::FactorBegun => "factor_begun",
            Self::FactorSet => "factor",
            Self::FactorRemoved => "factor_removed",
            Self::CodesMade => "codes",
            Self::CodesKept => "codes_kept",
            Self::PasskeyBegun => "passkey_begun",
            Self::PasskeySet => "passkey",
            Self::PasskeyRenamed => "passkey_renamed",
            Self::PasskeyRemoved => "passkey_removed",
            Self::TrustEnded => "trust_ended",
            Self::AllTrustEnded => "all_trust_ended",
            Self::AddressesChanged => "addresses",
            Self::AddressRemoved => "address_removed",
            Self::Refused => "refused",
            Self::Undone => "undone",
            Self::Secured => "secured",
            Self::Leaving => "leaving",
            Self::SignedOut => "out",
        }
    }

    /// A sentence for the user.
    pub fn message(self) -> String {
        match self {
            Self::Saved => say::said_saved(),
            Self::PasswordChanged => say::said_password(),
            Self::Confirmed => say::said_confirmed(),
            Self::SessionEnded => say::said_session(),
            Self::OthersEnded => say::said_others(),
            Self::AllEnded => say::said_all(),
            Self::Dismissed => say::said_dismissed(),
            Self::AddressSent => say::said_address_sent(),
            Self::AddressConfirmed => say::said_address(),
            Self::FactorBegun => say::said_factor_begun(),
            Self::FactorSet => say::said_factor(),
            Self::FactorRemoved => say::said_factor_removed(),
            Self::CodesMade => say::said_codes(),
            Self::CodesKept => say::said_codes_kept(),
            Self::PasskeyBegun => say::said_passkey_begun(),
            Self::PasskeySet => say::said_passkey(),
            Self::PasskeyRenamed => say::said_passkey_renamed(),
            Self::PasskeyRemoved => say::said_passkey_removed(),
            Self::TrustEnded => say::said_trust_ended(),
            Self::AllTrustEnded => say::said_all_trust_ended(),
            Self::AddressesChanged => say::said_addresses_changed(),
            Self::AddressRemoved => say::said_address_removed(),
            Self::Refused => say::said_refused(),
            Self::Undone => say::said_undone(),
            Self::Secured => say::said_secured(),
            Self::Leaving => say::said_leaving(),
            Self::SignedOut => say::said_out(),
        }
    }
}
