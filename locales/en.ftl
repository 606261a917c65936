# English: the language that all others are measured by. Each message becomes a function of `server::say`.
# $service is the name of the service, as the operator set it.

## The language itself

language-name = English
language-direction = ltr
language-locale = en-GB

## The shell around every page

skip = Skip to content
home-of = { $service }, home
window-title = { $title } · { $service }
window-title-refused = Error: { $title }
menu = Account menu
menu-account = Your account
account-navigation = Account
secured-by = Secured by Vestibule
description = Sign in to { $service }, or create an account.
about = About this service
help = Help
privacy = Privacy
terms = Terms
version = Version { $version }
choices-title = Colours and language
theme = Colours
theme-system = As the system
theme-light = Light
theme-dark = Dark
language = Language
cancel = Cancel
optional = optional
show-field = Show: { $label }
caps-lock = Caps Lock is on

## What script says

script-failed = The script of this page could not be started. Its forms work without.
storage-blocked = This browser keeps no data for this site. You are signed in all the same. Sign out when you are done.
offline = You are offline. What you type stays here until the connection is back.
signed-in-again = You are signed in again.
copied = Copied.
copying-refused = This browser does not allow copying here.

## Times

just-now = Just now
ago-minutes = { $count ->
    [one] 1 minute ago
   *[other] { $count } minutes ago
}
ago-hours = { $count ->
    [one] 1 hour ago
   *[other] { $count } hours ago
}
ago-days = { $count ->
    [one] 1 day ago
   *[other] { $count } days ago
}
ago-months = { $count ->
    [one] 1 month ago
   *[other] { $count } months ago
}
ago-years = { $count ->
    [one] 1 year ago
   *[other] { $count } years ago
}
in-utc = { $moment } UTC
in-seconds = { $count ->
    [one] in 1 second
   *[other] in { $count } seconds
}
in-minutes = { $count ->
    [one] in 1 minute
   *[other] in { $count } minutes
}
in-hours = { $count ->
    [one] in 1 hour
   *[other] in { $count } hours
}
try-again-now = You can try again now.
try-again-when = Try again { $when }.

## The start page

start-title = Welcome
start-lead = Sign in to your account, or create one.
product-heading = The front door for your app
product-lead = Accounts, browser sign-in and guarded APIs in one binary. It runs on your own machine and keeps its data there.
product-terminal = Or from a terminal
welcome = Welcome to { $service }! The API is at /api/v1.

## Forms

button = { $form ->
    [login] Sign in
    [register] Create account
    [setup] Create administrator
    [forgot] Send the mail
    [forgot_code] Continue
    [reset] Choose this password
    [undo] Undo the change
    [secure] Sign everybody out
    [refuse] Take my address off
    [password] Change password
    [proof] Confirm
    [profile] Save
    [username] Change username
    [address] Send a mail
    [verify_code] Confirm
    [verify_link] Confirm this address
    [verify_again] Send another mail
    [address_primary] Make it the main one
    [address_remove] Remove
    [end_session] Sign out
    [end_others] Sign out everywhere else
    [end_all] Sign out everywhere
    [seen] Dismiss
    [notice_on] Turn these mails on
    [notice_off] Turn these mails off
    [logout] Sign out
    [factor] Continue
    [factor_recovery] Use this recovery code
    [factor_proof] Confirm
    [passkey_register] Create an account with a passkey
    [passkey_login] Sign in with a passkey
    [passkey_factor] Use a passkey
    [passkey_proof] Use a passkey
    [passkey_begin] Add a passkey
    [passkey_confirm] Create the passkey
    [passkey_rename] Rename
    [passkey_remove] Remove
    [totp_begin] Set up an authenticator app
    [totp_confirm] Turn on two-step sign-in
    [totp_remove] Turn off two-step sign-in
    [codes_new] Make new codes
    [codes_kept] I have kept them
    [leave] Delete my account
    [keep] Keep my account
    [data] Download my data
    [trust_end] Do not trust
    [trust_end_all] Trust none of them
    [enrol] Turn it on, and sign in
   *[other] ?
}
busy = { $form ->
    [login] Signing in…
    [register] Creating account…
    [setup] Creating administrator…
    [forgot] Sending the mail…
    [forgot_code] Checking…
    [reset] Changing password…
    [undo] Undoing…
    [secure] Signing out…
    [refuse] Taking it off…
    [password] Changing password…
    [proof] Confirming…
    [profile] Saving…
    [username] Changing username…
    [address] Sending a mail…
    [verify_code] Confirming…
    [verify_link] Confirming…
    [verify_again] Sending a mail…
    [address_primary] Changing…
    [address_remove] Removing…
    [end_session] Signing out…
    [end_others] Signing out…
    [end_all] Signing out…
    [seen] Dismissing…
    [notice_on] Turning on…
    [notice_off] Turning off…
    [logout] Signing out…
    [factor] Checking…
    [factor_recovery] Checking…
    [factor_proof] Confirming…
    [passkey_register] Creating your account…
    [passkey_login] Signing in…
    [passkey_factor] Checking…
    [passkey_proof] Confirming…
    [passkey_begin] One moment…
    [passkey_confirm] Adding…
    [passkey_rename] Saving…
    [passkey_remove] Removing…
    [totp_begin] Preparing…
    [totp_confirm] Checking…
    [totp_remove] Turning off…
    [codes_new] Making codes…
    [codes_kept] Noting…
    [leave] Deleting…
    [keep] Keeping…
    [data] Collecting…
    [trust_end] Ending the trust…
    [trust_end_all] Ending the trust…
    [enrol] Signing in…
   *[other] ?
}
failed = { $form ->
    [login] You are not signed in
    [register] The account was not created
    [setup] The administrator was not created
    [forgot] No mail was sent
    [forgot_code] You cannot go on yet
    [reset] The password was not changed
    [undo] The change is not undone
    [secure] Nobody was signed out
    [refuse] The address was not taken off
    [password] The password was not changed
    [proof] You were not recognised
    [profile] Nothing was saved
    [username] The username was not changed
    [address] The address was not saved
    [verify_code] The address is not confirmed
    [verify_link] The address is not confirmed
    [verify_again] No mail was sent
    [address_primary] The main address was not changed
    [address_remove] The address was not removed
    [end_session] The device was not signed out
    [end_others] No other device was signed out
    [end_all] No device was signed out
    [seen] The warning was not dismissed
    [notice_on] Nothing was changed
    [notice_off] Nothing was changed
    [logout] You are still signed in
    [factor] You are not signed in yet
    [factor_recovery] You are not signed in yet
    [factor_proof] You were not recognised
    [passkey_register] The account was not created
    [passkey_login] You are not signed in yet
    [passkey_factor] You are not signed in yet
    [passkey_proof] You were not recognised
    [passkey_begin] No passkey was added
    [passkey_confirm] No passkey was added
    [passkey_rename] The name is as it was
    [passkey_remove] The passkey is still there
    [totp_begin] Nothing was set up
    [totp_confirm] Two-step sign-in is not on yet
    [totp_remove] Two-step sign-in is still on
    [codes_new] No new codes were made
    [codes_kept] The codes are still shown
    [leave] Your account was not deleted
    [keep] Your account is not kept yet
    [data] No file was made
    [trust_end] The browser is still trusted
    [trust_end_all] The browsers are still trusted
    [enrol] You are not signed in yet
   *[other] ?
}
login-heading = Sign in to { $service }
login-other = No account yet?
login-forgotten = Forgotten your password?
login-by-mail = Sign in by mail, without the password
login-ask = Ask the people who run { $service }.
register-heading = Create your { $service } account
logout-title = Sign out?
register-lead = A username and a password are enough.
register-lead-address = Your account opens once you have confirmed your email address.
register-other = Have an account?
setup-title = Set up
setup-heading = Create the first administrator
setup-lead = This link works once, for an hour from the start of the server.
password-lead = You will be signed out everywhere else.
password-none = Your account has no password: a passkey signs you in.
password-choose = You can choose one by a mail to an address that you have confirmed:
proof-heading = Confirm that it is you
proof-lead = { $minutes ->
    [one] Enter your password to go on. You will not be asked again for 1 minute.
   *[other] Enter your password to go on. You will not be asked again for { $minutes } minutes.
}
end-session-name = Sign out { $device }

