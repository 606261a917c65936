use ipnet::IpNet;

use super::{Rate, Source};
use crate::model::ErrorCode;

const SECOND: i64 = 1_000;
const MINUTE: i64 = 60 * SECOND;
const DAY: i64 = 24 * 60 * MINUTE;

/// The long-run rate: a hundred in a row, then one a day (NIST SP 800-63B-4 section 3.2.2).
pub(super) const LONG: Rate = Rate { burst: 100, every_ms: DAY };

/// Factor of a network's rate over that of a single source.
pub(super) const NETWORK: i64 = 5;

/// A limit with its subject.
#[derive(Clone, Copy, Debug)]
pub enum Limit<'l> {
    /// Failed sign-ins from one source.
    SignInSource(Source),
    /// Failed sign-ins from the network around a source.
    SignInNetwork(IpNet),
    /// Failed sign-ins from one source to one account.
    SignInPair(Source, &'l str),
    /// Failed sign-ins to one account, from any source.
    SignInAccount(&'l str),
    /// Consecutive failed sign-ins to one account: a hundred, then one a day.
    SignInAccountLong(&'l str),
    /// Failed sign-ins from a known device of the account.
    SignInDevice(&'l str, &'l str),
    /// Consecutive failures from all known devices of an account: a hundred, then one a day.
    SignInDevicesLong(&'l str),
    /// Failed sign-ins to an account from a known network of it.
    SignInKnownSource(IpNet, &'l str),
    /// Consecutive failures from all known networks of an account name: a hundred, then one a day.
    SignInKnownSourcesLong(&'l str),
    /// Sign-ins of one account that wait for their second factor, from one source or known device.
    PendingSignIn(&'l str, &'l str),
    /// Codes of second factors that one source sends.
    FactorSource(Source),
    /// Codes for one pending sign-in.
    FactorFlow(&'l str),
    /// Wrong codes of the second factor of one account, from sources without a known device.
    Factor(&'l str),
    /// The same in a row: a hundred, then one a day.
    FactorLong(&'l str),
    /// Wrong codes from a known device of the account.
    FactorDevice(&'l str, &'l str),
    /// Wrong codes in a row from all known devices of an account: a hundred, then one a day.
    FactorDevicesLong(&'l str),
    /// Answers of passkeys that one source sends.
    PasskeySource(Source),
    /// The same in one session, or for one sign-in that waits for its second factor.
    PasskeyWithin(&'l str),
    /// Requests of one source for what passkeys are asked.
    PasskeyOptions(Source),
    /// The same in one session, or for one sign-in that waits for its second factor.
    PasskeyOptionsWithin(&'l str),
    /// Sign-ins to one account.
    SignedIn(&'l str),
    /// Sign-ins from one source.
    SignedInSource(Source),
    /// Wrong passwords at reauthentication, in one session.
    Proof(&'l str),
    /// Consecutive wrong passwords at reauthentication: a hundred, then one a day.
    ProofLong(&'l str),
    /// Right passwords given in the sessions of one account.
    Proven(&'l str),
    /// Changes of one account by its owner.
    Write(&'l str),
    /// New usernames of one account: each reveals whether a name is taken, and frees one.
    Renaming(&'l str),
    /// Requests of one user to end sessions after a recent proof.
    Ending(&'l str),
    /// Changes of other accounts by one administrator.
    Administration(&'l str),
    /// Registrations from one source.
    Registration(Source),
    /// Registrations from the network around a source.
    RegistrationNetwork(IpNet),
    /// Mails that one source asks for.
    MailedFlow(Source),
    /// Mails that the network around a source asks for.
    MailedFlowNetwork(IpNet),
    /// Codes and new passwords that one source sends on the way back to an account.
    Recovery(Source),
    /// New addresses of one account: each gets a mail.
    Addressing(&'l str),
    /// Changes of the main address and removals of confirmed ones of one account: each writes up to 15 mails, most of the first priority.
    AddressChange(&'l str),
    /// Documents of all data about one account.
    Download(&'l str),
    /// Mails to one address, or for one name, by what they are for.
    MailTo(&'l str),
    /// The same in a day.
    MailToDaily(&'l str),
    /// Wrong codes of mails for one account.
    Codes(&'l str),
    /// Notices to the owner of a name that its sign-ins are throttled.
    Telling(&'l str),
    /// Password strength estimates for one source.
    Advice(Source),
    /// Authorization requests of one source that are stored.
    Authorize(Source),
    /// Authorization requests that one client has pushed.
    Pushed(&'l str),
    /// Requests of one source whose client did not show who it is.
    ClientAuth(Source),
    /// Refused refreshes from one source.
    RefreshSource(Source),
    /// Refreshes of one session.
    RefreshSession(&'l str),
}

/// The scope of a count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Scope {
    /// All processes together, because it protects a secret.
    Shared,
    /// Each process, because it protects the process itself.
    Own,
}

/// The effect of a success on a count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum OnSuccess {
    /// One count is returned: earlier failures still count (S30).
    GiveBack,
    /// The count is reset, including earlier failures.
    Forget,
    /// The count stays, because successes are counted; a failure returns it.
    Keep,
}

impl<'l> Limit<'l> {
    /// The table of limits: name, burst, interval, scope, and the effect of a success.
    fn row(self) -> (&'static str, i64, i64, Scope, OnSuccess) {
        use OnSuccess::{Forget, GiveBack, Keep};
        use Scope::{Own, Shared};
        match self {
            Self::SignInSource(_) => ("sign-in source", 60, 3 * SECOND, Shared, GiveBack),
            Self::SignInNetwork(_) => {
                ("sign-in network", 60 * NETWORK, 3 * SECOND / NETWORK, Shared, GiveBack)
            }
            Self::SignInPair(..) => ("sign-in pair", 10, 30 * SECOND, Shared, Forget),
            Self::SignInAccount(_) => ("sign-in account", 20, 15 * MINUTE, Shared, Forget),
            Self::SignInAccountLong(_) => ("sign-in account-long", 100, DAY, Shared, Forget),
            Self::SignInDevice(..) => ("sign-in device", 10, MINUTE, Shared, Forget),
            Self::SignInDevicesLong(_) => ("sign-in devices-long", 100, DAY, Shared, Forget),
            Self::SignInKnownSource(..) => ("sign-in known-source", 10, MINUTE, Shared, Forget),
            Self::SignInKnownSourcesLong(_) => {
                ("sign-in known-sources-long", 100, DAY, Shared, Forget)
            }
            Self::PendingSignIn(..) => ("pending-sign-in", 10, 30 * SECOND, Shared, Keep),
            Self::FactorSource(_) => ("factor source", 60, 3 * SECOND, Shared, Keep),
            Self::FactorFlow(_) => ("factor flow", 10, DAY, Shared, Forget),
            Self::Factor(_) => ("factor account", 20, 15 * MINUTE, Shared, Forget),
            Self::FactorLong(_) => ("factor account-long", 100, DAY, Shared, Forget),
            Self::FactorDevice(..) => ("factor device", 10, MINUTE, Shared, Forget),
            Self::FactorDevicesLong(_) => ("factor devices-long", 100, DAY, Shared, Forget),
            Self::PasskeySource(_) => ("passkey source", 60, 3 * SECOND, Shared, Keep),
            Self::PasskeyWithin(_) => ("passkey within", 60, 3 * SECOND, Shared, Keep),
            Self::PasskeyOptionsWithin(_) => ("passkey options-within", 120, SECOND, Own, Keep),
            Self::PasskeyOptions(_) => ("passkey options", 120, SECOND, Own, Keep),
            Self::SignedIn(_) => ("signed-in account", 30, 2 * SECOND, Own, Keep),
            Self::SignedInSource(_) => ("signed-in source", 300, SECOND / 5, Own, Keep),
            Self::Proof(_) => ("proof", 10, MINUTE, Shared, Forget),
            Self::ProofLong(_) => ("proof-long", 100, DAY, Shared, Forget),
            Self::Proven(_) => ("proven", 30, 2 * SECOND, Own, Keep),
            Self::Write(_) => ("write", 30, 2 * SECOND, Own, Keep),
            Self::Renaming(_) => ("renaming", 5, DAY, Shared, Keep),
            Self::Ending(_) => ("ending", 30, 2 * SECOND, Own, Keep),
            Self::Administration(_) => ("administration", 30, 2 * SECOND, Own, Keep),
            Self::Registration(_) => ("registration", 20, 2 * MINUTE, Shared, Keep),
            Self::RegistrationNetwork(_) => {
                ("registration network", 20 * NETWORK, 2 * MINUTE / NETWORK, Shared, Keep)
            }
            Self::MailedFlow(_) => ("mailed-flow source", 20, MINUTE, Shared, Keep),
            Self::MailedFlowNetwork(_) => {
                ("mailed-flow network", 20 * NETWORK, MINUTE / NETWORK, Shared, Keep)
            }
            Self::Recovery(_) => ("recovery source", 60, 3 * SECOND, Shared, Keep),
            Self::Addressing(_) => ("addressing", 5, DAY, Shared, Keep),
            Self::AddressChange(_) => ("address-change", 10, DAY / 4, Shared, Keep),
            Self::Download(_) => ("download", 5, DAY / 5, Shared, Keep),
            Self::MailTo(_) => ("mail-to", 3, 20 * MINUTE, Shared, Keep),
            Self::MailToDaily(_) => ("mail-to-daily", 10, DAY / 10, Shared, Keep),
            Self::Codes(_) => ("codes", 20, DAY / 20, Shared, GiveBack),
            Self::Telling(_) => ("telling", 1, DAY, Own, Keep),
            Self::Advice(_) => ("advice", 30, 5 * SECOND, Own, Keep),
            Self::Authorize(_) => ("authorize source", 120, SECOND, Own, Keep),
            Self::Pushed(_) => ("pushed client", 1_200, SECOND / 20, Own, Keep),
            Self::ClientAuth(_) => ("client-auth source", 100, SECOND, Own, Keep),
            Self::RefreshSource(_) => ("refresh source", 100, SECOND, Own, Keep),
            Self::RefreshSession(_) => ("refresh session", 300, SECOND, Own, Keep),
        }
    }

    /// The rate of the limit.
    pub fn rate(self) -> Rate {
        let (_, burst, every_ms, ..) = self.row();
        Rate { burst, every_ms }
    }

    /// The error code when the limit is reached (429).
    pub fn code(self) -> ErrorCode {
        let is_of_account = matches!(self, Self::SignInAccount(_) | Self::SignInAccountLong(_));
        if is_of_account { ErrorCode::AccountThrottled } else { ErrorCode::TooManyRequests }
    }

    /// The limits of a registration: its source, and for IPv6 its /48.
    pub fn registrations(source: Source) -> Vec<Self> {
        let network = source.customer().map(Self::RegistrationNetwork);
        [Self::Registration(source)].into_iter().chain(network).collect()
    }

    /// The limits of a sign-in by a stranger.
    pub fn of_stranger(source: Source, account: &'l str) -> Vec<Self> {
        let network = source.around().map(Self::SignInNetwork);
        let of_source = [Self::SignedInSource(source), Self::SignInSource(source)];
        let of_both = [Self::SignInPair(source, account)];
        let of_account = [Self::SignInAccount(account), Self::SignInAccountLong(account)];
        of_source.into_iter().chain(network).chain(of_both).chain(of_account).collect()
    }

    /// Its name, also in the metrics.
    pub(super) fn name(self) -> &'static str {
        self.row().0
    }

    /// Whether all processes count together.
    pub(super) fn is_shared(self) -> bool {
        self.row().3 == Scope::Shared
    }

    /// Whether it counts in the long run, so that it must survive a restart (S22).
    pub(super) fn is_long(self) -> bool {
        self.rate() == LONG
    }

    pub(super) fn on_success(self) -> OnSuccess {
        self.row().4
    }

    /// The bucket's name, before it is hashed.
    pub(super) fn text(self) -> String {
        let name = self.row().0;
        match self {
            Self::SignInSource(source)
            | Self::SignedInSource(source)
            | Self::Registration(source)
            | Self::MailedFlow(source)
            | Self::Recovery(source)
            | Self::FactorSource(source)
            | Self::PasskeySource(source)
            | Self::PasskeyOptions(source)
            | Self::Advice(source)
            | Self::Authorize(source)
            | Self::ClientAuth(source)
            | Self::RefreshSource(source) => format!("{name} {source}"),
            Self::SignInNetwork(network)
            | Self::RegistrationNetwork(network)
            | Self::MailedFlowNetwork(network) => format!("{name} {network}"),
            Self::SignInPair(source, account) => format!("{name} {source} {account}"),
            Self::SignInKnownSource(network, account) => format!("{name} {network} {account}"),
            Self::SignInDevice(user, from)
            | Self::PendingSignIn(user, from)
            | Self::FactorDevice(user, from) => format!("{name} {user} {from}"),
            Self::SignInAccount(whose)
            | Self::SignInAccountLong(whose)
            | Self::SignInDevicesLong(whose)
            | Self::SignInKnownSourcesLong(whose)
            | Self::FactorFlow(whose)
            | Self::PasskeyWithin(whose)
            | Self::PasskeyOptionsWithin(whose)
            | Self::Factor(whose)
            | Self::FactorLong(whose)
            | Self::FactorDevicesLong(whose)
            | Self::SignedIn(whose)
            | Self::Proof(whose)
            | Self::ProofLong(whose)
            | Self::Proven(whose)
            | Self::Write(whose)
            | Self::Renaming(whose)
            | Self::Ending(whose)
            | Self::Administration(whose)
            | Self::Addressing(whose)
            | Self::AddressChange(whose)
            | Self::Download(whose)
            | Self::MailTo(whose)
            | Self::MailToDaily(whose)
            | Self::Codes(whose)
            | Self::Telling(whose)
            | Self::Pushed(whose)
            | Self::RefreshSession(whose) => format!("{name} {whose}"),
        }
    }
}
