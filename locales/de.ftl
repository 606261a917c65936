# German: measured by en.ftl, the language that all others are measured by.
# $service is the name of the service, as the operator set it.

## The language itself

language-name = Deutsch
language-direction = ltr
language-locale = de-DE

## The shell around every page

skip = Zum Inhalt springen
home-of = { $service }, Startseite
window-title = { $title } · { $service }
window-title-refused = Fehler: { $title }
menu = Kontomenü
menu-account = Ihr Konto
account-navigation = Konto
secured-by = Gesichert durch Vestibule
description = Melden Sie sich bei { $service } an, oder erstellen Sie ein Konto.
about = Über diesen Dienst
help = Hilfe
privacy = Datenschutz
terms = Nutzungsbedingungen
version = Version { $version }
choices-title = Farben und Sprache
theme = Farben
theme-system = System
theme-light = Hell
theme-dark = Dunkel
language = Sprache
cancel = Abbrechen
optional = optional
show-field = Anzeigen: { $label }
caps-lock = Die Feststelltaste ist aktiv

## What script says

script-failed = Das Skript dieser Seite konnte nicht gestartet werden. Ihre Formulare funktionieren auch so.
storage-blocked = Dieser Browser speichert keine Daten für diese Website. Sie sind trotzdem angemeldet. Melden Sie sich ab, wenn Sie fertig sind.
offline = Sie sind offline. Was Sie eingeben, bleibt hier, bis die Verbindung wieder da ist.
signed-in-again = Sie sind wieder angemeldet.
copied = Kopiert.
copying-refused = Dieser Browser erlaubt das Kopieren hier nicht.

## Times

just-now = Gerade eben
ago-minutes = { $count ->
    [one] vor 1 Minute
   *[other] vor { $count } Minuten
}
ago-hours = { $count ->
    [one] vor 1 Stunde
   *[other] vor { $count } Stunden
}
ago-days = { $count ->
    [one] vor 1 Tag
   *[other] vor { $count } Tagen
}
ago-months = { $count ->
    [one] vor 1 Monat
   *[other] vor { $count } Monaten
}
ago-years = { $count ->
    [one] vor 1 Jahr
   *[other] vor { $count } Jahren
}
in-utc = { $moment } UTC
in-seconds = { $count ->
    [one] in 1 Sekunde
   *[other] in { $count } Sekunden
}
in-minutes = { $count ->
    [one] in 1 Minute
   *[other] in { $count } Minuten
}
in-hours = { $count ->
    [one] in 1 Stunde
   *[other] in { $count } Stunden
}
try-again-now = Sie können es jetzt noch einmal versuchen.
try-again-when = Versuchen Sie es { $when } noch einmal.

## The start page

start-title = Willkommen
start-lead = Melden Sie sich an oder erstellen Sie ein Konto.
product-heading = Die Eingangstür für Ihre App
product-lead = Konten, Anmeldung im Browser und geschützte APIs in einem einzigen Programm. Es läuft auf Ihrem eigenen Rechner und behält seine Daten dort.
product-terminal = Oder im Terminal
welcome = Willkommen bei { $service }! Die API finden Sie unter /api/v1.

## Forms

button = { $form ->
    [login] Anmelden
    [register] Konto erstellen
    [setup] Administratorkonto erstellen
    [forgot] Mail senden
    [forgot_code] Weiter
    [reset] Dieses Passwort wählen
    [undo] Änderung rückgängig machen
    [secure] Alle abmelden
    [refuse] Meine Adresse entfernen
    [password] Passwort ändern
    [proof] Bestätigen
    [profile] Speichern
    [username] Benutzernamen ändern
    [address] Mail senden
    [verify_code] Bestätigen
    [verify_link] Diese Adresse bestätigen
    [verify_again] Noch eine Mail senden
    [address_primary] Zur Hauptadresse machen
    [address_remove] Entfernen
    [end_session] Abmelden
    [end_others] Überall sonst abmelden
    [end_all] Überall abmelden
    [seen] Verstanden
    [notice_on] Diese Mails einschalten
    [notice_off] Diese Mails ausschalten
    [logout] Abmelden
    [factor] Weiter
    [factor_recovery] Diesen Ersatzcode verwenden
    [factor_proof] Bestätigen
    [passkey_register] Konto mit einem Passkey erstellen
    [passkey_login] Mit einem Passkey anmelden
    [passkey_factor] Passkey verwenden
    [passkey_proof] Passkey verwenden
    [passkey_begin] Passkey hinzufügen
    [passkey_confirm] Passkey erstellen
    [passkey_rename] Umbenennen
    [passkey_remove] Entfernen
    [totp_begin] Authenticator-App einrichten
    [totp_confirm] Anmeldung in zwei Schritten einschalten
    [totp_remove] Anmeldung in zwei Schritten ausschalten
    [codes_new] Neue Codes erstellen
    [codes_kept] Ich habe sie aufbewahrt
    [leave] Mein Konto löschen
    [keep] Mein Konto behalten
    [data] Meine Daten herunterladen
    [trust_end] Nicht mehr vertrauen
    [trust_end_all] Keinem davon mehr vertrauen
    [enrol] Einschalten und anmelden
   *[other] ?
}
busy = { $form ->
    [login] Anmeldung läuft …
    [register] Konto wird erstellt …
    [setup] Administratorkonto wird erstellt …
    [forgot] Mail wird gesendet …
    [forgot_code] Wird geprüft …
    [reset] Passwort wird geändert …
    [undo] Wird rückgängig gemacht …
    [secure] Wird abgemeldet …
    [refuse] Wird entfernt …
    [password] Passwort wird geändert …
    [proof] Wird bestätigt …
    [profile] Wird gespeichert …
    [username] Benutzername wird geändert …
    [address] Mail wird gesendet …
    [verify_code] Wird bestätigt …
    [verify_link] Wird bestätigt …
    [verify_again] Mail wird gesendet …
    [address_primary] Wird geändert …
    [address_remove] Wird entfernt …
    [end_session] Abmeldung läuft …
    [end_others] Abmeldung läuft …
    [end_all] Abmeldung läuft …
    [seen] Wird gespeichert …
    [notice_on] Wird eingeschaltet …
    [notice_off] Wird ausgeschaltet …
    [logout] Abmeldung läuft …
    [factor] Wird geprüft …
    [factor_recovery] Wird geprüft …
    [factor_proof] Wird bestätigt …
    [passkey_register] Ihr Konto wird erstellt …
    [passkey_login] Anmeldung läuft …
    [passkey_factor] Wird geprüft …
    [passkey_proof] Wird bestätigt …
    [passkey_begin] Einen Moment …
    [passkey_confirm] Wird hinzugefügt …
    [passkey_rename] Wird gespeichert …
    [passkey_remove] Wird entfernt …
    [totp_begin] Wird vorbereitet …
    [totp_confirm] Wird geprüft …
    [totp_remove] Wird ausgeschaltet …
    [codes_new] Codes werden erstellt …
    [codes_kept] Wird vermerkt …
    [leave] Wird gelöscht …
    [keep] Wird behalten …
    [data] Wird zusammengestellt …
    [trust_end] Vertrauen wird beendet …
    [trust_end_all] Vertrauen wird beendet …
    [enrol] Anmeldung läuft …
   *[other] ?
}
failed = { $form ->
    [login] Sie sind nicht angemeldet
    [register] Das Konto wurde nicht erstellt
    [setup] Das Administratorkonto wurde nicht erstellt
    [forgot] Es wurde keine Mail gesendet
    [forgot_code] Es geht noch nicht weiter
    [reset] Das Passwort wurde nicht geändert
    [undo] Die Änderung ist nicht rückgängig gemacht
    [secure] Niemand wurde abgemeldet
    [refuse] Die Adresse wurde nicht entfernt
    [password] Das Passwort wurde nicht geändert
    [proof] Sie wurden nicht erkannt
    [profile] Es wurde nichts gespeichert
    [username] Der Benutzername wurde nicht geändert
    [address] Die Adresse wurde nicht gespeichert
    [verify_code] Die Adresse ist nicht bestätigt
    [verify_link] Die Adresse ist nicht bestätigt
    [verify_again] Es wurde keine Mail gesendet
    [address_primary] Die Hauptadresse wurde nicht geändert
    [address_remove] Die Adresse wurde nicht entfernt
    [end_session] Das Gerät wurde nicht abgemeldet
    [end_others] Kein anderes Gerät wurde abgemeldet
    [end_all] Kein Gerät wurde abgemeldet
    [seen] Der Hinweis konnte nicht ausgeblendet werden
    [notice_on] Nichts wurde geändert
    [notice_off] Nichts wurde geändert
    [logout] Sie sind noch angemeldet
    [factor] Sie sind noch nicht angemeldet
    [factor_recovery] Sie sind noch nicht angemeldet
    [factor_proof] Sie wurden nicht erkannt
    [passkey_register] Das Konto wurde nicht erstellt
    [passkey_login] Sie sind noch nicht angemeldet
    [passkey_factor] Sie sind noch nicht angemeldet
    [passkey_proof] Sie wurden nicht erkannt
    [passkey_begin] Es wurde kein Passkey hinzugefügt
    [passkey_confirm] Es wurde kein Passkey hinzugefügt
    [passkey_rename] Der Name ist unverändert
    [passkey_remove] Der Passkey ist noch da
    [totp_begin] Es wurde nichts eingerichtet
    [totp_confirm] Die Anmeldung in zwei Schritten ist noch nicht an
    [totp_remove] Die Anmeldung in zwei Schritten ist noch an
    [codes_new] Es wurden keine neuen Codes erstellt
    [codes_kept] Die Codes werden noch gezeigt
    [leave] Ihr Konto wurde nicht gelöscht
    [keep] Ihr Konto wird noch gelöscht
    [data] Es wurde keine Datei erstellt
    [trust_end] Dem Browser wird noch vertraut
    [trust_end_all] Den Browsern wird noch vertraut
    [enrol] Sie sind noch nicht angemeldet
   *[other] ?
}
login-heading = Bei { $service } anmelden
login-other = Noch kein Konto?
login-forgotten = Passwort vergessen?
login-by-mail = Ohne Passwort anmelden, per Mail
login-ask = Wenden Sie sich an den Betreiber von { $service }.
register-heading = Konto bei { $service } erstellen
logout-title = Abmelden?
register-lead = Ein Benutzername und ein Passwort genügen.
register-lead-address = Ihr Konto öffnet sich, sobald Sie Ihre E-Mail-Adresse bestätigt haben.
register-other = Sie haben schon ein Konto?
setup-title = Einrichtung
setup-heading = Erstes Administratorkonto erstellen
setup-lead = Dieser Link funktioniert einmal, eine Stunde lang ab dem Start des Servers.
password-lead = Sie werden überall sonst abgemeldet.
password-none = Ihr Konto hat kein Passwort: Ein Passkey meldet Sie an.
password-choose = Sie können eines über eine Mail an eine bestätigte Adresse wählen:
proof-heading = Bestätigen Sie, dass Sie es sind
proof-lead = { $minutes ->
    [one] Geben Sie Ihr Passwort ein, um fortzufahren. Danach werden Sie 1 Minute lang nicht mehr gefragt.
   *[other] Geben Sie Ihr Passwort ein, um fortzufahren. Danach werden Sie { $minutes } Minuten lang nicht mehr gefragt.
}
end-session-name = { $device } abmelden