## Forgotten passwords

forgot-title = Forgotten password
forgot-heading = Forgotten your password?
forgot-lead = We send a mail to the address that you have confirmed. With it you choose a new password.
forgot-lead-any = We send a mail to the address of your account. With it you choose a new password.
forgot-nothing = If you never confirmed an address, no mail can be sent. Ask the people who run { $service }.
forgot-off = This service sends no mails. Ask the people who run { $service } for a new password.
forgot-back = Back to sign-in
forgot-code-title = Look into your mail
forgot-code-lead = If there is an account with this name and a confirmed address, a mail is on its way. Enter the code from it here, or open its link.
forgot-code-nothing = Nothing after a few minutes? Look into the folder for junk mail.
mail-from = The mail comes from { $address }.
forgot-again = Ask once more
reset-title = Choose a new password
reset-lead = You will be signed out everywhere, and sign in with the new password.
reset-of = The new password is for { $name }.
reset-asked = This was asked for on { $when }, with { $device }.
reset-done = Your password is changed. Sign in with it.
link-over-title = This link no longer works
link-over-lead = It was used already, took too long, or a newer mail has replaced it. If you have just used it, it has done what it is for.
link-over-stolen = A mail for a new password is another way into your account. If somebody has taken the account from you, ask the people who run { $service }.
link-over-again = Get a mail for a new password
undo-title = Undo the change of your addresses
undo-of = This is about the account { $name }.
undo-back = { $address } becomes its main address again. What was added since, newer addresses or an authenticator app, is taken off.
undo-lead = Every device is signed out, and the password no longer works. We send you a mail with which you choose a new one.
undo-otherwise = If you changed the addresses yourself, close this page: nothing has happened.
said-undone = The change is undone. A mail for a new password is on its way to your address.
secure-title = This wasn’t me
secure-of = Sign everybody out of the account { $name }.
secure-lead = Every device is signed out, and the password no longer works. A mail with which you choose a new one goes to an address that the account has had for a week or longer. For a newer address, ask for the mail on the sign-in page. Passkeys that were added more than seven days ago still sign in: look through them afterwards.
secure-stays = The account will not be deleted.
secure-otherwise = If it was you after all, close this page: nothing has happened.
said-secured = Every device is signed out. If the account has had an address for a week, a mail for a new password is on its way to it. If none comes, ask for one on the sign-in page. Passkeys that were added more than seven days ago still sign in: look through them afterwards.
refuse-title = Not your account?
refuse-of = { $address } was given for an account. Nobody has confirmed it.
refuse-lead = If you know nothing of that account, take your address off it. Its owner is told that the address is not theirs. No account is made for you, and none is closed.
refuse-otherwise = If you gave the address yourself, close this page and use the other link of the mail.
said-refused = Your address is taken off that account.
hint-forgot = Your username, or an email address that you have confirmed.
hint-mailed-code = Eight digits, with a space or without.

## Two-step sign-in

