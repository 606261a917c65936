"""A Flask resource server: flask-jwt-extended verifies tokens that Vestibule issued.

    pip install -r requirements.txt
    ISSUER=http://localhost:3000 PORT=3001 python flask_app.py
    curl -H "Authorization: Bearer $TOKEN" http://127.0.0.1:3001/protected

With JWT_SECRET (the same text as VESTIBULE_JWT_SECRET) it verifies HS256 instead.
"""

import os

import jwt
from flask import Flask, jsonify
from flask_jwt_extended import JWTManager, get_jwt, get_jwt_identity, jwt_required

ISSUER = os.environ.get("ISSUER", "http://localhost:3000")
AUDIENCE = os.environ.get("AUDIENCE", ISSUER)
JWKS_URI = os.environ.get("JWKS_URI", f"{ISSUER}/.well-known/jwks.json")
SECRET = os.environ.get("JWT_SECRET")
REQUIRED = {"iss", "aud", "exp", "iat", "sub", "jti", "client_id"}

app = Flask(__name__)
# JWT_ALGORITHM is always among the accepted ones, and its default is HS256: name it too.
ALGORITHMS = ["HS256"] if SECRET else ["EdDSA", "ES256", "RS256"]
app.config.update(
    JWT_ALGORITHM=ALGORITHMS[0],
    JWT_DECODE_ALGORITHMS=ALGORITHMS,
    JWT_DECODE_ISSUER=ISSUER,
    JWT_DECODE_AUDIENCE=AUDIENCE,
    JWT_DECODE_LEEWAY=5,
    JWT_IDENTITY_CLAIM="sub",
    JWT_TOKEN_LOCATION=["headers"],  # so no `csrf` claim is asked for; `type` and `fresh` default
)
manager = JWTManager(app)
keys = jwt.PyJWKClient(JWKS_URI, lifespan=300, cooldown_duration=30, timeout=5)


@manager.decode_key_loader
def key_of(header, _claims):
    if str(header.get("typ")).lower().removeprefix("application/") != "at+jwt":
        raise jwt.InvalidTokenError("not an access token")
    if SECRET:
        return SECRET
    try:
        return keys.get_signing_key(header.get("kid"))  # verifies with its own `alg` only
    except jwt.PyJWKClientConnectionError:
        raise
    except jwt.PyJWTError as error:  # flask-jwt-extended does not know this one: it would be a 500
        raise jwt.InvalidTokenError(str(error)) from error


@manager.token_verification_loader
def has_all_claims(_header, claims):
    # By value: flask-jwt-extended puts a `jti` of None where there is none.
    return all(claims.get(name) for name in REQUIRED) and isinstance(claims["aud"], str)


# By default these two answer 422 and 400.
@manager.invalid_token_loader
def invalid(reason):
    return jsonify(msg=reason), 401, {"WWW-Authenticate": 'Bearer error="invalid_token"'}


@manager.token_verification_failed_loader
def incomplete(_header, _claims):
    return invalid("A claim is missing")


@app.errorhandler(jwt.PyJWKClientConnectionError)
def no_keys(_error):
    return jsonify(msg="The keys cannot be fetched"), 503


@app.get("/")
def home():
    return jsonify(message="Welcome to the Flask API!")


@app.get("/protected")
@jwt_required()
def protected():
    return jsonify(message="This is a protected route!", sub=get_jwt_identity(), claims=get_jwt())


if __name__ == "__main__":
    app.run(host="127.0.0.1", port=int(os.environ.get("PORT", "3001")))
