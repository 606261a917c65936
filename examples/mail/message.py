"""What other programs read in a mail: Python's email with its strict policy, and html5lib with its strict parser."""

import email
import email.policy
import re
from datetime import timezone
from html.parser import HTMLParser

import html5lib

from relay import Heard

POLICY = email.policy.SMTP.clone(raise_on_defect=True)
HEADERS = {
    "date", "from", "to", "subject", "message-id", "mime-version", "content-type", "content-language", "auto-submitted",
    "x-auto-response-suppress", "reply-to",
}


class Words(HTMLParser):
    """The words and the links of a document."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self.links: list[str] = []
        self.loads: list[str] = []
        self.is_hidden = False

    def handle_starttag(self, tag, attributes) -> None:
        self.is_hidden = tag in ("style", "title")
        for name, value in attributes:
            if name == "href":
                self.links.append(value)
            elif name in ("src", "background", "srcset", "action") or name.startswith("on"):
                self.loads.append(f"{tag} {name}={value}")

    def handle_endtag(self, tag) -> None:
        self.is_hidden = False

    def handle_data(self, data) -> None:
        if not self.is_hidden:
            self.words.extend(data.split())


def judge(heard: Heard, host: str, origin: str, is_at: int) -> dict:
    """Fails if a message is not as it must be; answers what it says."""
    assert heard.is_over_tls, "it came without TLS"
    assert heard.hello == host, heard.hello
    assert heard.sender == "bounces@acme.example", heard.sender
    assert len(heard.recipients) == 1, heard.recipients
    lines = heard.content.split(b"\r\n")
    assert b"\n" not in b"".join(lines) and b"\r" not in b"".join(lines), "a line has another end than CRLF"
    assert all(len(line) <= 78 for line in lines), max(lines, key=len)
    heard.content.decode("ascii")

    message = email.message_from_bytes(heard.content, policy=POLICY)
    for part in message.walk():
        assert not part.defects, part.defects
        for value in part.values():
            assert not value.defects, (value, value.defects)
    names = [name.lower() for name in message.keys()]
    assert len(names) == len(set(names)), f"a header is there twice: {names}"
    assert set(names) <= HEADERS, set(names) - HEADERS
    assert message["from"].addresses[0].display_name == "Acme, Inc.", message["from"]
    assert message["from"].addresses[0].addr_spec == "no-reply@acme.example", message["from"]
    to = message["to"].addresses
    assert len(to) == 1 and to[0].display_name == "", message["to"]
    assert to[0].addr_spec == heard.recipients[0], (to[0].addr_spec, heard.recipients)
    assert re.fullmatch(rf"<[0-9a-f-]{{36}}@{re.escape(host)}>", message["message-id"]), message["message-id"]
    assert message["auto-submitted"] == "auto-generated"
    assert message["x-auto-response-suppress"] == "All"
    sent = message["date"].datetime.astimezone(timezone.utc).timestamp()
    assert abs(sent - is_at) < 3600, message["date"]
    assert message.get_content_type() == "multipart/alternative", message.get_content_type()

    text, html = message.iter_parts()
    for part, kind in ((text, "text/plain"), (html, "text/html")):
        assert part.get_content_type() == kind
        assert part.get_content_charset() == "utf-8"
        assert part["content-transfer-encoding"] == "quoted-printable"
        assert part.get_content_disposition() is None
    text, html = text.get_content(), html.get_content()
    assert len(html.encode()) <= 20 * 1024, len(html)
    html5lib.HTMLParser(strict=True).parse(html)
    found = Words()
    found.feed(html)
    assert not found.loads, found.loads
    for link in found.links:
        assert link.startswith(origin) or link == "mailto:help@acme.example", link
        assert link in text.splitlines(), f"{link} is no line of the text"
    # The text alone says all. It has colons and addresses besides.
    missing = [word for word in found.words if word not in text]
    assert not missing, f"only the HTML says {missing}"
    language = message["content-language"]
    assert f'<html lang="{language}"' in html
    return {
        "to": heard.recipients[0],
        "id": message["message-id"],
        "subject": message["subject"],
        "language": language,
        "text": text,
    }