factor-heading = One more step
factor-lead = Your password is right. Now enter the code that your authenticator app shows.
factor-lead-mail = The code from the mail is right. Now enter the code that your authenticator app shows.
factor-recovery = No access to the app?
factor-recovery-lead = Use one of the recovery codes that you kept when you set it up. If you have none, ask the people who run this service.
factor-late = That took too long. Sign in again.
factor-again = Start again
enrol-heading = Set up two-step sign-in
enrol-lead = Your password is right. Your role needs a second step: set up an authenticator app now, and you are signed in.
enrol-lead-mail = The code from the mail is right. Your role needs a second step: set up an authenticator app now, and you are signed in.
factor-demanded = Your role needs two-step sign-in, so it cannot be turned off.
muted-heading = Your role gives you nothing here
muted-set-up = It needs two-step sign-in. Set up an authenticator app, and it works again.
muted-sign-in = It needs a code. Sign out, and sign in with a code of your authenticator app.
factor-title = Two-step sign-in
factor-page-lead = With an authenticator app, nobody signs in with your password alone.
factor-none = An app on your phone, or a password manager, shows a code that you enter after your password.
factor-off = Off
factor-scan = Add this service to your app
factor-scan-lead = Open your authenticator app, and scan this code.
factor-qr = QR code for your authenticator app
factor-open = Open an app on this device
factor-secret = Or type this key into the app:
factor-try = Enter the code that the app shows
factor-app = Authenticator app
factor-since = Since { $day }.
factor-used = Last used: { $when }.
factor-replace = Setting up another app replaces this one. Either change signs you out everywhere else.
recovery-codes = Recovery codes
codes-left = { $count ->
    [0] No recovery codes left.
    [one] 1 recovery code left.
   *[other] { $count } recovery codes left.
}
codes-few = Make new ones, so that you can sign in without your app.
codes-lead = Each of these codes signs { $name } in once without the app. Keep them where you find them without your phone. They are not shown again.
codes-copy = Copy
codes-copied = Codes copied.
codes-download = Download
codes-print = Print
codes-file = Recovery codes of { $name } at { $service }
ask-codes = Make new recovery codes?
ask-codes-lead = All earlier codes stop working.
ask-factor = Set up another app?
ask-factor-lead = Once you have confirmed it, the app that you use now stops working here.
ask-factor-remove = Turn off two-step sign-in?
ask-factor-remove-lead = Your password alone will be enough to sign in. The recovery codes stop working.
factor-trusted = Trusted browsers
factor-trusted-lead = In these browsers you sign in with your password alone. That ends after some days, with every change of your password, and when you use a recovery code.
trusted-since = Since { $day }, until { $until }.
trust-end-name = Do not trust { $device }
ask-trust = No longer trust { $device }?
ask-trust-lead = The next sign-in there asks for a code again. Whoever is signed in there stays signed in.
ask-trust-all = No longer trust any browser?
ask-trust-all-lead = Every next sign-in asks for a code again.
hint-trust = { $days ->
    [one] For 1 day your password alone is enough here. Only for a device that nobody else uses.
   *[other] For { $days } days your password alone is enough here. Only for a device that nobody else uses.
}

## Passkeys

passkeys-title = Passkeys
passkeys-lead = A passkey signs you in with your finger, your face or the PIN of your device. There is nothing to remember, and nothing that a false page could ask you for.
passkeys-none = You have no passkey yet.
passkeys-count = { $count ->
    [0] None
    [one] 1 passkey
   *[other] { $count } passkeys
}
passkeys-unavailable = Browsers make passkeys for names alone. Open this service by its name instead of an address of numbers.
passkey-add = Add a passkey
passkey-add-lead = Your device will ask you to confirm that it is you.
passkey-script = Passkeys need script, and a browser that knows them.
passkey-not-used = No passkey was used. Try again, or use another way.
passkey-there = This device has a passkey for this account already.
passkey-since = Added on { $day }.
passkey-syncs = On several devices.
passkey-broken = It was made for another address of this service, and works no longer. You can remove it.
passkey-rename-name = Change the name of { $name }
passkey-remove-name = Remove { $name }
ask-passkey-remove = Remove { $name }?
ask-passkey-remove-lead = It will no longer sign you in, and you are signed out everywhere else. Delete it on the device as well.
passkey-factor-lead = Your password is right. Now confirm with a passkey.
passkey-proof-lead = You signed in with a passkey. Confirm with it that it is you.
hint-passkey-name = Leave it empty to use the name of the device.

## Fields

field = { $field ->
    [identifier] Username
    [username] Username
    [email] Email
    [password] Password
    [current_password] Current password
    [new_password] New password
    [code] Code from the mail
    [display_name] Display name
    [language] Language
    [pronouns] Pronouns
    [app_code] Code from your app
    [recovery_code] Recovery code
    [sure] Yes, do this
    [confirm] Username
    [trust_device] Trust this browser
    [passkey_name] Name of the passkey
   *[other] ?
}
hint-username = Letters, digits, dot, dash and underscore; { $min } to { $max } characters.
hint-username-setup = Letters, digits, dot, dash and underscore; { $min } to { $max } characters. Names such as “admin” are reserved.
hint-email = The people who run this service can reach you at this address. You cannot sign in with it.
hint-email-mail = Confirm it later by a mail: then you can sign in with it, and choose a new password when you forget yours.
hint-email-needed = We send a mail to it. Your account opens once you have confirmed it.
email-unconfirmed = Not confirmed yet. Once it is, you can sign in with it, and choose a new password when you forget yours.
hint-any-code = Six digits from your app, or a recovery code.
hint-app-code = Six digits, which change every 30 seconds. Each code works once.
hint-new-password = { $min ->
    [one] At least 1 character, such as four unrelated words.
   *[other] At least { $min } characters, such as four unrelated words.
}
hint-display-name = Leave it empty to be shown as your username.
password-strength = Password strength

## What is wrong with a field

problem-required = { $field ->
    [username] Enter a username.
    [email] Enter an email address.
    [identifier] Enter your username.
    [password] Enter a password.
    [current_password] Enter your current password.
    [new_password] Enter a new password.
    [code] Enter the code from the mail.
    [sure] Tick this box first.
    [confirm] Enter your username.
    [passkey_name] Enter a name.
   *[other] Enter something here.
}
problem-too-short = { $min ->
    [one] At least 1 character.
   *[other] At least { $min } characters.
}
problem-too-long = { $max ->
    [one] At most 1 character.
   *[other] At most { $max } characters.
}
problem-too-many-bytes = { $max ->
    [one] At most 1 byte.
   *[other] At most { $max } bytes.
}
problem-invalid = { $field ->
    [email] Enter an email address like name@example.com.
    [password] Wrong password.
    [current_password] That is not your current password.
    [code] The code has eight digits.
    [app_code] The code has six digits.
    [confirm] This is not your username.
    [credential] The answer of the device is not valid. Try again.
   *[other] This is not valid.
}
problem-wrong-pair = Wrong username or password.
problem-bad-characters = { $field ->
    [username] Use letters, digits, dot, dash and underscore; no spaces.
   *[other] This has characters that cannot be used here.
}
problem-address = That looks like an email address. Put it under “Email”.
problem-unseen = This text has no visible characters.
problem-confusable = This mixes letters of several alphabets. Use one.
problem-looks-latin = Every letter of this name looks like a Latin letter. Use Latin letters, or add one that does not look like one.
problem-reserved = This name is reserved. Choose another one.
problem-taken = { $field ->
    [username] This username is taken. Choose another one.
   *[other] This is taken. Choose another one.
}
problem-unknown = There is no such field here.
problem-breached = Attackers try this password first. Choose another one.
problem-own-name = Do not use your name or address as a password.
problem-service-name = Do not use the name of this service as a password.
problem-same = That is your current password. Choose another one.
problem-own-password = Do not use your password as a username: everybody can see usernames.
problem-unfit-claims = The values that become claims of access tokens are too large: at most { $max } bytes together, 16 levels, and no number beyond a double.
problem-wrong-code = This code is not right, or its time is over. Each code works once.

