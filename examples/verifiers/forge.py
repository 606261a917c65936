"""Makes tokens that every verifier must refuse. For scripts/verifiers; prints lines of `name token`.

    forge.py altered JWKS_URI < GOOD_TOKEN     from a good token and what everybody can fetch
    forge.py signed ISSUER AUDIENCE SET_FILE   with a key of its own, whose JWK set it writes to SET_FILE;
                                               the first two of its tokens are good
"""

import base64
import hashlib
import hmac
import json
import sys
import time
import urllib.request

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat


def b64(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def encoded(value):
    return b64(json.dumps(value, separators=(",", ":")).encode())


def altered(jwks_uri):
    good = sys.stdin.read().strip()
    head, payload, signature = good.split(".")
    header = jwt.get_unverified_header(good)
    claims = jwt.decode(good, options={"verify_signature": False})
    # The tenth character: the last one has bits that do not count.
    other = signature[:10] + ("A" if signature[10] != "A" else "B") + signature[11:]
    yield "altered-claims", f"{head}.{encoded(claims | {'sub': 'somebody-else'})}.{signature}"
    yield "altered-signature", f"{head}.{payload}.{other}"
    yield "unknown-kid", f"{encoded(header | {'kid': 'unknown'})}.{payload}.{signature}"
    yield "unsigned", f"{head}.{payload}."
    yield "none", f"{encoded(header | {'alg': 'none'})}.{payload}."
    # Key confusion: the public key as the secret of an HMAC (RFC 8725 section 2.1).
    with urllib.request.urlopen(jwks_uri, timeout=5) as response:
        keys = json.load(response)["keys"]
    for jwk in keys:
        if jwk["kid"] != header.get("kid"):
            continue
        public = jwt.PyJWK(jwk).key
        pem = public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        message = f"{encoded(header | {'alg': 'HS256'})}.{payload}"
        for name, secret in [("pem", pem), ("pem-stripped", pem.strip())]:
            mac = hmac.new(secret, message.encode(), hashlib.sha256).digest()
            yield f"hs256-with-public-{name}", f"{message}.{b64(mac)}"


def signed(issuer, audience, set_file):
    key, cipher_key = Ed25519PrivateKey.generate(), Ed25519PrivateKey.generate()

    def jwk(private, kid, use):
        x = b64(private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw))
        return {"kty": "OKP", "crv": "Ed25519", "x": x, "kid": kid, "alg": "EdDSA", "use": use}

    with open(set_file, "w", encoding="utf-8") as file:
        json.dump({"keys": [jwk(key, "own", "sig"), jwk(cipher_key, "own-enc", "enc")]}, file)

    now = int(time.time())
    good = {
        "iss": issuer, "aud": audience, "sub": "somebody", "client_id": "forge", "scope": "", "roles": [],
        "iat": now, "exp": now + 600, "jti": "1", "sid": "1",
    }  # fmt: skip

    def token(header=None, private=key, **changes):
        header = {"typ": "at+jwt", "kid": "own"} | (header or {})
        claims = {name: value for name, value in (good | changes).items() if value is not None}
        # By hand: PyJWT refuses to sign some of these.
        message = f"{encoded({'alg': 'EdDSA'} | header)}.{encoded(claims)}"
        return f"{message}.{b64(private.sign(message.encode()))}"

    yield "good", token()
    yield "good-full-typ", token({"typ": "application/at+jwt"})
    yield "typ-jwt", token({"typ": "JWT"})
    yield "typ-missing", token({"typ": None})
    yield "alg-of-another-key", token({"alg": "RS256"})
    yield "use-enc", token({"kid": "own-enc"}, cipher_key)
    yield "crit", token({"crit": ["unheard-of"], "unheard-of": True})
    yield "iss-other", token(iss=f"{issuer}/other")
    yield "iss-missing", token(iss=None)
    yield "aud-other", token(aud="other")
    yield "aud-missing", token(aud=None)
    yield "aud-list-of-others", token(aud=["other", "another"])
    yield "exp-past", token(iat=now - 610, exp=now - 10)
    yield "exp-missing", token(exp=None)
    yield "exp-text", token(exp="tomorrow")
    yield "sub-missing", token(sub=None)
    yield "sub-number", token(sub=7)
    yield "jti-missing", token(jti=None)
    yield "jti-number", token(jti=7)
    yield "client-id-missing", token(client_id=None)


if __name__ == "__main__":
    making = {"altered": altered, "signed": signed}[sys.argv[1]]
    for line in making(*sys.argv[2:]):
        print(*line)
