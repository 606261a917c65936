"""Sends mails from Vestibule to an SMTP server of another make, and reads them with other programs.

    python judge.py VESTIBULE FOLDER PORT

VESTIBULE is the binary, FOLDER a folder with cert.pem and key.pem for localhost, and other.pem of somebody else; PORT is the
first of two ports.
"""

import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

from message import judge
from relay import PASSWORD, USER, Relay

KILLS = 25
WITHIN = 60
SECRET = "correct horse battery"
LANGUAGES = ("en", "de", "ar")
PEOPLE = {
    "ada": "Ada@Example.org",
    "bob": "bob@Bücher.example",
    "eve": "e..ve@example.org",
    "w" * 64: "long@example.org",
}


class Vestibule:
    """Commands of the binary, and its server."""

    def __init__(self, binary: str, folder: Path, port: int, relay_port: int) -> None:
        (folder / "password").touch(mode=0o600)
        (folder / "password").write_bytes(PASSWORD + b"\n")
        self.binary, self.folder, self.process = binary, folder, None
        self.origin = f"http://localhost:{port}"
        self.environment = {
            "PATH": os.environ["PATH"],
            "VESTIBULE_DATA_DIR": str(folder / "data"),
            "VESTIBULE_LISTEN": f"127.0.0.1:{port}",
            "VESTIBULE_BRAND_NAME": "Acme & Söhne",
            "VESTIBULE_BRAND_SUPPORT": "mailto:help@acme.example",
            "VESTIBULE_BRAND_ACCENT": "#5b3df5",
            "VESTIBULE_MAIL_SERVER": "localhost",
            "VESTIBULE_MAIL_PORT": str(relay_port),
            "VESTIBULE_MAIL_TLS": "starttls",
            "VESTIBULE_MAIL_USER": USER.decode(),
            "VESTIBULE_MAIL_PASSWORD_FILE": str(folder / "password"),
            "VESTIBULE_MAIL_CA_FILE": str(folder / "cert.pem"),
            "VESTIBULE_MAIL_FROM": "Acme, Inc. <no-reply@acme.example>",
            "VESTIBULE_MAIL_REPLY_TO": "help@acme.example",
            "VESTIBULE_MAIL_BOUNCE": "bounces@acme.example",
        }

    def run(self, *arguments: str, text: str = "") -> str:
        done = subprocess.run(
            [self.binary, *arguments], env=self.environment, input=text, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, (arguments, done.stdout, done.stderr)
        return done.stdout

    def start(self) -> None:
        log = (self.folder / "log").open("ab")
        self.process = subprocess.Popen([self.binary, "serve"], env=self.environment, stdout=log, stderr=log)
        until(lambda: self.process.poll() is not None or self.answers(), "the server starts")
        assert self.process.poll() is None, (self.folder / "log").read_text()

    def end(self, how: signal.Signals) -> None:
        self.process.send_signal(how)
        self.process.wait()

    def answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.origin}/readyz", timeout=5) as answer:
                return answer.status == 200
        except OSError:
            return False

    def post(self, path: str, body: dict) -> dict:
        request = urllib.request.Request(
            f"{self.origin}{path}", json.dumps(body).encode(), {"Content-Type": "application/json"}
        )
        with urllib.request.urlopen(request, timeout=WITHIN) as answer:
            return json.loads(answer.read())

    def sql(self, statement: str, *values) -> list:
        with sqlite3.connect(self.folder / "data" / "vestibule.db", timeout=WITHIN) as connection:
            return connection.execute(statement, values).fetchall()


def until(is_true, what: str) -> None:
    """Waits until something is true."""
    end = time.monotonic() + WITHIN
    while not is_true():
        assert time.monotonic() < end, f"{what}: not within {WITHIN} s"
        time.sleep(0.02)