## How hard a password is to guess

strength-0 = Very weak: guessed at once.
strength-1 = Weak: guessed within hours.
strength-2 = Fair: guessed with some effort.
strength-3 = Good: hard to guess.
strength-4 = Strong.
advice-keys = Rows of keys are easy to guess.
advice-repeats = Repeats are easy to guess.
advice-common = Many people have this password.
advice-similar = It is close to one that many people have.
advice-sequences = Sequences are easy to guess.
advice-dates = Years and dates are easy to guess.
advice-word = A word by itself is easy to guess.
advice-names = Names are easy to guess.
advice-more-words = Add another word or two; rare words are better.
advice-substitutions = Capitals, and signs in place of letters, help little.

## Errors

error-malformed-body = The request body could not be read.
error-not-utf8 = The request is not in UTF-8. Send it in UTF-8.
error-invalid-grant = This session has ended. Sign in again.
error-missing-token = This needs an access token in the Authorization header.
error-invalid-token = The access token is missing, expired or not valid.
error-missing-session = You are not signed in.
error-session-mismatch = Another sign-in took the place of this one in another tab. Reload the page.
error-reauthentication-required = Confirm your password to do this.
error-invalid-credentials = Wrong username or password.
error-factor-required = This account has two-step sign-in. Enter a code of your authenticator app as well.
error-factor-enrolment-required = Your role needs two-step sign-in. Set up an authenticator app first.
error-last-way-in = You could not sign in without this, or your role needs it. It cannot be removed.
error-invalid-code = This code is not right, or its time is over. Each code works once.
error-passkey-unknown = This passkey belongs to no account here. Sign in another way.
error-invalid-passkey = This passkey was not accepted. Try again, or use another way.
error-passkey-exists = This passkey is known already.
error-too-many-passkeys = You have as many passkeys as an account can have. Remove one first.
error-already-exists = There is one with this id or URI already.
error-too-many-secrets = This client has as many secrets as it may have. Remove one first.
error-resource-in-use = An app still uses this resource. Take it off there first.
error-applied-from-file = This was applied from a file. Change the file, and apply it again.
error-overtaken = Somebody else changed this at the same moment. Try again.
error-account-leaving = This account will be deleted. It can still be kept.
error-address-unverified = Confirm your email address first.
error-registration-closed = New accounts need an invitation here.
error-forbidden = Your account is not allowed to do this.
error-password-change-required = This account’s password is too weak to be used here. Ask your administrator to set a new one.
error-stale-form = This page was open for too long. Check what you filled in, and send it again.
error-cross-origin = This request came from another site and was refused.
error-not-found = There is nothing at this address.
error-method-not-allowed = This address does not support that method.
error-body-too-slow = The request took too long to arrive.
error-username-taken = This username is taken. Choose another one.
error-address-unavailable = Somebody else has confirmed this address.
error-address-confirmed = This address is confirmed already.
error-primary-address = This is your main address. Make another one the main one first.
error-too-many-addresses = You have five confirmed addresses. Remove one first.
error-last-admin = This is the last administrator that is enabled. Make somebody else an administrator first.
error-stale-token = This session was refreshed elsewhere a moment ago. Try again.
error-flow-over = This took too long, or was used already. Begin again.
error-setup-closed = This set-up link is no longer valid. If there is no administrator yet, restart the server for a new one.
error-body-too-large = The request is too large.
error-unsupported-media-type = Send the request as application/json.
error-misdirected-request = This server does not answer for that host name.
error-invalid-input = Check the highlighted fields.
error-too-many-requests = Too many attempts.
error-account-throttled = Too many wrong passwords were tried for this account. Wait, or sign in where you have signed in before.
error-source-blocked = Sign-in from your network is blocked. Wait, or ask the people who run this service.
error-internal = Something went wrong on our side. Try again.
error-overloaded = The server is busy. Try again in a moment.
error-mail-unavailable = This service sends no mails. Ask the people who run it.
error-unavailable = The service is not available right now. Try again in a moment.
error-network-failure = The server could not be reached. Check the connection and try again.

## Pages of errors

not-found-title = Page not found
not-found-lead = The address may be mistyped, or the page has moved.
internal-title = Something went wrong here
internal-lead = The fault is ours and has been logged. Your data is safe.
setup-closed-title = This link is no longer valid
setup-closed-lead = If there is no administrator yet, restart the server for a new one.
refused-title = This request was refused
wait-title = Wait a moment
unavailable-title = Not available right now
failed-title = That did not work
no-page-title = There is nothing to see here
no-page-lead = This address only takes what a form or a program sends to it.
unreadable-title = This form could not be read
unreadable-lead = It was sent in another way than pages here send it. Load its page again, and send it once more.
misdirected-title = This is not the address of the service
misdirected-lead = You came here by another host name. The button leads to the right address.
no-cookies-title = This browser keeps no cookies
no-cookies-lead = This site gave your browser a cookie a moment ago, and the browser did not send it back. Without cookies nobody can stay signed in here, and no choice is kept. Allow them for this site, then try again.
programs-title = This address is for programs
try-again-link = Try again
go-home = Go to the home page

## What was done on the page before

said-saved = Saved.
said-password = Password changed. You are signed out everywhere else.
said-confirmed = Password confirmed.
said-session = That device is signed out.
said-device = { $device } is signed out.
said-others = You are signed out everywhere else.
said-all = You are signed out everywhere.
said-dismissed = The warning is dismissed.
said-address-sent = A mail is on its way.
said-address = Your address is confirmed.
said-factor-begun = Now add this service to your app.
said-factor = Two-step sign-in is on. You are signed out everywhere else.
said-factor-removed = Two-step sign-in is off. You are signed out everywhere else.
said-passkey-begun = Now create the passkey on your device.
said-passkey = The passkey was added. It signs you in from now on.
said-passkey-renamed = The name was changed.
said-passkey-removed = The passkey was removed. You are signed out everywhere else.
said-codes = New recovery codes. Earlier ones no longer work.
said-codes-kept = The codes are no longer shown.
said-trust-ended = That browser is no longer trusted.
said-all-trust-ended = No browser is trusted.
said-addresses-changed = Your addresses are changed. You are signed out everywhere else.
said-address-removed = The address is removed.
said-out = You have been signed out.
said-leaving = Your account is closed, and will be deleted after 14 days. To keep it, sign in before then.