## Vergessene Passwörter

forgot-title = Passwort vergessen
forgot-heading = Passwort vergessen?
forgot-lead = Wir senden eine Mail an die Adresse, die Sie bestätigt haben. Damit wählen Sie ein neues Passwort.
forgot-lead-any = Wir senden eine Mail an die Adresse Ihres Kontos. Mit ihr wählen Sie ein neues Passwort.
forgot-nothing = Wenn Sie nie eine Adresse bestätigt haben, kann keine Mail gesendet werden. Wenden Sie sich an den Betreiber von { $service }.
forgot-off = Dieser Dienst sendet keine Mails. Bitten Sie den Betreiber von { $service } um ein neues Passwort.
forgot-back = Zurück zur Anmeldung
forgot-code-title = Sehen Sie in Ihre Mails
forgot-code-lead = Wenn es ein Konto mit diesem Namen und einer bestätigten Adresse gibt, ist eine Mail unterwegs. Geben Sie hier den Code daraus ein, oder öffnen Sie ihren Link.
forgot-code-nothing = Nach einigen Minuten noch nichts? Sehen Sie im Ordner für unerwünschte Mails nach.
mail-from = Die Mail kommt von { $address }.
forgot-again = Noch eine Mail anfordern
reset-title = Neues Passwort wählen
reset-lead = Sie werden überall abgemeldet und melden sich mit dem neuen Passwort an.
reset-of = Das neue Passwort gilt für { $name }.
reset-asked = Das wurde am { $when } angefordert, mit { $device }.
reset-done = Ihr Passwort ist geändert. Melden Sie sich damit an.
link-over-title = Dieser Link gilt nicht mehr
link-over-lead = Er wurde schon benutzt, ist abgelaufen, oder eine neuere Mail hat ihn ersetzt. Wenn Sie ihn gerade benutzt haben, hat er getan, wozu er da ist.
link-over-stolen = Eine Mail für ein neues Passwort ist ein anderer Weg in Ihr Konto. Wenn jemand Ihnen das Konto genommen hat, fragen Sie die Betreiber von { $service }.
link-over-again = Mail für ein neues Passwort anfordern
undo-title = Änderung Ihrer Adressen rückgängig machen
undo-of = Es geht um das Konto { $name }.
undo-back = { $address } wird wieder seine Hauptadresse. Was seitdem dazukam, neuere Adressen oder eine Authenticator-App, wird entfernt.
undo-lead = Alle Geräte werden abgemeldet, und das Passwort gilt nicht mehr. Wir senden Ihnen eine Mail, mit der Sie ein neues wählen.
undo-otherwise = Wenn Sie die Adressen selbst geändert haben, schließen Sie diese Seite: Es ist nichts geschehen.
said-undone = Die Änderung ist rückgängig gemacht. Eine Mail für ein neues Passwort ist an Ihre Adresse unterwegs.
secure-title = Das war ich nicht
secure-of = Alle beim Konto { $name } abmelden.
secure-lead = Alle Geräte werden abgemeldet, und das Passwort gilt nicht mehr. Eine Mail, mit der Sie ein neues wählen, geht an eine Adresse, die das Konto seit einer Woche oder länger hat. Für eine neuere Adresse fordern Sie die Mail auf der Anmeldeseite an. Passkeys, die vor mehr als sieben Tagen hinzugefügt wurden, gelten weiterhin: Sehen Sie sie danach durch.
secure-stays = Das Konto wird nicht gelöscht.
secure-otherwise = Wenn Sie es doch waren, schließen Sie diese Seite: Es ist nichts geschehen.
said-secured = Alle Geräte sind abgemeldet. Wenn das Konto seit einer Woche eine Adresse hat, ist eine Mail für ein neues Passwort dorthin unterwegs. Wenn keine kommt, fordern Sie auf der Anmeldeseite eine an. Passkeys, die vor mehr als sieben Tagen hinzugefügt wurden, gelten weiterhin: Sehen Sie sie danach durch.
refuse-title = Nicht Ihr Konto?
refuse-of = { $address } wurde für ein Konto angegeben. Niemand hat sie bestätigt.
refuse-lead = Wenn Sie von diesem Konto nichts wissen, entfernen Sie Ihre Adresse. Wer das Konto hat, erfährt, dass die Adresse jemand anderem gehört. Für Sie wird kein Konto erstellt und keines geschlossen.
refuse-otherwise = Wenn Sie die Adresse selbst angegeben haben, schließen Sie diese Seite und benutzen Sie den anderen Link der Mail.
said-refused = Ihre Adresse ist von diesem Konto entfernt.
hint-forgot = Ihr Benutzername oder eine E-Mail-Adresse, die Sie bestätigt haben.
hint-mailed-code = Acht Ziffern, mit oder ohne Leerzeichen.

## Two-step sign-in

factor-heading = Noch ein Schritt
factor-lead = Ihr Passwort stimmt. Geben Sie jetzt den Code ein, den Ihre Authenticator-App zeigt.
factor-lead-mail = Der Code aus der Mail stimmt. Geben Sie nun den Code ein, den Ihre Authentifizierungs-App zeigt.
factor-recovery = Kein Zugriff auf die App?
factor-recovery-lead = Verwenden Sie einen der Ersatzcodes, die Sie beim Einrichten aufbewahrt haben. Wenn Sie keinen haben, wenden Sie sich an den Betreiber dieses Dienstes.
factor-late = Das hat zu lange gedauert. Melden Sie sich noch einmal an.
factor-again = Von vorn beginnen
enrol-heading = Anmeldung in zwei Schritten einrichten
enrol-lead = Ihr Passwort stimmt. Ihre Rolle verlangt einen zweiten Schritt: Richten Sie jetzt eine Authenticator-App ein, dann sind Sie angemeldet.
enrol-lead-mail = Der Code aus der Mail stimmt. Ihre Rolle verlangt einen zweiten Schritt: Richten Sie jetzt eine Authentifizierungs-App ein, dann sind Sie angemeldet.
factor-demanded = Ihre Rolle verlangt die Anmeldung in zwei Schritten; sie kann nicht ausgeschaltet werden.
muted-heading = Ihre Rolle gibt Ihnen hier nichts
muted-set-up = Sie verlangt die Anmeldung in zwei Schritten. Richten Sie eine Authenticator-App ein, dann gilt sie wieder.
muted-sign-in = Sie verlangt einen Code. Melden Sie sich ab, und melden Sie sich mit einem Code Ihrer Authenticator-App an.
factor-title = Anmeldung in zwei Schritten
factor-page-lead = Mit einer Authenticator-App meldet sich niemand allein mit Ihrem Passwort an.
factor-none = Eine App auf Ihrem Telefon oder ein Passwortmanager zeigt einen Code, den Sie nach Ihrem Passwort eingeben.
factor-off = Aus
factor-scan = Nehmen Sie diesen Dienst in Ihre App auf
factor-scan-lead = Öffnen Sie Ihre Authenticator-App und scannen Sie diesen Code.
factor-qr = QR-Code für Ihre Authenticator-App
factor-open = Eine App auf diesem Gerät öffnen
factor-secret = Oder tippen Sie diesen Schlüssel in die App:
factor-try = Geben Sie den Code ein, den die App zeigt
factor-app = Authenticator-App
factor-since = Seit { $day }.
factor-used = Zuletzt verwendet: { $when }.
factor-replace = Wenn Sie eine andere App einrichten, ersetzt sie diese. Jede der beiden Änderungen meldet Sie überall sonst ab.
recovery-codes = Ersatzcodes
codes-left = { $count ->
    [0] Keine Ersatzcodes übrig.
    [one] Noch 1 Ersatzcode.
   *[other] Noch { $count } Ersatzcodes.
}
codes-few = Erstellen Sie neue, damit Sie sich ohne Ihre App anmelden können.
codes-lead = Jeder dieser Codes meldet { $name } einmal ohne die App an. Bewahren Sie sie dort auf, wo Sie sie ohne Ihr Telefon finden. Sie werden nicht wieder gezeigt.
codes-copy = Kopieren
codes-copied = Codes kopiert.
codes-download = Herunterladen
codes-print = Drucken
codes-file = Ersatzcodes von { $name } bei { $service }
ask-codes = Neue Ersatzcodes erstellen?
ask-codes-lead = Alle früheren Codes gelten dann nicht mehr.
ask-factor = Eine andere App einrichten?
ask-factor-lead = Sobald Sie sie bestätigt haben, gilt die jetzige App hier nicht mehr.
ask-factor-remove = Anmeldung in zwei Schritten ausschalten?
ask-factor-remove-lead = Dann genügt Ihr Passwort zum Anmelden. Die Ersatzcodes gelten nicht mehr.
factor-trusted = Browser, denen vertraut wird
factor-trusted-lead = In diesen Browsern melden Sie sich allein mit Ihrem Passwort an. Das endet nach einigen Tagen, mit jeder Änderung Ihres Passworts, und wenn Sie einen Ersatzcode verwenden.
trusted-since = Seit { $day }, bis { $until }.
trust-end-name = { $device } nicht mehr vertrauen
ask-trust = { $device } nicht mehr vertrauen?
ask-trust-lead = Die nächste Anmeldung dort fragt wieder nach einem Code. Wer dort angemeldet ist, bleibt es.
ask-trust-all = Keinem Browser mehr vertrauen?
ask-trust-all-lead = Jede nächste Anmeldung fragt wieder nach einem Code.
hint-trust = { $days ->
    [one] 1 Tag lang genügt hier Ihr Passwort. Nur für ein Gerät, das niemand sonst benutzt.
   *[other] { $days } Tage lang genügt hier Ihr Passwort. Nur für ein Gerät, das niemand sonst benutzt.
}

