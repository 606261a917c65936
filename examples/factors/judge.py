"""Signs in to Vestibule with codes and passkeys that other people's libraries make.

    python judge.py VESTIBULE FOLDER PORT

VESTIBULE is the binary, FOLDER an empty folder for its data, PORT its port.

pyotp reads the address of the QR picture and makes the codes. python-fido2 makes what an authenticator answers, with a key of each
algorithm, and verifies each answer itself: where it refuses one, Vestibule has to refuse it too.
"""

import json
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request

import pyotp
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from fido2.cose import ES256, RS256, CoseKey, EdDSA
from fido2.server import Fido2Server
from fido2.utils import sha256, websafe_decode, websafe_encode
from fido2.webauthn import (
    Aaguid,
    AttestationObject,
    AttestedCredentialData,
    AuthenticationResponse,
    AuthenticatorAssertionResponse,
    AuthenticatorAttestationResponse,
    AuthenticatorData,
    CollectedClientData,
    PublicKeyCredentialRpEntity,
    PublicKeyCredentialUserEntity,
    RegistrationResponse,
    UserVerificationRequirement,
)

PASSWORD = "correct horse battery"
FLAG = AuthenticatorData.FLAG
VERIFIED = FLAG.UP | FLAG.UV


class Service:
    def __init__(self, origin: str) -> None:
        self.origin, self.host = origin, origin.split("//")[1].split(":")[0]

    def ask(self, method: str, path: str, body: object = None, token: str = "") -> tuple[int, dict]:
        headers = {"content-type": "application/json"}
        if token:
            headers["authorization"] = f"Bearer {token}"
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.origin + path, data, headers, method=method)
        try:
            with urllib.request.urlopen(request) as answer:
                return answer.status, json.loads(answer.read() or b"{}")
        except urllib.error.HTTPError as refused:
            return refused.code, json.loads(refused.read())

    def want(self, status: int, method: str, path: str, body: object = None, token: str = "") -> dict:
        got, answer = self.ask(method, path, body, token)
        if got != status:
            sys.exit(f"{method} {path}: {got} in place of {status}: {answer}")
        return answer

    def person(self, name: str) -> str:
        self.want(201, "POST", "/api/v1/register", {"username": name, "password": PASSWORD})
        return self.want(200, "POST", "/api/v1/login", {"identifier": name, "password": PASSWORD})["access_token"]


def codes(service: Service) -> None:
    """An app is set up and used with the codes of pyotp; the code of the set-up signs nobody in."""
    token = service.person("otto")
    setup = service.want(201, "POST", "/api/v1/me/totp", {}, token)
    app = pyotp.parse_uri(setup["uri"])
    assert app.name == "otto" and app.secret == setup["secret"], setup
    code = app.now()
    service.want(200, "PUT", "/api/v1/me/totp", {"code": code}, token)

    def second(code: str, status: int) -> None:
        half = service.want(401, "POST", "/api/v1/login", {"identifier": "otto", "password": PASSWORD})
        service.want(status, "POST", "/api/v1/login/factor", {"flow": half["flow"], "code": code})

    second(code, 401)
    second(f"{(int(code) + 1) % 1_000_000:06}", 401)
    # A step ahead is within the tolerance, so nothing has to wait.
    second(app.at(time.time() + 30), 200)
    print("  ok      codes of pyotp")


class Authenticator:
    """A key of one algorithm, with the answers that python-fido2 encodes."""

    def __init__(self, kind: type[CoseKey]) -> None:
        self.kind = kind
        if kind is ES256:
            self.key = ec.generate_private_key(ec.SECP256R1())
        elif kind is RS256:
            self.key = rsa.generate_private_key(65537, 2048)
        else:
            self.key = ed25519.Ed25519PrivateKey.generate()
        self.public = kind.from_cryptography_key(self.key.public_key())
        self.id = sha256(str(self.public).encode())
        self.handle = b""

    def sign(self, data: bytes) -> bytes:
        if self.kind is ES256:
            return self.key.sign(data, ec.ECDSA(hashes.SHA256()))
        if self.kind is RS256:
            return self.key.sign(data, padding.PKCS1v15(), hashes.SHA256())
        return self.key.sign(data)

    def create(self, service: Service, asked: dict, flags: int = VERIFIED) -> RegistrationResponse:
        self.handle = websafe_decode(asked["user"]["id"])
        client = CollectedClientData.create("webauthn.create", asked["challenge"], service.origin)
        credential = AttestedCredentialData.create(bytes(Aaguid.NONE), self.id, self.public)
        data = AuthenticatorData.create(sha256(asked["rp"]["id"].encode()), flags | FLAG.AT, 0, credential)
        attestation = AttestationObject.create("none", data, {})
        return RegistrationResponse(
            raw_id=self.id, response=AuthenticatorAttestationResponse(client_data=client, attestation_object=attestation)
        )

    def get(
        self,
        asked: dict,
        *,
        origin: str,
        flags: int = VERIFIED,
        kind: str = "webauthn.get",
        rp_id: str = "",
        challenge: str = "",
        altered: bool = False,
    ) -> AuthenticationResponse:
        client = CollectedClientData.create(kind, challenge or asked["challenge"], origin)
        data = AuthenticatorData.create(sha256((rp_id or asked["rpId"]).encode()), flags, 0)
        signature = bytearray(self.sign(data + client.hash))
        if altered:
            signature[-1] ^= 1
        response = AuthenticatorAssertionResponse(
            client_data=client, authenticator_data=data, signature=bytes(signature), user_handle=self.handle
        )
        return AuthenticationResponse(raw_id=self.id, response=response)