## Why somebody is at the sign-in page

reason-over = Your session has ended. Sign in to go on.
reason-elsewhere = You signed out in another tab.

## Dialogs

over-heading = Your session has ended
over-lead = This page stays as it is, with everything you typed. Sign in again to go on.
over-link = Sign in again (new tab)
over-later = Not now

## The account: profile

profile = Profile
member-since = member since { $month }
edit = Edit
add = Add
no-email = No address
as-browser = As the browser
reused-heading = We ended a sign-in that may have been copied
reused-lead = If you do not recognise it, change your password.
see-devices = See your devices

## The account: address

address-title = Email addresses
address-lead = With a confirmed address you can sign in, choose a new password when you forgot yours, and are told when something happens to your account.
address-unsent = { $address } is not confirmed yet.
address-off = This service sends no mails, so no address can be confirmed now.
address-sent = We sent a mail to { $address }. Enter the code from it here, or open its link.
address-link = You opened the link that we sent to { $address }.
address-change = Another address?
address-change-lead = You can sign in with each confirmed address, and all of them are told when something happens. Once another one is confirmed, you are signed out everywhere else.
address-main = main address
address-confirmed = Confirmed addresses
primary-name = Make { $address } the main address
remove-name = Remove { $address }
ask-primary = Make { $address } your main address?
ask-primary-lead = It is shown with your account, and a mail for a new password goes to it when you give your username. You will be signed out everywhere else. The one before stays confirmed, and a mail to it can undo this for a week.
ask-remove = Remove { $address }?
ask-remove-lead = You can no longer sign in with it, and no mails go to it. You will be signed out everywhere else. A mail to it can undo this for a week.
address-again = No mail?
address-again-lead = Look into the folder for junk mail first.
address-mend = Wrong address?
address-other = This link belongs to another account
address-other-lead = Sign out here, sign in to the account that it was sent for, and open the link again. If you know nothing of it, ignore the mail: nobody else can confirm your address.
address-confirm = Confirm
verify-title = Confirm your address
address-is = { $address } is confirmed.
verify-none = Your account opens once it has a confirmed email address.
by-mail-title = Sign in by mail
by-mail-lead = We send a code to the address that you have confirmed. It signs you in here, in this browser.
by-mail-nothing = If you never confirmed an address, no mail can be sent. Sign in with your password, or ask the people who run { $service }.
by-mail-sent = If there is an account with this name and a confirmed address, a mail is on its way. Enter the code from it here. It works for ten minutes, in this browser alone.
register-closed-title = An invitation is needed
register-closed = Only people who are invited make an account here. Ask the people who run { $service }.
invite-title = Welcome to { $service }
invite-lead = You are invited. Choose a username and a password: then your account is there, and you are signed in.
invite-address = The address of your account is { $address }. It is confirmed.
address-disowned = { $address } was taken off this account: a reader of its mailbox says that the account is not theirs. Was the address mistyped?

## The account: sign-in and security

security = Sign-in & security
password-set = Last set: { $when }
change = Change
recent-activity = Recent activity
failed-lately = { $count ->
    [0] No failed sign-ins in the last 7 days
    [one] 1 failed sign-in in the last 7 days
   *[other] { $count } failed sign-ins in the last 7 days
}
see-all = See all
devices-count = { $count ->
    [one] Signed in only here
   *[other] Signed in on { $count } devices
}

## The account: devices

devices = Devices
devices-lead = Browsers and apps that are signed in to your account.
notice-on = You get a mail when a new browser or program signs in.
notice-off = You get no mail when a new browser or program signs in. Other security mails are sent.
this-browser = This browser
active-now = Active now
only-here = You are signed in only here.
since-day = since { $day }
unknown-address = unknown address
sign-ins = { $count ->
    [one] 1 sign-in
   *[other] { $count } sign-ins
}
older-sessions = Older devices are not shown.
ask-one = Sign out { $device }?
ask-one-lead = { $device } at { $address } will have to sign in again.
ask-others = Sign out everywhere else?
ask-others-lead = All your other devices will be signed out. You stay signed in here.
ask-all = Sign out everywhere?
ask-all-lead = All your devices will be signed out, this browser too.
device-on = { $browser } on { $system }
device-browser-on = A browser on { $system }
device-app = An app (“{ $name }”)
device-unknown = An unknown device
device-program = An unknown program

## The account: activity