def every_kind(vestibule: Vestibule, relay: Relay) -> None:
    """Each notice in each language, to unusual addresses, read by other programs."""
    lines = [
        json.dumps({"username": name, "email": address, "email_verified": True}) for name, address in PEOPLE.items()
    ]
    # The first account makes the database; and the others are never the last administrator.
    vestibule.run("user", "create", "operator", "--admin", "--password-stdin", text=SECRET)
    vestibule.run("user", "import", "-", text="\n".join(lines))
    vestibule.start()
    begun = int(time.time())
    expected = 0
    for language in LANGUAGES:
        vestibule.sql("update users set locale = ?", language)
        for name in PEOPLE:
            vestibule.run("user", "password", name, "--password-stdin", text=f"{SECRET} {language}")
            vestibule.post("/api/v1/login", {"identifier": name, "password": f"{SECRET} {language}", "session": "token"})
            vestibule.run("user", "grant", name, "admin")
            vestibule.run("user", "withdraw", name, "admin")
            vestibule.post("/api/v1/login", {"identifier": name, "password": f"{SECRET} {language}", "session": "token"})
            vestibule.run("session", "end", name)
            vestibule.run("user", "disable", name)
            vestibule.run("user", "enable", name)
            # The first sign-in is from a new program, and so is each after its sessions have ended.
            expected += 7
    until(lambda: vestibule.sql("select count(*) from outbox where state <> 'sent'") == [(0,)], "all are sent")
    heard = relay.all()
    written = vestibule.sql("select count(*) from outbox")[0][0]
    assert len(heard) == written >= expected, (len(heard), written, expected)
    said = [judge(one, "localhost", vestibule.origin, begun) for one in heard]
    assert len({one["id"] for one in said}) == len(said), "an id is there twice"
    assert {one["to"] for one in said} == {
        "Ada@example.org", "bob@xn--bcher-kva.example", "e..ve@example.org", "long@example.org",
    }, {one["to"] for one in said}
    # Python takes the quotes away, and takes dots in a row without them too.
    quoted = [one for one in heard if one.recipients == ["e..ve@example.org"]]
    assert quoted and all(b'\r\nTo: "e..ve"@example.org\r\n' in one.content for one in quoted), quoted[:1]
    for language in LANGUAGES:
        subjects = {one["subject"] for one in said if one["language"] == language}
        assert len(subjects) >= 7, (language, subjects)
    print(f"  ok      {len(said)} mails in {len(LANGUAGES)} languages, as email (strict) and html5lib (strict) read them")
    vestibule.run("mail", "test", "ada@example.org")
    judge(relay.all()[-1], "localhost", vestibule.origin, begun)
    refused = subprocess.run(
        [vestibule.binary, "mail", "test", "ada@example.org"],
        env=vestibule.environment | {"VESTIBULE_MAIL_CA_FILE": str(vestibule.folder / "other.pem")},
        capture_output=True, text=True, check=False,
    )
    assert refused.returncode == 1 and "Tls" in refused.stderr, refused
    print("  ok      a test mail, and none to a server with another certificate")
    vestibule.end(signal.SIGTERM)


def killed(vestibule: Vestibule, relay: Relay) -> None:
    """kill -9 at random moments: nothing is lost, and what comes twice is the same message."""
    vestibule.sql("delete from outbox")
    before = len(relay.all())
    for turn in range(KILLS):
        vestibule.run("user", "disable" if turn % 2 == 0 else "enable", "ada")
        # What a killed process had claimed is due again, without the two minutes of its lease.
        vestibule.sql("update outbox set next_at = 0 where state = 'sending'")
        vestibule.start()
        time.sleep(random.random() * 0.15)
        vestibule.end(signal.SIGKILL)
    vestibule.sql("update outbox set next_at = 0 where state in ('sending', 'waiting')")
    vestibule.start()
    until(lambda: vestibule.sql("select count(*) from outbox where state <> 'sent'") == [(0,)], "all are sent")
    vestibule.end(signal.SIGTERM)
    written = {f"<{row[0]}@localhost>" for row in vestibule.sql("select id from outbox")}
    messages = [judge(one, "localhost", vestibule.origin, int(time.time())) for one in relay.all()[before:]]
    assert {message["id"] for message in messages} == written, "a mail was lost"
    assert len(written) == KILLS, len(written)
    texts = {}
    for message in messages:
        assert texts.setdefault(message["id"], message["text"]) == message["text"], "another message has the same id"
    print(f"  ok      {KILLS} times killed: {len(written)} mails, {len(messages) - len(written)} of them twice")


def main(binary: str, folder: str, port: str) -> None:
    path = Path(folder)
    relay = Relay(int(port) + 1, path / "cert.pem", path / "key.pem")
    relay.start()
    vestibule = Vestibule(binary, path, int(port), int(port) + 1)
    try:
        every_kind(vestibule, relay)
        killed(vestibule, relay)
    finally:
        if vestibule.process is not None and vestibule.process.poll() is None:
            vestibule.end(signal.SIGKILL)
        relay.stop()


if __name__ == "__main__":
    main(*sys.argv[1:])
