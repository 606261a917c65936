"""An SMTP server (aiosmtpd) that demands STARTTLS and a password, and keeps each message that it has heard to its end."""

import logging
import ssl
import threading
from dataclasses import dataclass
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword

USER = b"relay"
PASSWORD = b"of the relay"

# aiosmtpd warns of a property that it sets itself, at each password, and tells of the client that refuses its certificate.
logging.getLogger("mail.log").setLevel(logging.CRITICAL)


@dataclass
class Heard:
    """A message with its envelope."""

    sender: str
    recipients: list[str]
    content: bytes
    is_over_tls: bool
    hello: str


class Relay:
    """The server, in a thread of its own."""

    def __init__(self, port: int, certificate: Path, key: Path) -> None:
        self.heard: list[Heard] = []
        self.lock = threading.Lock()
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(certificate, key)
        self.controller = Controller(
            self,
            hostname="127.0.0.1",
            port=port,
            tls_context=context,
            require_starttls=True,
            auth_required=True,
            authenticator=self.authenticate,
            # No SMTPUTF8: as most servers that people have.
            enable_SMTPUTF8=False,
        )

    def authenticate(self, server, session, envelope, mechanism, data) -> AuthResult:
        is_right = isinstance(data, LoginPassword) and (data.login, data.password) == (USER, PASSWORD)
        return AuthResult(success=is_right)

    async def handle_DATA(self, server, session, envelope) -> str:
        heard = Heard(
            sender=envelope.mail_from,
            recipients=list(envelope.rcpt_tos),
            content=envelope.original_content,
            is_over_tls=session.ssl is not None,
            hello=session.host_name,
        )
        with self.lock:
            self.heard.append(heard)
        return "250 taken"

    def start(self) -> None:
        self.controller.start()

    def stop(self) -> None:
        self.controller.stop()

    def all(self) -> list[Heard]:
        with self.lock:
            return list(self.heard)