activity = Activity
activity-lead = What happened to your account. If something was not you, sign out the devices that you do not recognise, and change your password.
activity-empty = There is nothing here yet.
activity-none-yet = Nothing of this kind among the newer events.
filter = Show
show-all = All
show-sign-ins = Sign-ins
show-failed = Failed
show-changes = Changes
today = Today
yesterday = Yesterday
newest = Newest
older = Older
was-refused = Refused
not-me = This was not me
not-me-heading = Keep others out
not-me-lead = Choose a new password. Every other device is signed out at once. Then look whether anything on your profile is not yours.
event-why = { $what }: { $why }
event-by = { $what } ({ $by })
by-operator = by the people who run this service
by-system = by the service itself
by-admin = by an administrator
event = { $kind ->
    [login] Signed in
    [login-begin] Password accepted, and a code asked for
    [logout] Signed out
    [register] Account created
    [invitation-accept] Account made by an invitation
    [reauthenticate] Password confirmed
    [profile-update] Profile changed
    [notices-choose] Mails about new sign-ins turned on or off
    [username-change] Username changed
    [session-revoke] A device was signed out
    [session-reuse] A copied sign-in was used, and ended
    [session-replay] An earlier token of a sign-in was used again
    [session-renew] The tokens of a sign-in were replaced
    [alert-dismiss] A warning was dismissed
    [session-supersede] Signed in again, in place of the sign-in before
    [access] Let in
    [user-disable] Account disabled
    [user-enable] Account enabled
    [user-unlock] Failed sign-ins forgotten
    [role-grant] A role was given
    [role-withdraw] A role was taken away
    [user-app_metadata] The app's data about you was changed
    [password-change] Password changed
    [password-set] A new password was set
    [address-set] An address was set
    [address-ask] A mail that confirms an address was asked for
    [address-verify] An address was confirmed
    [address-withdraw] An address was removed before it was confirmed
    [address-refuse] An address was taken off by the owner of its mailbox
    [address-add] Another address was confirmed
    [address-change] The main address was changed
    [address-remove] A confirmed address was removed
    [address-undo] A change of the addresses was undone by mail
    [account-secure] Everybody was signed out by mail, and the password made useless
    [recovery-ask] A mail for a new password was asked for
    [mail_code-ask] A mail with a code that signs in was asked for
    [mail_code-give] The code of a mail that signs in was right
    [recovery-code] The code of a mail for a new password was right
    [password-reset] A new password was chosen by mail
    [user-import] Account brought from elsewhere
    [setup-claim] Became administrator by the set-up link
    [totp-set] Two-step sign-in set up
    [totp-remove] Two-step sign-in removed
    [recovery_codes-set] New recovery codes made
    [deletion-ask] The deletion of the account was asked for
    [deletion-stop] The account was kept
    [user-erase] Account erased
    [data-export] All data about you was downloaded
    [trusted_device-set] A browser was trusted
    [trusted_device-remove] A browser is trusted no longer
    [trusted_device-reuse] An outdated or copied cookie of a trusted browser was used
    [passkey-set] A passkey was added
    [passkey-rename] A passkey got another name
    [passkey-remove] A passkey was removed
    [passkey-counter] The count of a passkey went back
    [app-allow] An app was let in
    [app-deny] An app was not let in
    [app-start] An app signed you in
    [app-code_replay] A code of an app was used twice, and what it gave was ended
    [app-withdraw] What an app may do was taken back
    [app-end] An app signed you out
   *[other] Something changed
}
event-refused = { $kind ->
    [login] Failed sign-in
    [register] An account could not be created
    [reauthenticate] Password not confirmed
    [access] Something was refused
    [password-change] Password not changed
    [address-verify] An address was not confirmed
    [recovery-code] A code of a mail was wrong
    [mail_code-give] A code of a mail that signs in was wrong
    [setup-claim] The set-up link was not valid
    [session-reuse] A copied sign-in was used, and ended
    [app-code_replay] A code of an app was used twice, and what it gave was ended
    [session-replay] An earlier token of a sign-in was used again
    [trusted_device-reuse] An outdated or copied cookie of a trusted browser was used, and the trust in it was ended
   *[other] Something was refused
}
outcome = { $outcome ->
    [wrong_password] wrong password
    [wrong_code] wrong code
    [unknown_account] unknown name
    [account_disabled] the account was disabled
    [password_too_weak] the password is too weak to be used here
    [limited] too many attempts
    [overtaken] the account was being changed
    [insufficient_scope] not allowed for this account
    [stale_form] the page was of an earlier sign-in, or open for too long
    [session_mismatch] two different sign-ins
    [account_leaving] the deletion of the account was asked for
    [wrong_passkey] the answer of a passkey was wrong
    [unknown_passkey] unknown passkey
    [address_unverified] the address was not confirmed
   *[other] ?
}

## The account: data

data = Data
data-lead = What this service holds about you, and how to leave.
data-heading = Download your data
data-file = A file (JSON) with what this service holds about you. What is left out, such as the hash of your password, is named there with the reason.
leave-heading = Delete the account
leave-lead = { $days ->
    [one] You will be signed out everywhere, and nobody can use the account. After 1 day it is deleted with everything in it; the log of the service keeps network addresses for some time, without your name. Until then you can sign in and keep it.
   *[other] You will be signed out everywhere, and nobody can use the account. After { $days } days it is deleted with everything in it; the log of the service keeps network addresses for some time, without your name. Until then you can sign in and keep it.
}
leave-type = Type your username, { $name }, to confirm.
leaving-title = Keep your account?
leaving-of = The account { $name } is closed, because its deletion was asked for.
leaving-until = It will be deleted after { $when }.
leaving-lead = If you keep it, everything is as it was, and you sign in again.
leaving-go = Leave, and let it be deleted
leaving-kept = Your account stays. Sign in to use it.
leaving-not-kept = That took too long. Your account will still be deleted. To keep it, sign in again.

## The account: developer

roles = Roles
developer = Developer
developer-lead = What your apps see of you, and your access token.
user-id = User ID
metadata = Metadata
metadata-lead = Yours to write, also through an app that acts for you. It gives no rights.
app-metadata = App metadata
app-metadata-lead = What the app keeps about you. You see it; the app and its operators change it.
json-bytes = { $bytes ->
    [one] 1 byte of 16 KiB
   *[other] { $bytes } bytes of 16 KiB
}
panel = Call the guarded API
panel-lead = Sends the access token of this browser.
panel-asleep = This part needs JavaScript and WebAssembly.
panel-request = Request
panel-answer = Answer
panel-send = Send request
panel-call = Call server function
panel-show = Show token
panel-busy = Sending…
panel-copy-token = Copy token
panel-copy-curl = Copy as curl
panel-token = Access token
panel-header = Header
panel-claims = Claims
panel-expired = Expired
panel-left = { $minutes } min { $seconds } s left

## Set-up is done

ready = { $service } is ready
ready-lead = You are its administrator. Three steps before others sign in:
ready-admin = Administrator created
ready-admin-hint = Keep the password where you find it again. vestibule user create --admin NAME makes a second administrator.
ready-name = Name it
ready-name-hint = Set VESTIBULE_BRAND_NAME, and a logo and a colour if you like.
ready-https = Put https in front
ready-https-hint = Set VESTIBULE_PUBLIC_URL to an https:// address, behind a proxy or with a certificate of your own.
ready-done = Done
ready-open = To do
ready-doctor = vestibule doctor looks at the rest.
ready-found = What a look at this server found
ready-go = Go to your account

## Mails
# An operator can replace the messages whose names begin with "mail-": docs/mail.md.

