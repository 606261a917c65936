//! The kinds and outcomes of audit events, with their names in the log.

use crate::server::service::named::named;

named! {
    /// The kind of an event.
    enum Kind {
        /// A sign-in.
        Login = "login";
        /// A right password, which waits for a second factor.
        LoginBegin = "login.begin";
        /// The user ended their own session.
        Logout = "logout";
        /// A new account.
        Register = "register";
        /// A new proof of identity, for an action that requires one.
        Reauthenticate = "reauthenticate";
        /// A new username.
        UsernameChange = "username.change";
        /// A new display name, profile or metadata.
        ProfileUpdate = "profile.update";
        /// The user turned notices on or off.
        NoticesChoose = "notices.choose";
        /// The user ended a session from another one.
        SessionRevoke = "session.revoke";
        /// A replaced refresh token was used again (S52).
        SessionReuse = "session.reuse";
        /// A replaced refresh token came late or from another program: one lost answer, or a copy.
        SessionReplay = "session.replay";
        /// New tokens for a session, whose old ones are invalid.
        SessionRenew = "session.renew";
        /// The user dismissed the warning of a possibly copied session.
        AlertDismiss = "alert.dismiss";
        /// A session was ended by a new sign-in in its browser.
        SessionSupersede = "session.supersede";
        /// A valid access token was refused. Recorded once a minute for each session.
        Access = "access";
        /// An account was disabled.
        UserDisable = "user.disable";
        /// An account was enabled.
        UserEnable = "user.enable";
        /// The failed sign-ins of an account were reset.
        UserUnlock = "user.unlock";
        /// A role was granted.
        RoleGrant = "role.grant";
        /// A role was revoked.
        RoleWithdraw = "role.withdraw";
        /// New `app_metadata`.
        AppMetadata = "user.app_metadata";
        /// The user changed their password.
        PasswordChange = "password.change";
        /// The user set up an authenticator app.
        TotpSet = "totp.set";
        /// An authenticator app was removed, by its owner or an agent.
        TotpRemove = "totp.remove";
        /// The user made new recovery codes.
        RecoveryCodesSet = "recovery_codes.set";
        /// The user added a passkey.
        PasskeySet = "passkey.set";
        /// The user gave a passkey another name.
        PasskeyRename = "passkey.rename";
        /// A passkey was removed, by its owner or an agent.
        PasskeyRemove = "passkey.remove";
        /// The number of signatures of a passkey went back: there may be a copy of it.
        PasskeyCounter = "passkey.counter";
        /// A browser was trusted at a sign-in.
        TrustedDeviceSet = "trusted_device.set";
        /// The user trusts a browser no longer, or none.
        TrustedDeviceRemove = "trusted_device.remove";
        /// A replaced secret of a trusted browser was used again; the trust in it ended.
        TrustedDeviceReuse = "trusted_device.reuse";
        /// The user set an address, which is to be confirmed.
        AddressSet = "address.set";
        /// The user asked for another mail that confirms an address.
        AddressAsk = "address.ask";
        /// The user confirmed an address.
        AddressVerify = "address.verify";
        /// The user withdrew an address that waited for its confirmation.
        AddressWithdraw = "address.withdraw";
        /// Such an address was taken off, by the link of the mail to it.
        AddressRefuse = "address.refuse";
        /// The user confirmed an address beside others.
        AddressAdd = "address.add";
        /// A confirmed address became the main one in place of another.
        AddressChange = "address.change";
        /// The user removed a confirmed address.
        AddressRemove = "address.remove";
        /// Such a change was undone by the link in the mail to the address that had lost its place.
        AddressUndo = "address.undo";
        /// The reader of a notice closed the account to everybody in it, by the link of the mail.
        AccountSecure = "account.secure";
        /// Somebody who forgot their password asked for a mail.
        RecoveryAsk = "recovery.ask";
        /// The code of such a mail was given.
        RecoveryCode = "recovery.code";
        /// Somebody asked for a mail with a code that signs in.
        MailCodeAsk = "mail_code.ask";
        /// The code of such a mail was given.
        MailCodeGive = "mail_code.give";
        /// A new password by a mail for a forgotten one.
        PasswordReset = "password.reset";
        /// The erasure of an account was asked for.
        DeletionAsk = "deletion.ask";
        /// All data about the account was given to its owner.
        DataExport = "data.export";
        /// The account is kept.
        DeletionStop = "deletion.stop";
        /// An account was erased.
        UserErase = "user.erase";
        /// An account was imported.
        UserImport = "user.import";
        /// An invitation was made.
        InvitationMake = "invitation.make";
        /// An invitation was revoked.
        InvitationRevoke = "invitation.revoke";
        /// An account was made by an invitation.
        InvitationAccept = "invitation.accept";
        /// A password was set by an agent.
        PasswordSet = "password.set";
        /// The number of refusals that were not recorded one by one.
        RefusalsOmit = "refusals.omit";
        /// A set-up link for the first administrator was created.
        SetupLink = "setup.link";
        /// The first administrator was created by that link; refusals are recorded once a minute.
        SetupClaim = "setup.claim";
        /// A source was blocked.
        SourceBlock = "source.block";
        /// The block of a source was lifted.
        SourceLift = "source.lift";
        /// A client was made.
        ClientCreate = "client.create";
        /// A client got other settings.
        ClientUpdate = "client.update";
        /// A client was disabled.
        ClientDisable = "client.disable";
        /// A client was enabled.
        ClientEnable = "client.enable";
        /// A client was deleted.
        ClientDelete = "client.delete";
        /// A client got a secret.
        ClientSecretAdd = "client.secret_add";
        /// A client lost a secret.
        ClientSecretRemove = "client.secret_remove";
        /// A client did not show who it is; recorded once a minute.
        ClientAuth = "client.auth";
        /// A resource was made.
        ResourceCreate = "resource.create";
        /// A resource got other settings.
        ResourceUpdate = "resource.update";
        /// A resource was disabled.
        ResourceDisable = "resource.disable";
        /// A resource was enabled.
        ResourceEnable = "resource.enable";
        /// A resource was deleted.
        ResourceDelete = "resource.delete";
        /// The user let an app in.
        AppAllow = "app.allow";
        /// The user did not let an app in.
        AppDeny = "app.deny";
        /// An app got tokens for the user.
        AppStart = "app.start";
        /// A code of an app was used twice: it was stolen, or the app is wrong; its tokens were ended.
        AppCodeReplay = "app.code_replay";
        /// The user took away what an app was let do.
        AppWithdraw = "app.withdraw";
        /// An app ended its own grant.
        AppEnd = "app.end";
        /// A future signing key was published.
        KeyPublish = "key.publish";
        /// A published key was activated at once.
        KeyActivate = "key.activate";
        /// The operator imported a signing key.
        KeyImport = "key.import";
        /// A signing key was retired.
        KeyRetire = "key.retire";
        /// Rotation by age, and the retirement of old keys.
        KeyMaintain = "key.tend";
        /// Waiting mails were made due, and the pauses of senders were ended.
        MailRetry = "mail.retry";
        /// The log was exported, in whole or in part.
        AuditExport = "audit.export";
        /// A new database was created from a backup.
        InstanceRestore = "instance.restore";
        /// The instance secret was replaced.
        SecretRotate = "secret.rotate";
        /// Events older than the retention setting were deleted.
        AuditCut = "audit.cut";
    }
}

