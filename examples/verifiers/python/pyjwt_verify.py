"""Verifies an access token with PyJWT and the issuer's JWK set, and prints its claims.

    pip install -r requirements.txt
    echo "$TOKEN" | ISSUER=http://localhost:3000 python pyjwt_verify.py

The token comes by standard input: everybody on the machine can read a command line.
Exit status: 0 good, 1 refused, 2 the keys could not be fetched.
"""

import json
import os
import sys

import jwt

ISSUER = os.environ.get("ISSUER", "http://localhost:3000")
AUDIENCE = os.environ.get("AUDIENCE", ISSUER)
JWKS_URI = os.environ.get("JWKS_URI", f"{ISSUER}/.well-known/jwks.json")

# A service makes this once: it keeps the keys for five minutes, and fetches them anew for an
# unknown `kid`, at most every 30 seconds.
KEYS = jwt.PyJWKClient(JWKS_URI, lifespan=300, cooldown_duration=30, timeout=5)


def verify(token):
    """The claims of a good token; raises jwt.PyJWTError for any other."""
    # PyJWT leaves `typ` to us. Only at+jwt is an access token (RFC 9068 section 4).
    typ = str(jwt.get_unverified_header(token).get("typ")).lower()
    if typ.removeprefix("application/") != "at+jwt":
        raise jwt.InvalidTokenError("not an access token")
    return jwt.decode(
        token,
        # A PyJWK: it verifies with its own `alg` only, whatever the token's header says.
        KEYS.get_signing_key_from_jwt(token),
        algorithms=["EdDSA", "ES256", "RS256"],  # none that is symmetric
        issuer=ISSUER,
        audience=AUDIENCE,
        leeway=5,
        options={
            "require": ["iss", "aud", "exp", "iat", "sub", "jti", "client_id"],
            "strict_aud": True,
        },
    )


if __name__ == "__main__":
    try:
        print(json.dumps(verify(sys.stdin.read().strip()), indent=2))
    except jwt.PyJWKClientConnectionError as error:
        print(f"unavailable: {error}", file=sys.stderr)
        sys.exit(2)
    except jwt.PyJWTError as error:
        print(f"refused: {error}", file=sys.stderr)
        sys.exit(1)