mail-subject = { $kind ->
    [sign_in] New sign-in to your { $service } account
    [sign_in_quiet] Mails about new sign-ins to { $service } are off
    [password_changed] Your { $service } password was changed
    [password_set] Your { $service } account has a new password
    [username_changed] Your { $service } username was changed
    [role_granted] Your { $service } account has a new role
    [role_withdrawn] Your { $service } account lost a role
    [account_disabled] Your { $service } account was disabled
    [account_enabled] Your { $service } account is enabled again
    [session_reuse] A copied sign-in to your { $service } account was ended
    [sessions_ended] Your { $service } account was signed out
    [verify_address] Confirm your address for { $service }
    [address_used] Somebody used your address at { $service }
    [address_asked] A new address was asked for at { $service }
    [address_replaced] The main address of your { $service } account was changed
    [address_new] This address was added to your { $service } account
    [address_dropped] This address was removed from your { $service } account
    [addresses_changed] The addresses of your { $service } account were changed
    [address_restored] The address of your { $service } account is back
    [address_removed] This address was taken off a { $service } account
    [secured] Your { $service } account is signed out everywhere
    [many_failures] Many failed sign-ins at your { $service } account
    [reset] Choose a new password for { $service }
    [invitation] Your invitation to { $service }
    [invitation_made] Your { $service } account made an invitation
    [invitation_accepted] Your invitation to { $service } was accepted
    [sign_in_code] Your code for { $service }
    [after_closing] Your { $service } account needs a new password
    [password_reset] Your { $service } password was reset
    [factor_set] Two-step sign-in is on for your { $service } account
    [factor_removed] Two-step sign-in is off for your { $service } account
    [factor_taken] Two-step sign-in of your { $service } account was removed
    [passkey_set] A passkey was added to your { $service } account
    [passkey_removed] A passkey of your { $service } account was removed
    [passkey_counter] A passkey of your { $service } account may have been copied
    [codes_set] New recovery codes for your { $service } account
    [code_used] A recovery code of your { $service } account was used
    [wrong_codes] Somebody knows your { $service } password
    [test] Test mail from { $service }
    [deletion_asked] Your { $service } account will be deleted
    [deletion_soon] Your { $service } account will be deleted within three days
    [deletion_stopped] Your { $service } account stays
    [account_erased] Your { $service } account was deleted
    [data_exported] The data of your { $service } account was downloaded
    [browser_trusted] A browser is trusted by your { $service } account
    [trust_reuse] A trusted browser of your { $service } account may have been copied
   *[other] About your { $service } account
}
mail-lead = { $kind ->
    [sign_in] Your { $service } account was signed in to from a browser or an app that is new to it.
    [sign_in_quiet] The mails about sign-ins from new browsers and programs were turned off for your { $service } account. All other security mails are still sent.
    [password_changed] The password of your account was changed. Every other device is signed out.
    [password_set] The people who run { $service } set a new password for your account. Every device is signed out.
    [username_changed] The username of your account was changed from { $before } to { $username }.
    [role_granted] The people who run { $service } gave your account the role “{ $role }”.
    [role_withdrawn] The people who run { $service } took the role “{ $role }” from your account.
    [account_disabled] The people who run { $service } disabled your account. Nobody can sign in to it.
    [account_enabled] The people who run { $service } enabled your account again. You can sign in to it.
    [session_reuse] An old token of a sign-in to your account was used again. Somebody may have copied it, so we ended that sign-in.
    [sessions_ended] The people who run { $service } signed your account out of its devices, or of one of them.
    [verify_address] This address was given for an account at { $service }. If that was you, confirm it within a day while you are signed in there.
    [address_used] Somebody gave your address for another account at { $service }. It is not used for that account. If that was you, sign in to the account that you have.
    [address_asked] Somebody who is signed in to your account gave another address for it. Nothing changes until that one is confirmed.
    [address_replaced] Your account has another main address in place of this one, which stays confirmed. Every other device is signed out. Where we have told you before, you have another week from now on.
    [address_new] This address was confirmed for your account, beside those that it has. Every other device is signed out.
    [address_dropped] This address was removed from your account, and is used no more. Every other device is signed out. Where we have told you before, you have another week from now on.
    [addresses_changed] An address of your account was added or removed, or another one is the main one now, or such a change was undone. See all of them on the page of your account. Other devices are signed out. Where we have told you before, you have another week from now on.
    [address_restored] A change of the addresses of your account was undone by a link that we had sent to this address. It is the main one, and what was added to the account since is taken off. Every device is signed out, and the password no longer works. Another mail leads to a new one. If you are asked for a code that you do not have, ask the people who run { $service }.
    [address_removed] A change of the addresses of the account was taken back, and this one belongs to it no more.
    [secured] Somebody opened the link of a security mail of yours and said that it was not them. Every device is signed out, and the password no longer works. A mail that leads to a new one went to the address that the account has had for a week or longer. If there is none, ask for a mail on the sign-in page. Passkeys that were added more than seven days ago still sign in: look through them afterwards. If you are asked for a code that you do not have, ask the people who run { $service }.
    [many_failures] Somebody tried wrong passwords at your account so often that we let them try only now and then. None of these attempts got in.
    [after_closing] Every device was signed out of your account, and its password no longer works, because the reader of a security mail wanted it so. Choose a new password within 30 minutes. Later, ask for another mail on the sign-in page. If you are asked for a code that you do not have, ask the people who run { $service }.
    [reset] Somebody asked for a new password for your { $service } account. If that was you, choose one within 30 minutes. Every device will be signed out then.
    [invitation] You are invited to make an account at { $service }. The link works once.
    [invitation_made] Somebody who is signed in to your account made an invitation to { $service }. Who accepts it has the role “{ $role }”.
    [invitation_accepted] An invitation of yours was accepted: { $before } has an account at { $service } now.
    [sign_in_code] Somebody signs in to your { $service } account by mail. If that is you, enter this code within ten minutes, on the page where you asked for it.
    [password_reset] A new password was chosen for your account by a link or code that we sent to you. Every device is signed out.
    [factor_set] An authenticator app was set up for your account. Signing in now needs a code of it. Every other device is signed out.
    [factor_removed] The authenticator app of your account was removed. Your password alone is enough to sign in. Every other device is signed out.
    [factor_taken] The people who run { $service } removed the authenticator app, the recovery codes and the passkeys of your account. Your password is enough to sign in now. If you have none, choose one by the mail for a forgotten password, which the sign-in page sends. Every device is signed out.
    [passkey_set] A passkey was added to your account. Whoever has it can sign in without your password.
    [passkey_removed] A passkey of your account was removed. It signs nobody in any more. Every other device is signed out.
    [passkey_counter] Somebody signed in to your account with a passkey whose counter went back. There may be a copy of the device that it is on. If you do not know why, remove the passkey.
    [codes_set] New recovery codes were made for your account. Earlier ones no longer work.
    [code_used] Your account was signed in to with a recovery code in place of your authenticator app. The code no longer works.
    [wrong_codes] Somebody entered your right password, and then several wrong codes. The codes let nobody in. If that was not you, somebody knows your password.
    [test] If you can read this, mails from { $service } arrive.
    [deletion_asked] The deletion of your account was asked for. Every device is signed out, and nobody can use the account until it is deleted with everything in it.
    [deletion_soon] The deletion of your account was asked for, and its time is almost over.
    [deletion_stopped] Your account will not be deleted. It is as it was, and every device has to sign in again.
    [account_erased] Your account was deleted with everything in it. This is the last mail about it.
    [data_exported] Somebody who is signed in to your account downloaded all data that { $service } holds about you.
    [browser_trusted] Somebody signed in to your account with the password and a code, and chose to trust that browser. For the next days it is asked for the password alone, and for no code.
    [trust_reuse] Somebody signed in with the right password and an outdated cookie of a browser that you trust. Somebody may have copied it, so that browser is no longer trusted, and every sign-in without a code was ended.
   *[other] Something changed in your { $service } account.
}
mail-account = Account
mail-when = When
mail-device = With
mail-works-until = Works until
mail-erase-after = Deleted after
mail-advice-own = If this was you, there is nothing to do. If it was not, choose a new password now: that signs out every other device.
mail-advice-ask = If you did not expect this, ask the people who run { $service }.
mail-advice-keep = To keep the account, sign in before then. If you did not ask for this, sign in now, and choose a new password.
mail-see-devices = See your devices
mail-new-password = Choose a new password
mail-undo = If you did not do this, undo it. The link works for a week: this address is the main one of your account again, addresses that came lately are taken off, and everybody is signed out.
mail-undo-go = Undo the change
mail-not-me = If somebody else is in your account, use this link. It works for a week: it signs everybody out and makes the password useless. You choose a new one by mail.
mail-not-me-go = This wasn’t me
mail-refuse = If you know nothing of that account, you can take your address off it. The link works for a week.
mail-refuse-go = This is not my account
mail-failed-from = { $sources ->
    [one] They came from 1 network address.
   *[other] They came from { $sources } network addresses.
}
mail-advice-guessed = If that was you, choose a new password by the link for forgotten passwords on the sign-in page. If not, there is nothing to do as long as your password is long and used nowhere else; otherwise choose another one. Where you have signed in before, you can sign in as ever.
mail-keep = Keep the account
mail-go = { $kind ->
    [reset] Choose a new password
    [invitation] Make the account
    [after_closing] Choose a new password
    [verify_address] Confirm this address
   *[other] Go on
}
mail-code = Or enter this code on the page where you asked for this mail:
mail-code-alone = Enter this code on the page where you asked for this mail:
mail-ignore = { $kind ->
   *[other] If that was not you, ignore this mail: nothing has changed. Give the code to nobody.
}
mail-reason = { $kind ->
    [verify_address] You get this mail because somebody gave this address at { $service } ({ $host }).
    [invitation] You get this mail because the people who run { $service } ({ $host }) invited this address. If you do not expect it, ignore it.
   *[other] You get this mail because it is about the security of your account at { $service } ({ $host }).
}
mail-never = Nobody from { $service } will ever ask you for your password.
address-refused = The mail server of this address refused our last mail. Ask the people who run this service to correct it.