## Passkeys

passkeys-title = Passkeys
passkeys-lead = Mit einem Passkey melden Sie sich mit Finger, Gesicht oder der PIN Ihres Geräts an. Es gibt nichts zu merken und nichts, wonach eine falsche Seite fragen könnte.
passkeys-none = Sie haben noch keinen Passkey.
passkeys-count = { $count ->
    [0] Keine
    [one] 1 Passkey
   *[other] { $count } Passkeys
}
passkeys-unavailable = Browser legen Passkeys nur für Namen an. Öffnen Sie diesen Dienst unter seinem Namen statt unter einer Adresse aus Zahlen.
passkey-add = Passkey hinzufügen
passkey-add-lead = Ihr Gerät wird Sie bitten zu bestätigen, dass Sie es sind.
passkey-script = Passkeys brauchen Skripte und einen Browser, der sie kennt.
passkey-not-used = Es wurde kein Passkey verwendet. Versuchen Sie es noch einmal oder auf andere Weise.
passkey-there = Dieses Gerät hat schon einen Passkey für dieses Konto.
passkey-since = Hinzugefügt am { $day }.
passkey-syncs = Auf mehreren Geräten.
passkey-broken = Er wurde für eine andere Adresse dieses Dienstes erstellt und funktioniert nicht mehr. Sie können ihn entfernen.
passkey-rename-name = Namen von { $name } ändern
passkey-remove-name = { $name } entfernen
ask-passkey-remove = { $name } entfernen?
ask-passkey-remove-lead = Er meldet Sie nicht mehr an, und Sie werden überall sonst abgemeldet. Löschen Sie ihn auch auf dem Gerät.
passkey-factor-lead = Ihr Passwort stimmt. Bestätigen Sie jetzt mit einem Passkey.
passkey-proof-lead = Sie haben sich mit einem Passkey angemeldet. Bestätigen Sie damit, dass Sie es sind.
hint-passkey-name = Leer lassen, um den Namen des Geräts zu verwenden.

## Fields

field = { $field ->
    [identifier] Benutzername
    [username] Benutzername
    [email] E-Mail
    [password] Passwort
    [current_password] Aktuelles Passwort
    [new_password] Neues Passwort
    [code] Code aus der Mail
    [display_name] Anzeigename
    [language] Sprache
    [pronouns] Pronomen
    [app_code] Code aus Ihrer App
    [recovery_code] Ersatzcode
    [sure] Ja, das soll geschehen
    [confirm] Benutzername
    [trust_device] Diesem Browser vertrauen
    [passkey_name] Name des Passkeys
   *[other] ?
}
hint-username = Buchstaben, Ziffern, Punkt, Bindestrich und Unterstrich; { $min } bis { $max } Zeichen.
hint-username-setup = Buchstaben, Ziffern, Punkt, Bindestrich und Unterstrich; { $min } bis { $max } Zeichen. Namen wie „admin“ sind reserviert.
hint-email = Damit der Betreiber dieses Dienstes Sie erreichen kann. Zum Anmelden dient sie nicht.
hint-email-mail = Sie bestätigen sie später per Mail: dann können Sie sich mit ihr anmelden und ein neues Passwort wählen, wenn Sie Ihres vergessen.
hint-email-needed = Wir senden eine Mail dorthin. Ihr Konto öffnet sich, sobald Sie die Adresse bestätigt haben.
email-unconfirmed = Noch nicht bestätigt. Danach können Sie sich mit ihr anmelden und ein neues Passwort wählen, wenn Sie Ihres vergessen.
hint-any-code = Sechs Ziffern aus Ihrer App, oder ein Ersatzcode.
hint-app-code = Sechs Ziffern, die alle 30 Sekunden wechseln. Jeder Code gilt einmal.
hint-new-password = { $min ->
    [one] Mindestens 1 Zeichen, zum Beispiel vier Wörter ohne Zusammenhang.
   *[other] Mindestens { $min } Zeichen, zum Beispiel vier Wörter ohne Zusammenhang.
}
hint-display-name = Bleibt das Feld leer, wird Ihr Benutzername angezeigt.
password-strength = Passwortstärke

## What is wrong with a field

problem-required = { $field ->
    [username] Der Benutzername fehlt.
    [email] Die E-Mail-Adresse fehlt.
    [identifier] Der Benutzername fehlt.
    [password] Das Passwort fehlt.
    [current_password] Das aktuelle Passwort fehlt.
    [new_password] Das neue Passwort fehlt.
    [code] Der Code aus der Mail fehlt.
    [sure] Setzen Sie zuerst dieses Häkchen.
    [confirm] Geben Sie Ihren Benutzernamen ein.
    [passkey_name] Geben Sie einen Namen ein.
   *[other] Hier fehlt etwas.
}
problem-too-short = { $min ->
    [one] Mindestens 1 Zeichen.
   *[other] Mindestens { $min } Zeichen.
}
problem-too-long = { $max ->
    [one] Höchstens 1 Zeichen.
   *[other] Höchstens { $max } Zeichen.
}
problem-too-many-bytes = { $max ->
    [one] Höchstens 1 Byte.
   *[other] Höchstens { $max } Bytes.
}
problem-invalid = { $field ->
    [email] Geben Sie eine E-Mail-Adresse wie name@example.com ein.
    [password] Falsches Passwort.
    [current_password] Dieses Passwort ist falsch.
    [code] Der Code hat acht Ziffern.
    [app_code] Der Code hat sechs Ziffern.
    [confirm] Das ist nicht Ihr Benutzername.
    [credential] Die Antwort des Geräts ist nicht gültig. Versuchen Sie es noch einmal.
   *[other] Das ist nicht gültig.
}
problem-wrong-pair = Name oder Passwort ist falsch.
problem-bad-characters = { $field ->
    [username] Verwenden Sie Buchstaben, Ziffern, Punkt, Bindestrich und Unterstrich; keine Leerzeichen.
   *[other] Das enthält Zeichen, die hier nicht verwendet werden können.
}
problem-address = Das sieht wie eine E-Mail-Adresse aus. Tragen Sie sie unter „E-Mail“ ein.
problem-unseen = Davon ist nichts zu sehen. Verwenden Sie sichtbare Zeichen.
problem-confusable = Hier sind Buchstaben aus mehreren Alphabeten gemischt. Verwenden Sie nur eines.
problem-looks-latin = Jeder Buchstabe sieht hier wie ein lateinischer aus. Verwenden Sie lateinische Buchstaben, oder fügen Sie einen hinzu, der anders aussieht.
problem-reserved = Dieser Name ist reserviert. Wählen Sie einen anderen.
problem-taken = { $field ->
    [username] Dieser Benutzername ist vergeben. Wählen Sie einen anderen.
   *[other] Das ist schon vergeben. Wählen Sie etwas anderes.
}
problem-unknown = Ein solches Feld gibt es hier nicht.
problem-breached = Dieses Passwort wird bei Angriffen zuerst probiert. Wählen Sie ein anderes.
problem-own-name = Ihr Name oder Ihre Adresse taugt nicht als Passwort. Wählen Sie ein anderes.
problem-service-name = Der Name dieses Dienstes taugt nicht als Passwort. Wählen Sie ein anderes.
problem-same = Das ist Ihr aktuelles Passwort. Wählen Sie ein anderes.
problem-own-password = Ihr Passwort ist kein Benutzername: Alle sehen ihn. Wählen Sie einen anderen.
problem-unfit-claims = Was davon Claims der Zugriffstoken wird, ist zu groß: zusammen höchstens { $max } Bytes, 16 Ebenen und keine Zahl jenseits von Double.
problem-wrong-code = Dieser Code stimmt nicht, oder seine Zeit ist abgelaufen. Jeder Code gilt einmal.

## How hard a password is to guess

strength-0 = Sehr schwach: sofort zu erraten.
strength-1 = Schwach: in wenigen Stunden zu erraten.
strength-2 = Mittel: mit etwas Aufwand zu erraten.
strength-3 = Gut: schwer zu erraten.
strength-4 = Stark.
advice-keys = Tastenreihen sind leicht zu erraten.
advice-repeats = Wiederholungen sind leicht zu erraten.
advice-common = Viele Menschen haben dieses Passwort.
advice-similar = Es ähnelt einem Passwort, das viele haben.
advice-sequences = Folgen sind leicht zu erraten.
advice-dates = Jahreszahlen und Daten sind leicht zu erraten.
advice-word = Ein einzelnes Wort ist leicht zu erraten.
advice-names = Namen sind leicht zu erraten.
advice-more-words = Fügen Sie ein oder zwei Wörter hinzu; seltene Wörter sind besser.
advice-substitutions = Großbuchstaben und Zeichen anstelle von Buchstaben helfen wenig.