def passkeys(service: Service, kind: type[CoseKey]) -> None:
    token = service.person(kind.__name__.lower())
    it = Authenticator(kind)
    judge = Fido2Server(PublicKeyCredentialRpEntity(id=service.host, name="judge"), verify_origin=lambda given: given == service.origin)
    user = PublicKeyCredentialUserEntity(id=b"x", name="x", display_name="x")
    asked = service.want(200, "POST", "/api/v1/me/passkeys/options", {}, token)["public_key"]
    assert it.kind.ALGORITHM in [kind["alg"] for kind in asked["pubKeyCredParams"]], asked
    made = it.create(service, asked)
    service.want(201, "POST", "/api/v1/me/passkeys", {"credential": dict(made)}, token)
    _, state = judge.register_begin(
        user, user_verification=UserVerificationRequirement.REQUIRED, challenge=websafe_decode(asked["challenge"])
    )
    known = judge.register_complete(state, made).credential_data
    assert known is not None

    def answer(status: int, **changes: object) -> None:
        request = service.want(200, "POST", "/api/v1/login/passkey/options")
        asked = request["public_key"]
        answered = it.get(asked, **{"origin": service.origin, **changes})
        _, state = judge.authenticate_begin(
            [known], user_verification=UserVerificationRequirement.REQUIRED, challenge=websafe_decode(asked["challenge"])
        )
        try:
            judge.authenticate_complete(state, [known], answered)
            is_right = True
        except Exception:
            is_right = False
        assert is_right == (status == 200), f"python-fido2 and this table differ: {changes}"
        body = {"ceremony": request["ceremony"], "credential": dict(answered)}
        service.want(status, "POST", "/api/v1/login/passkey", body)

    answer(200)
    answer(401, altered=True)
    answer(401, flags=FLAG.UP)
    answer(401, flags=FLAG.UV)
    answer(401, kind="webauthn.create")
    answer(401, origin="https://evil.example")
    answer(401, rp_id="example.com")
    answer(401, challenge=websafe_encode(b"0" * 32))
    answer(200, flags=VERIFIED | FLAG.BE | FLAG.BS)
    answer(200)
    print(f"  ok      passkeys of python-fido2: {kind.__name__}, 3 right answers and 7 wrong ones")


def main() -> None:
    binary, folder, port = sys.argv[1:]
    service = Service(f"http://localhost:{port}")
    environment = {
        "PATH": os.environ["PATH"],
        "VESTIBULE_DATA_DIR": folder,
        "VESTIBULE_LISTEN": f"127.0.0.1:{port}",
        "VESTIBULE_PUBLIC_URL": service.origin,
        "VESTIBULE_LOG_LEVEL": "error",
    }
    if site := os.environ.get("LEPTOS_SITE_ROOT"):
        environment["LEPTOS_SITE_ROOT"] = site
    server = subprocess.Popen([binary, "serve"], env=environment)
    try:
        wait(service, server)
        codes(service)
        for kind in (ES256, EdDSA, RS256):
            passkeys(service, kind)
    finally:
        server.terminate()
        server.wait()


def wait(service: Service, server: subprocess.Popen) -> None:
    """Waits until the server answers."""
    for _ in range(300):
        if server.poll() is not None:
            sys.exit("the server has ended")
        try:
            urllib.request.urlopen(service.origin + "/healthz").close()
            return
        except urllib.error.URLError:
            time.sleep(0.1)
    sys.exit("the server does not answer")


main()
