"""Verifies access tokens with a shared secret, as the Flask tutorials do, and prints their claims.

    pip install -r requirements.txt
    VESTIBULE_SIGNING_ALGORITHM=HS256 VESTIBULE_JWT_SECRET="$JWT_SECRET" vestibule serve
    echo "$TOKEN" | JWT_SECRET=... ISSUER=http://localhost:3000 python hs256_verify.py [--article]

The secret can make tokens too: prefer a public key (pyjwt_verify.py) where you can.
Tokens come one a line; for each there is a line: its claims, or why it was refused.
Exit status: 0 all good, 1 some refused.
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
    status = 0
    for line in sys.stdin:
        try:
            print(json.dumps(check(line.strip())))
        except jwt.PyJWTError as error:
            print(f"refused: {error}")
            status = 1
    sys.exit(status)