## Errors

error-malformed-body = Der Inhalt der Anfrage konnte nicht gelesen werden.
error-not-utf8 = Die Anfrage ist nicht in UTF-8. Senden Sie sie in UTF-8.
error-invalid-grant = Diese Sitzung ist beendet. Melden Sie sich neu an.
error-missing-token = Hierfür ist ein Zugriffstoken im Header Authorization nötig.
error-invalid-token = Das Zugriffstoken fehlt, ist abgelaufen oder ungültig.
error-missing-session = Sie sind nicht angemeldet.
error-session-mismatch = In einem anderen Tab ist eine andere Anmeldung an die Stelle dieser getreten. Laden Sie die Seite neu.
error-reauthentication-required = Bestätigen Sie dafür Ihr Passwort.
error-invalid-credentials = Name oder Passwort ist falsch.
error-factor-required = Dieses Konto verlangt die Anmeldung in zwei Schritten. Geben Sie auch einen Code Ihrer Authenticator-App ein.
error-factor-enrolment-required = Ihre Rolle verlangt die Anmeldung in zwei Schritten. Richten Sie zuerst eine Authenticator-App ein.
error-last-way-in = Ohne dies könnten Sie sich nicht anmelden, oder Ihre Rolle verlangt es. Es kann nicht entfernt werden.
error-invalid-code = Dieser Code stimmt nicht, oder seine Zeit ist abgelaufen. Jeder Code gilt einmal.
error-passkey-unknown = Dieser Passkey gehört hier zu keinem Konto. Melden Sie sich auf andere Weise an.
error-invalid-passkey = Dieser Passkey wurde nicht angenommen. Versuchen Sie es noch einmal oder auf andere Weise.
error-passkey-exists = Dieser Passkey ist schon bekannt.
error-too-many-passkeys = Sie haben so viele Passkeys, wie ein Konto haben kann. Entfernen Sie zuerst einen.
error-already-exists = Mit dieser ID oder URI gibt es schon etwas.
error-too-many-secrets = Dieser Client hat so viele Secrets, wie er haben kann. Entfernen Sie zuerst eines.
error-resource-in-use = Eine App verwendet diese Ressource noch. Nehmen Sie sie dort zuerst heraus.
error-applied-from-file = Das wurde aus einer Datei angewendet. Ändern Sie die Datei, und wenden Sie sie noch einmal an.
error-overtaken = Jemand anders hat das im selben Moment geändert. Versuchen Sie es noch einmal.
error-account-leaving = Dieses Konto wird gelöscht. Es kann noch behalten werden.
error-address-unverified = Bestätigen Sie zuerst Ihre E-Mail-Adresse.
error-registration-closed = Neue Konten brauchen hier eine Einladung.
error-forbidden = Mit Ihrem Konto ist das nicht erlaubt.
error-password-change-required = Das Passwort dieses Kontos ist zu schwach, um hier verwendet zu werden. Bitten Sie die Administration, ein neues festzulegen.
error-stale-form = Diese Seite war zu lange geöffnet. Prüfen Sie Ihre Angaben und senden Sie sie noch einmal.
error-cross-origin = Diese Anfrage kam von einer anderen Website und wurde abgelehnt.
error-not-found = Unter dieser Adresse gibt es nichts.
error-method-not-allowed = Diese Adresse unterstützt diese Methode nicht.
error-body-too-slow = Die Anfrage hat zu lange gebraucht, um anzukommen.
error-username-taken = Dieser Benutzername ist vergeben. Wählen Sie einen anderen.
error-address-unavailable = Jemand anderes hat diese Adresse bestätigt.
error-address-confirmed = Diese Adresse ist schon bestätigt.
error-primary-address = Das ist Ihre Hauptadresse. Machen Sie zuerst eine andere zur Hauptadresse.
error-too-many-addresses = Sie haben fünf bestätigte Adressen. Entfernen Sie zuerst eine.
error-last-admin = Das ist das letzte Administratorkonto, das nicht gesperrt ist. Geben Sie zuerst einem anderen Konto Administrationsrechte.
error-stale-token = Diese Sitzung wurde gerade anderswo erneuert. Versuchen Sie es noch einmal.
error-flow-over = Das hat zu lange gedauert oder wurde schon benutzt. Beginnen Sie noch einmal.
error-setup-closed = Dieser Einrichtungslink ist nicht mehr gültig. Wenn es noch kein Administratorkonto gibt, starten Sie den Server neu, um einen neuen Link zu erhalten.
error-body-too-large = Die Anfrage ist zu groß.
error-unsupported-media-type = Senden Sie die Anfrage als application/json.
error-misdirected-request = Dieser Server ist für diesen Hostnamen nicht zuständig.
error-invalid-input = Prüfen Sie die markierten Felder.
error-too-many-requests = Zu viele Versuche.
error-account-throttled = Hier wurden viele falsche Passwörter ausprobiert. Warten Sie, oder melden Sie sich dort an, wo Sie schon einmal angemeldet waren.
error-source-blocked = Die Anmeldung aus Ihrem Netzwerk ist gesperrt. Warten Sie, oder fragen Sie den Betreiber dieses Dienstes.
error-internal = Bei uns ist etwas schiefgegangen. Versuchen Sie es noch einmal.
error-overloaded = Der Server ist ausgelastet. Versuchen Sie es gleich noch einmal.
error-mail-unavailable = Dieser Dienst sendet keine Mails. Wenden Sie sich an den Betreiber.
error-unavailable = Der Dienst ist gerade nicht verfügbar. Versuchen Sie es gleich noch einmal.
error-network-failure = Der Server war nicht erreichbar. Prüfen Sie die Verbindung und versuchen Sie es noch einmal.

## Pages of errors

not-found-title = Seite nicht gefunden
not-found-lead = Vielleicht ist die Adresse falsch geschrieben, oder die Seite ist umgezogen.
internal-title = Hier ist etwas schiefgegangen
internal-lead = Der Fehler liegt bei uns und wurde protokolliert. Ihre Daten sind sicher.
setup-closed-title = Dieser Link ist nicht mehr gültig
setup-closed-lead = Wenn es noch kein Administratorkonto gibt, starten Sie den Server neu, um einen neuen Link zu erhalten.
refused-title = Diese Anfrage wurde abgelehnt
wait-title = Einen Moment bitte
unavailable-title = Gerade nicht verfügbar
failed-title = Das hat nicht geklappt
no-page-title = Hier gibt es nichts zu sehen
no-page-lead = Diese Adresse nimmt nur an, was ein Formular oder ein Programm an sie sendet.
unreadable-title = Dieses Formular konnte nicht gelesen werden
unreadable-lead = Es wurde anders gesendet, als die Seiten hier es tun. Laden Sie seine Seite neu, und senden Sie es noch einmal.
misdirected-title = Das ist nicht die Adresse dieses Dienstes
misdirected-lead = Sie sind über einen anderen Hostnamen hierhergekommen. Die Schaltfläche führt zur richtigen Adresse.
no-cookies-title = Dieser Browser behält keine Cookies
no-cookies-lead = Diese Website hat Ihrem Browser gerade ein Cookie gegeben, und der Browser hat es nicht zurückgesendet. Ohne Cookies kann hier niemand angemeldet bleiben, und keine Auswahl bleibt erhalten. Erlauben Sie sie für diese Website, und versuchen Sie es noch einmal.
programs-title = Diese Adresse ist für Programme
try-again-link = Noch einmal versuchen
go-home = Zur Startseite

## What was done on the page before

said-saved = Gespeichert.
said-password = Passwort geändert. Sie sind überall sonst abgemeldet.
said-confirmed = Passwort bestätigt.
said-session = Das Gerät ist abgemeldet.
said-device = { $device } ist abgemeldet.
said-others = Sie sind überall sonst abgemeldet.
said-all = Sie sind überall abgemeldet.
said-dismissed = Der Hinweis ist ausgeblendet.
said-address-sent = Eine Mail ist unterwegs.
said-address = Ihre Adresse ist bestätigt.
said-factor-begun = Nehmen Sie diesen Dienst jetzt in Ihre App auf.
said-factor = Die Anmeldung in zwei Schritten ist an. Sie sind überall sonst abgemeldet.
said-factor-removed = Die Anmeldung in zwei Schritten ist aus. Sie sind überall sonst abgemeldet.
said-passkey-begun = Erstellen Sie jetzt den Passkey auf Ihrem Gerät.
said-passkey = Der Passkey wurde hinzugefügt. Ab jetzt meldet er Sie an.
said-passkey-renamed = Der Name wurde geändert.
said-passkey-removed = Der Passkey wurde entfernt. Sie sind überall sonst abgemeldet.
said-codes = Neue Ersatzcodes. Frühere gelten nicht mehr.
said-codes-kept = Die Codes werden nicht mehr gezeigt.
said-trust-ended = Diesem Browser wird nicht mehr vertraut.
said-all-trust-ended = Keinem Browser wird vertraut.
said-addresses-changed = Ihre Adressen sind geändert. Sie sind überall sonst abgemeldet.
said-address-removed = Die Adresse ist entfernt.
said-out = Sie wurden abgemeldet.
said-leaving = Ihr Konto ist geschlossen und wird nach 14 Tagen gelöscht. Um es zu behalten, melden Sie sich vorher an.

## Why somebody is at the sign-in page