## Other programs: sign in with this service

oauth-bad-title = This sign-in does not work
oauth-bad-malformed = The app has sent you here with a request that cannot be read. Go back to it, and tell its makers.
oauth-bad-client = The app that has sent you here is not known, or is turned off. It must be connected anew.
oauth-bad-uri = The app that has sent you here wants you sent to an address that is not its own. You were not sent there. Tell its makers.
oauth-over-title = This sign-in is over
oauth-over-lead = It was answered already, or took too long. Go back to the app, and begin again there.
login-onward = Sign in to go on to { $name }.
proof-for = { $name } asks you to confirm who you are.
choose-title = Choose an account
choose-heading = Go on to { $name } as
choose-this = Go on as { $name }
choose-other = Use another account
consent-title = Allow access?
consent-heading = { $name } asks for access
consent-lead = It will be able to:
consent-account = You are signed in as { $name }.
consent-not-you = Not you?
consent-at = at { $name }
consent-new = new
consent-place = You will be sent to { $name }.
consent-here = You will be sent to a program on this computer. Allow this only if you have just started it.
consent-own = This app is one of this service.
consent-checked = The operator of this service has connected this app.
consent-online = Its access ends when you sign out.
consent-offline = Its access stays when you sign out, until you take it away.
consent-yes = Allow
consent-no = Do not allow
consent-policy = What it does with your data
consent-terms = Its terms
consent-forbidden = You may not use { $name }
consent-forbidden-lead = Your account lacks the role that it is for. Nothing was told about you.
consent-contact = Ask { $contact }.
consent-back = Go back to { $name }
scope-openid = know that it is you
scope-profile = see your name and your username
scope-email = see your email address
scope-offline = keep its access when you sign out
scope-roles = see your roles
onward-title = Going on
onward-heading = Going on to { $name }
onward-lead = You are being sent back. If nothing happens, follow the link.
onward-link = Continue
onward-open = Open the app
onward-open-lead = Your browser opens the app when you click.
onward-post-lead = One more step: continue, and you are back in the app.
signed-out-title = You are signed out
signed-out-lead = Nobody is signed in to this service in this browser. Other apps may still know you.
sign-out-title = Sign out?
sign-out-heading = Sign out of { $service }?
sign-out-of = { $name } asks for this. You will be signed out here, and in the apps that you use from here.
apps = Apps with access
apps-lead = What you let other apps know and do. Taking it away ends their access at once.
apps-count = { $count ->
    [0] No app has access.
    [one] One app has access.
   *[other] { $count } apps have access.
}
apps-none = No app has access to your account.
apps-since = since { $when }
apps-used = last used { $when }
apps-offline = Its access stays when you sign out.
apps-online = Its access ends when you sign out.
apps-withdraw = Take access away
apps-withdraw-name = Take access away from { $name }
