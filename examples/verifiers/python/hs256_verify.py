"""Verifies an access token with a shared secret, as the Flask tutorials do, and prints its claims.

    pip install -r requirements.txt
    VESTIBULE_SIGNING_ALGORITHM=HS256 VESTIBULE_JWT_SECRET="$JWT_SECRET" vestibule serve
    echo "$TOKEN" | JWT_SECRET=... ISSUER=http://localhost:3000 python hs256_verify.py [--article]

Whoever knows the secret can make tokens too: prefer a public key (pyjwt_verify.py) where you can.
Exit status: 0 good, 1 refused.
"""

import json
import os
import sys

import jwt

ISSUER = os.environ.get("ISSUER", "http://localhost:3000")
AUDIENCE = os.environ.get("AUDIENCE", ISSUER)
SECRET_KEY = os.environ["JWT_SECRET"]  # the same text as VESTIBULE_JWT_SECRET, 32 bytes or more


def as_in_the_article(token):
    """The articles' line. Their tokens have no `aud`, ours do: PyJWT wants a word about it."""
    return jwt.decode(token, SECRET_KEY, algorithms=["HS256"], options={"verify_aud": False})


def verify(token):
    """The same with everything that a resource server should check."""
    typ = str(jwt.get_unverified_header(token).get("typ")).lower()
    if typ.removeprefix("application/") != "at+jwt":
        raise jwt.InvalidTokenError("not an access token")
    return jwt.decode(
        token,
        SECRET_KEY,
        algorithms=["HS256"],
        issuer=ISSUER,
        audience=AUDIENCE,
        leeway=5,
        options={
            "require": ["iss", "aud", "exp", "iat", "sub", "jti", "client_id"],
            "strict_aud": True,
        },
    )


if __name__ == "__main__":
    check = as_in_the_article if "--article" in sys.argv[1:] else verify
    try:
        print(json.dumps(check(sys.stdin.read().strip()), indent=2))
    except jwt.PyJWTError as error:
        print(f"refused: {error}", file=sys.stderr)
        sys.exit(1)