reason-over = Ihre Sitzung ist beendet. Melden Sie sich an, um fortzufahren.
reason-elsewhere = Sie haben sich in einem anderen Tab abgemeldet.

## Dialogs

over-heading = Ihre Sitzung ist beendet
over-lead = Diese Seite bleibt, wie sie ist, mit allem, was Sie eingegeben haben. Melden Sie sich wieder an, um fortzufahren.
over-link = Erneut anmelden (neuer Tab)
over-later = Nicht jetzt

## The account: profile

profile = Profil
member-since = Mitglied seit { $month }
edit = Bearbeiten
add = Hinzufügen
no-email = Keine Adresse
as-browser = Wie im Browser
reused-heading = Wir haben eine Anmeldung beendet, die vielleicht kopiert wurde
reused-lead = Wenn Sie sie nicht wiedererkennen, ändern Sie Ihr Passwort.
see-devices = Ihre Geräte ansehen

## Das Konto: Adresse

address-title = E-Mail-Adressen
address-lead = Mit einer bestätigten Adresse können Sie sich anmelden, ein vergessenes Passwort ersetzen, und Sie erfahren, wenn etwas mit Ihrem Konto geschieht.
address-unsent = { $address } ist noch nicht bestätigt.
address-off = Dieser Dienst sendet keine Mails, daher kann jetzt keine Adresse bestätigt werden.
address-sent = Wir haben eine Mail an { $address } gesendet. Geben Sie hier den Code daraus ein, oder öffnen Sie ihren Link.
address-link = Sie haben den Link geöffnet, den wir an { $address } gesendet haben.
address-change = Weitere Adresse?
address-change-lead = Mit jeder bestätigten Adresse können Sie sich anmelden, und alle erfahren, wenn etwas geschieht. Sobald eine weitere bestätigt ist, werden Sie überall sonst abgemeldet.
address-main = Hauptadresse
address-confirmed = Bestätigte Adressen
primary-name = { $address } zur Hauptadresse machen
remove-name = { $address } entfernen
ask-primary = { $address } zu Ihrer Hauptadresse machen?
ask-primary-lead = Sie wird mit Ihrem Konto angezeigt, und eine Mail für ein neues Passwort geht an sie, wenn Sie Ihren Benutzernamen angeben. Sie werden überall sonst abgemeldet. Die bisherige bleibt bestätigt, und eine Mail an sie kann das eine Woche lang rückgängig machen.
ask-remove = { $address } entfernen?
ask-remove-lead = Sie können sich nicht mehr damit anmelden, und es gehen keine Mails mehr an sie. Sie werden überall sonst abgemeldet. Eine Mail an sie kann das eine Woche lang rückgängig machen.
address-again = Keine Mail?
address-again-lead = Sehen Sie zuerst im Ordner für unerwünschte Mails nach.
address-mend = Falsche Adresse?
address-other = Dieser Link gehört zu einem anderen Konto
address-other-lead = Melden Sie sich hier ab und bei dem Konto an, für das er gesendet wurde, und öffnen Sie den Link noch einmal. Wenn Sie nichts davon wissen, ignorieren Sie die Mail: Niemand sonst kann Ihre Adresse bestätigen.
address-confirm = Bestätigen
verify-title = Adresse bestätigen
address-is = { $address } ist bestätigt.
verify-none = Ihr Konto öffnet sich, sobald es eine bestätigte E-Mail-Adresse hat.
by-mail-title = Per Mail anmelden
by-mail-lead = Wir senden einen Code an die Adresse, die Sie bestätigt haben. Mit ihm melden Sie sich hier an, in diesem Browser.
by-mail-nothing = Haben Sie nie eine Adresse bestätigt, kann keine Mail gesendet werden. Melden Sie sich mit dem Passwort an, oder fragen Sie die Betreiber von { $service }.
by-mail-sent = Gibt es ein Konto mit diesem Namen und einer bestätigten Adresse, ist eine Mail unterwegs. Geben Sie den Code aus ihr hier ein. Er gilt zehn Minuten, nur in diesem Browser.
register-closed-title = Eine Einladung ist nötig
register-closed = Nur wer eingeladen ist, legt hier ein Konto an. Fragen Sie die Betreiber von { $service }.
invite-title = Willkommen bei { $service }
invite-lead = Sie sind eingeladen. Wählen Sie einen Benutzernamen und ein Passwort: Dann ist Ihr Konto da, und Sie sind angemeldet.
invite-address = Die Adresse Ihres Kontos ist { $address }. Sie ist bestätigt.
address-disowned = { $address } wurde von diesem Konto entfernt: Wer das Postfach liest, sagt, dass es nicht sein Konto ist. Haben Sie sich vertippt?

## The account: sign-in and security

security = Anmeldung & Sicherheit
password-set = Zuletzt festgelegt: { $when }
change = Ändern
recent-activity = Letzte Aktivität
failed-lately = { $count ->
    [0] Keine fehlgeschlagenen Anmeldungen in den letzten 7 Tagen
    [one] 1 fehlgeschlagene Anmeldung in den letzten 7 Tagen
   *[other] { $count } fehlgeschlagene Anmeldungen in den letzten 7 Tagen
}
see-all = Alle ansehen
devices-count = { $count ->
    [one] Nur hier angemeldet
   *[other] Auf { $count } Geräten angemeldet
}

## The account: devices

devices = Geräte
devices-lead = Browser und Apps, die bei Ihrem Konto angemeldet sind.
notice-on = Sie bekommen eine Mail, wenn sich ein neuer Browser oder ein neues Programm anmeldet.
notice-off = Sie bekommen keine Mail, wenn sich ein neuer Browser oder ein neues Programm anmeldet. Andere Sicherheitsmails werden gesendet.
this-browser = Dieser Browser
active-now = Jetzt aktiv
only-here = Sie sind nur hier angemeldet.
since-day = seit dem { $day }
unknown-address = unbekannte Adresse
sign-ins = { $count ->
    [one] 1 Anmeldung
   *[other] { $count } Anmeldungen
}
older-sessions = Ältere Geräte werden nicht angezeigt.
ask-one = { $device } abmelden?
ask-one-lead = { $device } ({ $address }): Dort ist danach eine neue Anmeldung nötig.
ask-others = Überall sonst abmelden?
ask-others-lead = Alle Ihre anderen Geräte werden abgemeldet. Hier bleiben Sie angemeldet.
ask-all = Überall abmelden?
ask-all-lead = Alle Ihre Geräte werden abgemeldet, auch dieser Browser.
device-on = { $browser } auf { $system }
device-browser-on = Browser auf { $system }
device-app = App („{ $name }“)
device-unknown = Unbekanntes Gerät
device-program = Unbekanntes Programm

## The account: activity