named! {
    /// The outcome of an event.
    enum Outcome {
        /// It succeeded.
        Success = "success";
        /// It was refused; the kind names the reason.
        Refused = "refused";
        /// The account exists, the password is wrong.
        WrongPassword = "wrong_password";
        /// The password is right, the code of the second factor is wrong.
        WrongCode = "wrong_code";
        /// The answer of a passkey is wrong.
        WrongPasskey = "wrong_passkey";
        /// No account has this passkey.
        UnknownPasskey = "unknown_passkey";
        /// No account has this name or address. The typed text is not stored, because it may be a
        /// password.
        UnknownAccount = "unknown_account";
        /// The right password of a disabled account.
        AccountDisabled = "account_disabled";
        /// A right sign-in to an account that is leaving.
        AccountLeaving = "account_leaving";
        /// A right sign-in to an account whose address must be confirmed first.
        AddressUnverified = "address_unverified";
        /// The right password, below the policy.
        PasswordTooWeak = "password_too_weak";
        /// A limit was reached, or the source is blocked; recorded once a minute per source.
        Limited = "limited";
        /// The account or password was changed while the password was being verified.
        Overtaken = "overtaken";
        /// The token lacks the permission.
        InsufficientScope = "insufficient_scope";
        /// The token of the form was too old, or not ours.
        StaleForm = "stale_form";
        /// Token and cookie belong to different sessions.
        SessionMismatch = "session_mismatch";
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn names_are_unique() {
        let kinds: HashSet<_> = Kind::ALL.iter().map(|kind| kind.as_str()).collect();
        let outcomes: HashSet<_> = Outcome::ALL.iter().map(|outcome| outcome.as_str()).collect();
        assert_eq!((kinds.len(), outcomes.len()), (Kind::ALL.len(), Outcome::ALL.len()));
    }
}