activity = Aktivität
activity-lead = Was mit Ihrem Konto geschehen ist. Wenn etwas davon nicht von Ihnen war, melden Sie die Geräte ab, die Sie nicht wiedererkennen, und ändern Sie Ihr Passwort.
activity-empty = Hier ist noch nichts.
activity-none-yet = Unter den neueren Ereignissen ist keines dieser Art.
filter = Anzeigen
show-all = Alle
show-sign-ins = Anmeldungen
show-failed = Fehlgeschlagene
show-changes = Änderungen
today = Heute
yesterday = Gestern
newest = Neueste
older = Ältere
was-refused = Abgelehnt
not-me = Das war ich nicht
not-me-heading = Halten Sie andere fern
not-me-lead = Wählen Sie ein neues Passwort. Alle anderen Geräte werden sofort abgemeldet. Sehen Sie danach nach, ob in Ihrem Profil etwas nicht von Ihnen stammt.
event-why = { $what }: { $why }
event-by = { $what } ({ $by })
by-operator = durch den Betreiber dieses Dienstes
by-system = durch den Dienst selbst
by-admin = durch die Administration
event = { $kind ->
    [login] Angemeldet
    [login-begin] Passwort richtig, Code angefordert
    [logout] Abgemeldet
    [register] Konto erstellt
    [invitation-accept] Konto durch eine Einladung angelegt
    [reauthenticate] Passwort bestätigt
    [profile-update] Profil geändert
    [notices-choose] Mails über neue Anmeldungen ein- oder ausgeschaltet
    [username-change] Benutzername geändert
    [session-revoke] Ein Gerät wurde abgemeldet
    [session-reuse] Eine kopierte Anmeldung wurde benutzt und beendet
    [session-replay] Eine Anmeldung wurde mit einem älteren Schlüssel fortgesetzt
    [session-renew] Die Schlüssel einer Anmeldung wurden ersetzt
    [alert-dismiss] Ein Hinweis wurde ausgeblendet
    [session-supersede] Neu angemeldet, anstelle der vorherigen Anmeldung
    [access] Zugelassen
    [user-disable] Konto gesperrt
    [user-enable] Konto entsperrt
    [user-unlock] Fehlgeschlagene Anmeldungen vergessen
    [role-grant] Eine Rolle wurde vergeben
    [role-withdraw] Eine Rolle wurde entzogen
    [user-app_metadata] Was die App über Sie speichert, wurde geändert
    [password-change] Passwort geändert
    [password-set] Ein neues Passwort wurde festgelegt
    [address-set] Eine Adresse wurde angegeben
    [address-ask] Eine Mail zur Bestätigung einer Adresse wurde angefordert
    [address-verify] Eine Adresse wurde bestätigt
    [address-withdraw] Eine Adresse wurde vor ihrer Bestätigung entfernt
    [address-refuse] Eine Adresse wurde vom Inhaber ihres Postfachs entfernt
    [address-add] Eine weitere Adresse wurde bestätigt
    [address-change] Die Hauptadresse wurde geändert
    [address-remove] Eine bestätigte Adresse wurde entfernt
    [address-undo] Eine Änderung der Adressen wurde per Mail rückgängig gemacht
    [account-secure] Alle wurden per Mail abgemeldet, und das Passwort wurde ungültig
    [recovery-ask] Eine Mail für ein neues Passwort wurde angefordert
    [mail_code-ask] Eine Mail mit einem Code zum Anmelden wurde angefordert
    [mail_code-give] Der Code einer Mail zum Anmelden war richtig
    [recovery-code] Der Code einer Mail für ein neues Passwort war richtig
    [password-reset] Ein neues Passwort wurde per Mail gewählt
    [user-import] Konto von anderswo übernommen
    [setup-claim] Administrationsrechte über den Einrichtungslink erhalten
    [totp-set] Anmeldung in zwei Schritten eingerichtet
    [totp-remove] Anmeldung in zwei Schritten entfernt
    [recovery_codes-set] Neue Ersatzcodes erstellt
    [deletion-ask] Die Löschung des Kontos wurde beantragt
    [deletion-stop] Das Konto wurde behalten
    [user-erase] Konto gelöscht
    [data-export] Alle Daten über Sie wurden heruntergeladen
    [trusted_device-set] Ein Browser wurde als vertrauenswürdig markiert
    [trusted_device-remove] Einem Browser wird nicht mehr vertraut
    [trusted_device-reuse] Ein veraltetes oder kopiertes Cookie eines vertrauenswürdigen Browsers wurde benutzt
    [passkey-set] Ein Passkey wurde hinzugefügt
    [passkey-rename] Ein Passkey bekam einen anderen Namen
    [passkey-remove] Ein Passkey wurde entfernt
    [passkey-counter] Der Zähler eines Passkeys ging zurück
    [app-allow] Eine App wurde zugelassen
    [app-deny] Eine App wurde nicht zugelassen
    [app-start] Eine App hat Sie angemeldet
    [app-code_replay] Ein Code einer App wurde zweimal verwendet, und was er gab, wurde beendet
    [app-withdraw] Was eine App darf, wurde zurückgenommen
    [app-end] Eine App hat Sie abgemeldet
   *[other] Etwas wurde geändert
}
event-refused = { $kind ->
    [login] Fehlgeschlagene Anmeldung
    [register] Ein Konto konnte nicht erstellt werden
    [reauthenticate] Passwort nicht bestätigt
    [access] Etwas wurde abgelehnt
    [password-change] Passwort nicht geändert
    [address-verify] Eine Adresse wurde nicht bestätigt
    [recovery-code] Der Code einer Mail war falsch
    [mail_code-give] Ein Code einer Mail zum Anmelden war falsch
    [setup-claim] Der Einrichtungslink war nicht gültig
    [session-reuse] Eine kopierte Anmeldung wurde benutzt und beendet
    [app-code_replay] Ein Code einer App wurde zweimal verwendet, und was er gab, wurde beendet
    [session-replay] Eine Anmeldung wurde mit einem älteren Schlüssel fortgesetzt
    [trusted_device-reuse] Ein veraltetes oder kopiertes Cookie eines vertrauenswürdigen Browsers wurde benutzt; ihm wird nicht mehr vertraut
   *[other] Etwas wurde abgelehnt
}
outcome = { $outcome ->
    [wrong_password] falsches Passwort
    [wrong_code] falscher Code
    [unknown_account] unbekannter Name
    [account_disabled] das Konto war gesperrt
    [password_too_weak] das Passwort ist zu schwach, um hier verwendet zu werden
    [limited] zu viele Versuche
    [overtaken] das Konto wurde gerade geändert
    [insufficient_scope] für dieses Konto nicht erlaubt
    [stale_form] die Seite gehörte zu einer früheren Anmeldung oder war zu lange geöffnet
    [session_mismatch] zwei verschiedene Anmeldungen
    [account_leaving] die Löschung des Kontos war beantragt
    [wrong_passkey] die Antwort eines Passkeys war falsch
    [unknown_passkey] unbekannter Passkey
    [address_unverified] die Adresse war nicht bestätigt
   *[other] ?
}

## The account: data

data = Daten
data-lead = Was dieser Dienst über Sie speichert, und wie Sie Ihr Konto löschen.
data-heading = Ihre Daten herunterladen
data-file = Eine Datei (JSON) mit dem, was dieser Dienst über Sie speichert. Was fehlt, etwa der Hash Ihres Passworts, ist darin mit dem Grund genannt.
leave-heading = Das Konto löschen
leave-lead = { $days ->
    [one] Sie werden überall abgemeldet, und niemand kann das Konto benutzen. Nach 1 Tag wird es mit allem darin gelöscht; im Protokoll des Dienstes bleiben Netzadressen einige Zeit, ohne Ihren Namen. Bis dahin können Sie sich anmelden und es behalten.
   *[other] Sie werden überall abgemeldet, und niemand kann das Konto benutzen. Nach { $days } Tagen wird es mit allem darin gelöscht; im Protokoll des Dienstes bleiben Netzadressen einige Zeit, ohne Ihren Namen. Bis dahin können Sie sich anmelden und es behalten.
}
leave-type = Geben Sie zur Bestätigung Ihren Benutzernamen { $name } ein.
leaving-title = Das Konto behalten?
leaving-of = Das Konto { $name } ist geschlossen, weil seine Löschung beantragt wurde.
leaving-until = Es wird nach diesem Zeitpunkt gelöscht: { $when }.
leaving-lead = Wenn Sie es behalten, ist alles wie zuvor, und Sie melden sich neu an.
leaving-go = Gehen und es löschen lassen
leaving-kept = Ihr Konto bleibt. Melden Sie sich an, um es zu benutzen.
leaving-not-kept = Das hat zu lange gedauert. Ihr Konto wird noch gelöscht. Um es zu behalten, melden Sie sich noch einmal an.

## The account: developer

roles = Rollen
developer = Entwicklung
developer-lead = Was Ihre Apps von Ihnen sehen, und Ihr Zugriffstoken.
user-id = Benutzer-ID
metadata = Metadaten
metadata-lead = Diese Daten können Sie ändern, selbst oder über eine App, die für Sie handelt. Rechte ergeben sich daraus nicht.
app-metadata = App-Metadaten
app-metadata-lead = Was die App über Sie speichert. Sie können es sehen; ändern können es die App und ihr Betreiber.
json-bytes = { $bytes ->
    [one] 1 Byte von 16 KiB
   *[other] { $bytes } Bytes von 16 KiB
}
panel = Geschützte API aufrufen
panel-lead = Sendet das Zugriffstoken dieses Browsers.
panel-asleep = Dieser Teil braucht JavaScript und WebAssembly.
panel-request = Anfrage
panel-answer = Antwort
panel-send = Anfrage senden
panel-call = Serverfunktion aufrufen
panel-show = Token zeigen
panel-busy = Wird gesendet …
panel-copy-token = Token kopieren
panel-copy-curl = Als curl kopieren
panel-token = Zugriffstoken
panel-header = Header
panel-claims = Claims
panel-expired = Abgelaufen
panel-left = Noch { $minutes } min { $seconds } s

## Set-up is done

ready = { $service } ist bereit
ready-lead = Sie haben jetzt die Administrationsrechte. Drei Schritte, bevor sich andere anmelden:
ready-admin = Administratorkonto erstellt
ready-admin-hint = Bewahren Sie das Passwort dort auf, wo Sie es wiederfinden. vestibule user create --admin NAME erstellt ein zweites Administratorkonto.
ready-name = Namen geben
ready-name-hint = Setzen Sie VESTIBULE_BRAND_NAME und, wenn Sie möchten, ein Logo und eine Farbe.
ready-https = https einrichten
ready-https-hint = Setzen Sie VESTIBULE_PUBLIC_URL auf eine https://-Adresse, hinter einem Proxy oder mit einem eigenen Zertifikat.
ready-done = Erledigt
ready-open = Offen
ready-doctor = vestibule doctor prüft den Rest.
ready-found = Was bei einem Blick auf diesen Server auffiel
ready-go = Zu Ihrem Konto

## Mails
# An operator can replace the messages whose names begin with "mail-": docs/mail.md.

mail-subject = { $kind ->
    [sign_in] Neue Anmeldung bei Ihrem Konto bei { $service }
    [sign_in_quiet] Mails über neue Anmeldungen bei { $service } sind aus
    [password_changed] Ihr Passwort bei { $service } wurde geändert
    [password_set] Ihr Konto bei { $service } hat ein neues Passwort
    [username_changed] Ihr Benutzername bei { $service } wurde geändert
    [role_granted] Ihr Konto bei { $service } hat eine neue Rolle
    [role_withdrawn] Ihr Konto bei { $service } hat eine Rolle verloren
    [account_disabled] Ihr Konto bei { $service } wurde gesperrt
    [account_enabled] Ihr Konto bei { $service } ist wieder freigegeben
    [session_reuse] Eine kopierte Anmeldung bei { $service } wurde beendet
    [sessions_ended] Ihr Konto bei { $service } wurde abgemeldet
    [verify_address] Bestätigen Sie Ihre Adresse für { $service }
    [address_used] Jemand hat Ihre Adresse bei { $service } verwendet
    [address_asked] Bei { $service } wurde eine neue Adresse angegeben
    [address_replaced] Die Hauptadresse Ihres Kontos bei { $service } wurde geändert
    [address_new] Diese Adresse gehört jetzt zu Ihrem Konto bei { $service }
    [address_dropped] Diese Adresse wurde von Ihrem Konto bei { $service } entfernt
    [addresses_changed] Die Adressen Ihres Kontos bei { $service } wurden geändert
    [address_restored] Die Adresse Ihres Kontos bei { $service } gilt wieder
    [address_removed] Diese Adresse gehört nicht mehr zu einem Konto bei { $service }
    [secured] Ihr Konto bei { $service } ist überall abgemeldet
    [many_failures] Viele fehlgeschlagene Anmeldungen bei Ihrem Konto bei { $service }
    [reset] Neues Passwort für { $service } wählen
    [invitation] Ihre Einladung zu { $service }
    [invitation_made] Ihr Konto bei { $service } hat eine Einladung ausgestellt
    [invitation_accepted] Ihre Einladung zu { $service } wurde angenommen
    [sign_in_code] Ihr Code für { $service }
    [after_closing] Ihr Konto bei { $service } braucht ein neues Passwort
    [password_reset] Ihr Passwort bei { $service } wurde zurückgesetzt
    [factor_set] Die Anmeldung in zwei Schritten bei { $service } ist an
    [factor_removed] Die Anmeldung in zwei Schritten bei { $service } ist aus
    [factor_taken] Die Anmeldung in zwei Schritten bei { $service } wurde entfernt
    [passkey_set] Ein Passkey für Ihr Konto bei { $service } wurde hinzugefügt
    [passkey_removed] Ein Passkey Ihres Kontos bei { $service } wurde entfernt
    [passkey_counter] Ein Passkey Ihres Kontos bei { $service } wurde vielleicht kopiert
    [codes_set] Neue Ersatzcodes für Ihr Konto bei { $service }
    [code_used] Ein Ersatzcode Ihres Kontos bei { $service } wurde verwendet
    [wrong_codes] Jemand kennt Ihr Passwort bei { $service }
    [test] Testmail von { $service }
    [deletion_asked] Ihr Konto bei { $service } wird gelöscht
    [deletion_soon] Ihr Konto bei { $service } wird innerhalb von drei Tagen gelöscht
    [deletion_stopped] Ihr Konto bei { $service } bleibt
    [account_erased] Ihr Konto bei { $service } wurde gelöscht
    [data_exported] Die Daten Ihres Kontos bei { $service } wurden heruntergeladen
    [browser_trusted] Ihr Konto bei { $service } vertraut einem Browser
    [trust_reuse] Ein vertrauenswürdiger Browser Ihres Kontos bei { $service } wurde vielleicht kopiert
   *[other] Zu Ihrem Konto bei { $service }
}
mail-lead = { $kind ->
    [sign_in] Bei Ihrem Konto bei { $service } hat sich ein Browser oder eine App angemeldet, die dort neu ist.
    [sign_in_quiet] Die Mails über Anmeldungen mit neuen Browsern und Programmen wurden für Ihr Konto bei { $service } ausgeschaltet. Alle anderen Sicherheitsmails werden weiter gesendet.
    [password_changed] Das Passwort Ihres Kontos wurde geändert. Alle anderen Geräte sind abgemeldet.
    [password_set] Die Betreiber von { $service } haben Ihrem Konto ein neues Passwort gegeben. Alle Geräte sind abgemeldet.
    [username_changed] Der Benutzername Ihres Kontos wurde von { $before } in { $username } geändert.
    [role_granted] Die Betreiber von { $service } haben Ihrem Konto die Rolle „{ $role }“ gegeben.
    [role_withdrawn] Die Betreiber von { $service } haben Ihrem Konto die Rolle „{ $role }“ genommen.
    [account_disabled] Die Betreiber von { $service } haben Ihr Konto gesperrt. Niemand kann sich dort anmelden.
    [account_enabled] Die Betreiber von { $service } haben Ihr Konto wieder freigegeben. Sie können sich anmelden.
    [session_reuse] Ein altes Token einer Anmeldung bei Ihrem Konto wurde noch einmal benutzt. Es könnte kopiert worden sein, deshalb haben wir diese Anmeldung beendet.
    [sessions_ended] Die Betreiber von { $service } haben Ihr Konto auf seinen Geräten oder auf einem davon abgemeldet.
    [verify_address] Diese Adresse wurde für ein Konto bei { $service } angegeben. Wenn Sie das waren, bestätigen Sie sie innerhalb eines Tages, während Sie dort angemeldet sind.
    [address_used] Jemand hat Ihre Adresse für ein anderes Konto bei { $service } angegeben. Für dieses Konto wird sie nicht verwendet. Wenn Sie das waren, melden Sie sich bei dem Konto an, das Sie schon haben.
    [address_asked] Jemand, der bei Ihrem Konto angemeldet ist, hat eine weitere Adresse dafür angegeben. Es ändert sich nichts, bis diese bestätigt ist.
    [address_replaced] Ihr Konto hat eine andere Hauptadresse anstelle dieser, die bestätigt bleibt. Alle anderen Geräte sind abgemeldet. Wenn wir es Ihnen schon mitgeteilt haben, haben Sie ab jetzt eine weitere Woche Zeit.
    [address_new] Diese Adresse wurde für Ihr Konto bestätigt, neben denen, die es hat. Alle anderen Geräte sind abgemeldet.
    [address_dropped] Diese Adresse wurde von Ihrem Konto entfernt und wird nicht mehr verwendet. Alle anderen Geräte sind abgemeldet. Wenn wir es Ihnen schon mitgeteilt haben, haben Sie ab jetzt eine weitere Woche Zeit.
    [addresses_changed] Eine Adresse Ihres Kontos kam dazu oder wurde entfernt, eine andere ist jetzt die Hauptadresse, oder eine solche Änderung wurde rückgängig gemacht. Auf der Seite Ihres Kontos sehen Sie alle. Andere Geräte sind abgemeldet. Wenn wir es Ihnen schon mitgeteilt haben, haben Sie ab jetzt eine weitere Woche Zeit.
    [address_restored] Eine Änderung der Adressen Ihres Kontos wurde mit einem Link rückgängig gemacht, den wir an diese Adresse gesendet hatten. Sie ist die Hauptadresse, und was seitdem zum Konto kam, ist entfernt. Alle Geräte sind abgemeldet, und das Passwort gilt nicht mehr. Eine weitere Mail führt zu einem neuen. Wenn ein Code verlangt wird, den Sie nicht haben, fragen Sie die Betreiber von { $service }.
    [address_removed] Eine Änderung der Adressen des Kontos wurde rückgängig gemacht, und diese gehört nicht mehr dazu.
    [secured] Jemand hat den Link aus einer Ihrer Sicherheitsmails geöffnet und gesagt, dass er es nicht war. Alle Geräte sind abgemeldet, und das Passwort gilt nicht mehr. Eine Mail, die zu einem neuen führt, ging an die Adresse, die das Konto seit einer Woche oder länger hat. Wenn es keine gibt, fordern Sie auf der Anmeldeseite eine Mail an. Passkeys, die vor mehr als sieben Tagen hinzugefügt wurden, gelten weiterhin: Sehen Sie sie danach durch. Wenn ein Code verlangt wird, den Sie nicht haben, fragen Sie die Betreiber von { $service }.
    [many_failures] Jemand hat bei Ihrem Konto so oft falsche Passwörter versucht, dass wir nur noch ab und zu einen Versuch zulassen. Keiner dieser Versuche kam hinein.
    [after_closing] Alle Geräte wurden von Ihrem Konto abgemeldet, und sein Passwort gilt nicht mehr, weil der Leser einer Sicherheitsmail das wollte. Wählen Sie innerhalb von 30 Minuten ein neues. Später fordern Sie auf der Anmeldeseite noch eine Mail an. Wenn ein Code verlangt wird, den Sie nicht haben, fragen Sie die Betreiber von { $service }.
    [reset] Jemand hat ein neues Passwort für Ihr Konto bei { $service } angefordert. Wenn Sie das waren, wählen Sie es innerhalb von 30 Minuten. Alle Geräte werden dann abgemeldet.
    [invitation] Sie sind eingeladen, ein Konto bei { $service } anzulegen. Der Link gilt einmal.
    [invitation_made] Jemand, der in Ihrem Konto angemeldet ist, hat eine Einladung zu { $service } ausgestellt. Wer sie annimmt, hat die Rolle „{ $role }“.
    [invitation_accepted] Eine Einladung von Ihnen wurde angenommen: { $before } hat jetzt ein Konto bei { $service }.
    [sign_in_code] Jemand meldet sich per Mail bei Ihrem Konto bei { $service } an. Sind Sie das, geben Sie diesen Code innerhalb von zehn Minuten auf der Seite ein, auf der Sie ihn angefordert haben.
    [password_reset] Für Ihr Konto wurde ein neues Passwort gewählt, mit einem Link oder Code, den wir Ihnen gesendet haben. Alle Geräte sind abgemeldet.
    [factor_set] Für Ihr Konto wurde eine Authenticator-App eingerichtet. Zum Anmelden ist jetzt ein Code daraus nötig. Alle anderen Geräte sind abgemeldet.
    [factor_removed] Die Authenticator-App Ihres Kontos wurde entfernt. Zum Anmelden genügt Ihr Passwort. Alle anderen Geräte sind abgemeldet.
    [factor_taken] Der Betreiber von { $service } hat Authenticator-App, Wiederherstellungscodes und Passkeys Ihres Kontos entfernt. Zum Anmelden genügt nun Ihr Passwort. Wenn Sie keines haben, wählen Sie auf der Anmeldeseite eines über „Passwort vergessen“. Alle Geräte sind abgemeldet.
    [passkey_set] Für Ihr Konto wurde ein Passkey hinzugefügt. Wer ihn hat, kann sich ohne Ihr Passwort anmelden.
    [passkey_removed] Ein Passkey Ihres Kontos wurde entfernt. Er meldet niemanden mehr an. Alle anderen Geräte sind abgemeldet.
    [passkey_counter] Jemand hat sich bei Ihrem Konto mit einem Passkey angemeldet, dessen Zähler zurückging. Vielleicht gibt es eine Kopie des Geräts, auf dem er ist. Wenn Sie den Grund nicht kennen, entfernen Sie den Passkey.
    [codes_set] Für Ihr Konto wurden neue Ersatzcodes erstellt. Frühere gelten nicht mehr.
    [code_used] Bei Ihrem Konto hat sich jemand mit einem Ersatzcode statt mit Ihrer Authenticator-App angemeldet. Der Code gilt nicht mehr.
    [wrong_codes] Jemand hat Ihr richtiges Passwort und danach mehrere falsche Codes eingegeben. Mit ihnen wurde niemand angemeldet. Wenn Sie das nicht waren, kennt jemand Ihr Passwort.
    [test] Wenn Sie das lesen können, kommen Mails von { $service } an.
    [deletion_asked] Die Löschung Ihres Kontos wurde beantragt. Alle Geräte sind abgemeldet, und niemand kann das Konto benutzen, bis es mit allem darin gelöscht wird.
    [deletion_soon] Die Löschung Ihres Kontos wurde beantragt, und die Frist ist fast vorbei.
    [deletion_stopped] Ihr Konto wird nicht gelöscht. Es ist wie zuvor, und jedes Gerät muss sich neu anmelden.
    [account_erased] Ihr Konto wurde mit allem darin gelöscht. Dies ist die letzte Mail dazu.
    [data_exported] Jemand, der bei Ihrem Konto angemeldet ist, hat alle Daten heruntergeladen, die { $service } über Sie speichert.
    [browser_trusted] Jemand hat sich mit Passwort und Code bei Ihrem Konto angemeldet und diesen Browser als vertrauenswürdig markiert. In den nächsten Tagen wird dort nur nach dem Passwort gefragt und nach keinem Code.
    [trust_reuse] Jemand hat sich mit dem richtigen Passwort und einem veralteten Cookie eines Browsers angemeldet, dem Sie vertrauen. Es könnte kopiert worden sein. Deshalb wird diesem Browser nicht mehr vertraut, und alle Anmeldungen ohne Code wurden beendet.
   *[other] An Ihrem Konto bei { $service } hat sich etwas geändert.
}
mail-account = Konto
mail-when = Wann
mail-device = Womit
mail-works-until = Gültig bis
mail-erase-after = Löschung nach
mail-advice-own = Wenn Sie das waren, ist nichts zu tun. Wenn nicht, wählen Sie jetzt ein neues Passwort: Das meldet alle anderen Geräte ab.
mail-advice-ask = Wenn Sie das nicht erwartet haben, fragen Sie die Betreiber von { $service }.
mail-advice-keep = Um das Konto zu behalten, melden Sie sich vorher an. Wenn Sie das nicht beantragt haben, melden Sie sich jetzt an, und wählen Sie ein neues Passwort.
mail-see-devices = Geräte ansehen
mail-new-password = Neues Passwort wählen
mail-undo = Wenn Sie das nicht waren, machen Sie es rückgängig. Der Link gilt eine Woche: Diese Adresse ist wieder die Hauptadresse Ihres Kontos, Adressen, die vor Kurzem dazukamen, werden entfernt, und alle werden abgemeldet.
mail-undo-go = Änderung rückgängig machen
mail-not-me = Wenn jemand anderes in Ihrem Konto ist, benutzen Sie diesen Link. Er gilt eine Woche: Er meldet alle ab und macht das Passwort ungültig. Ein neues wählen Sie per Mail.
mail-not-me-go = Das war ich nicht
mail-refuse = Wenn Sie von diesem Konto nichts wissen, können Sie Ihre Adresse davon entfernen. Der Link gilt eine Woche.
mail-refuse-go = Das ist nicht mein Konto
mail-failed-from = { $sources ->
    [one] Sie kamen von 1 Netzadresse.
   *[other] Sie kamen von { $sources } Netzadressen.
}
mail-advice-guessed = Wenn Sie das waren, wählen Sie über den Link für vergessene Passwörter auf der Anmeldeseite ein neues. Wenn nicht, ist nichts zu tun, solange Ihr Passwort lang ist und nirgends sonst gilt; sonst wählen Sie ein anderes. Wo Sie sich schon angemeldet haben, können Sie sich anmelden wie immer.
mail-keep = Das Konto behalten
mail-go = { $kind ->
    [reset] Neues Passwort wählen
    [invitation] Konto anlegen
    [after_closing] Neues Passwort wählen
    [verify_address] Diese Adresse bestätigen
   *[other] Weiter
}
mail-code = Oder geben Sie diesen Code auf der Seite ein, auf der Sie diese Mail angefordert haben:
mail-code-alone = Geben Sie diesen Code auf der Seite ein, auf der Sie diese Mail angefordert haben:
mail-ignore = { $kind ->
   *[other] Wenn Sie das nicht waren, ignorieren Sie diese Mail: Es hat sich nichts geändert. Geben Sie den Code niemandem.
}
mail-reason = { $kind ->
    [verify_address] Sie bekommen diese Mail, weil jemand diese Adresse bei { $service } ({ $host }) angegeben hat.
    [invitation] Sie bekommen diese Mail, weil die Betreiber von { $service } ({ $host }) diese Adresse eingeladen haben. Erwarten Sie das nicht, ignorieren Sie sie.
   *[other] Sie bekommen diese Mail, weil sie die Sicherheit Ihres Kontos bei { $service } ({ $host }) betrifft.
}
mail-never = Niemand von { $service } wird Sie jemals nach Ihrem Passwort fragen.
address-refused = Der Mailserver dieser Adresse hat unsere letzte Mail abgelehnt. Bitten Sie die Betreiber dieses Dienstes, sie zu berichtigen.

## Andere Programme: mit diesem Dienst anmelden

oauth-bad-title = Diese Anmeldung geht nicht
oauth-bad-malformed = Die App hat Sie mit einer Anfrage hergeschickt, die nicht lesbar ist. Gehen Sie zu ihr zurück und sagen Sie es ihrem Hersteller.
oauth-bad-client = Die App, die Sie hergeschickt hat, ist nicht bekannt oder ausgeschaltet. Sie muss neu verbunden werden.
oauth-bad-uri = Die App, die Sie hergeschickt hat, möchte Sie zu einer Adresse schicken, die nicht ihre eigene ist. Sie wurden nicht dorthin geschickt. Sagen Sie es ihrem Hersteller.
oauth-over-title = Diese Anmeldung ist vorbei
oauth-over-lead = Sie wurde schon beantwortet oder hat zu lange gedauert. Gehen Sie zur App zurück und beginnen Sie dort neu.
login-onward = Melden Sie sich an, um zu { $name } weiterzugehen.
proof-for = { $name } bittet Sie zu bestätigen, wer Sie sind.
choose-title = Konto wählen
choose-heading = Weiter zu { $name } als
choose-this = Weiter als { $name }
choose-other = Ein anderes Konto verwenden
consent-title = Zugriff erlauben?
consent-heading = { $name } bittet um Zugriff
consent-lead = Die App kann dann:
consent-account = Sie sind als { $name } angemeldet.
consent-not-you = Sind Sie das nicht?
consent-at = bei { $name }
consent-new = neu
consent-place = Sie werden zu { $name } geschickt.
consent-here = Sie werden zu einem Programm auf diesem Computer geschickt. Erlauben Sie das nur, wenn Sie es gerade gestartet haben.
consent-own = Diese App gehört zu diesem Dienst.
consent-checked = Der Betreiber dieses Dienstes hat diese App verbunden.
consent-online = Der Zugriff endet, wenn Sie sich abmelden.
consent-offline = Der Zugriff bleibt, wenn Sie sich abmelden, bis Sie ihn entziehen.
consent-yes = Erlauben
consent-no = Nicht erlauben
consent-policy = Was sie mit Ihren Daten macht
consent-terms = Ihre Bedingungen
consent-forbidden = Sie dürfen { $name } nicht benutzen
consent-forbidden-lead = Ihrem Konto fehlt die Rolle, für die die App ist. Über Sie wurde nichts mitgeteilt.
consent-contact = Fragen Sie { $contact }.
consent-back = Zurück zu { $name }
scope-openid = wissen, dass Sie es sind
scope-profile = Ihren Namen und Benutzernamen sehen
scope-email = Ihre E-Mail-Adresse sehen
scope-offline = den Zugriff behalten, wenn Sie sich abmelden
scope-roles = Ihre Rollen sehen
onward-title = Es geht weiter
onward-heading = Weiter zu { $name }
onward-lead = Sie werden zurückgeschickt. Wenn nichts geschieht, folgen Sie dem Link.
onward-link = Weiter
onward-open = App öffnen
onward-open-lead = Ihr Browser öffnet die App, wenn Sie klicken.
onward-post-lead = Noch ein Schritt: Gehen Sie weiter, dann sind Sie wieder in der App.
signed-out-title = Sie sind abgemeldet
signed-out-lead = In diesem Browser ist niemand bei diesem Dienst angemeldet. Andere Apps kennen Sie vielleicht noch.
sign-out-title = Abmelden?
sign-out-heading = Bei { $service } abmelden?
sign-out-of = { $name } bittet darum. Sie werden hier abgemeldet und in den Apps, die Sie von hier aus benutzen.
apps = Apps mit Zugriff
apps-lead = Was Sie andere Apps wissen und tun lassen. Wenn Sie es entziehen, endet der Zugriff sofort.
apps-count = { $count ->
    [0] Keine App hat Zugriff.
    [one] Eine App hat Zugriff.
   *[other] { $count } Apps haben Zugriff.
}
apps-none = Keine App hat Zugriff auf Ihr Konto.
apps-since = seit { $when }
apps-used = zuletzt benutzt { $when }
apps-offline = Der Zugriff bleibt, wenn Sie sich abmelden.
apps-online = Der Zugriff endet, wenn Sie sich abmelden.
apps-withdraw = Zugriff entziehen
apps-withdraw-name = { $name } den Zugriff entziehen
