#!/usr/bin/env bash
# The literal requests of the three Flask tutorials, against a running Vestibule.
#
#   examples/tutorial.sh [URL]           a server as it comes (default URL: http://localhost:3000)
#   examples/tutorial.sh --compat [URL]  a server with VESTIBULE_TUTORIAL_COMPAT=true
#
# Prints each request and answer; exits non-zero if an answer is not the expected one.
set -euo pipefail

compat=no
if [ "${1:-}" = --compat ]; then compat=yes && shift; fi
url=${1:-http://localhost:3000}

# The articles register the same names again and again; a fresh server has room for each once.
run=$$$(date +%s)
good='correct horse battery'
answer=$(mktemp)
trap 'rm -f "$answer"' EXIT
surprises=0
status=

# `request WHAT CURL-ARGUMENTS…`: sends, prints, leaves the status in $status and the body in $answer.
request() {
    local what=$1
    shift
    printf '\n> %s\n' "$what"
    status=$(curl -sS -o "$answer" -w '%{http_code}' "$@")
    printf '< %s %s\n' "$status" "$(head -c 400 "$answer")"
}
json() { request "POST $1 $2" -X POST "$url$1" -H 'Content-Type: application/json' -d "$2" "${@:3}"; }

surprise() {
    printf '! expected %s\n' "$1"
    surprises=$((surprises + 1))
}
# `expect STATUS [TEXT]`; `either STATUS TEXT COMPAT-STATUS COMPAT-TEXT` where the modes differ.
expect() {
    [ "$status" = "$1" ] || surprise "status $1"
    [ -z "${2:-}" ] || grep -qF -- "$2" "$answer" || surprise "the text $2"
}
either() { if [ $compat = yes ]; then expect "$3" "${4:-}"; else expect "$1" "${2:-}"; fi; }
token_of() { sed -n 's/.*"access_token":"\([^"]*\)".*/\1/p' "$answer"; }

echo "== 000: Securing API Endpoints in a Flask Application with JWT Tokens"
request 'GET /' "$url/"
expect 200 Welcome
json /register '{"username":"testuser","password":"password123"}'
# In tutorial mode a second run finds the name taken.
if [ $compat = yes ] && [ "$status" = 409 ]; then expect 409 message; else either 422 'At least 15 characters' 201 message; fi
json /register "{\"username\":\"testuser$run\",\"password\":\"$good\"}"
expect 201 'User registered successfully!'
json /login "{\"username\":\"testuser$run\",\"password\":\"$good\"}"
expect 200 '"token":"'
token=$(token_of)
json /login "{\"username\":\"testuser$run\",\"password\":\"wrong\"}"
expect 401 message
json /login '{}'
expect 422
json /login "{\"username\":\"testuser$run\",\"password\":null}"
expect 422
request 'GET /protected, the raw token' "$url/protected" -H "Authorization: $token"
either 401 'Authorization: Bearer <token>' 200 'This is a protected route!'
request 'GET /protected, Bearer' "$url/protected" -H "Authorization: Bearer $token"
expect 200 '{"message":"This is a protected route!"}'
request 'GET /protected, nothing' "$url/protected"
expect 401 message
request 'GET /protected, nonsense' "$url/protected" -H 'Authorization: Bearer nonsense'
expect 401 message

echo
echo "== 001: How to Secure a Flask REST API with JSON Web Token"
json /register "{\"username\":\"John$run\",\"password\":\"$good\"}"
expect 201 message
request 'POST /login, HTTP Basic' -X POST "$url/login" -u "John$run:$good"
either 401 'as JSON in the body' 200 '"token":"'
json /login "{\"username\":\"John$run\",\"password\":\"$good\"}"
expect 200 '"token":"'
token=$(token_of)
request 'GET /users, nothing' "$url/users"
expect 401 '"msg":"Missing Authorization Header"'
request 'GET /users, Bearer' "$url/users" -H "Authorization: Bearer $token"
either 403 users:read 200 "John$run"
if grep -q argon2 "$answer"; then surprise 'no hashes'; fi

echo
echo "== 002: How to Use JWTs to Authenticate Flask Applications"
json /login "{\"username\":\"John$run\",\"password\":\"$good\"}"
expect 200 'Login Success'
token=$(token_of)
json /login "{\"username\":\"John$run\",\"password\":\"not the password\"}"
expect 401 message
request 'GET /get_name, Bearer' "$url/get_name" -H "Authorization: Bearer $token"
expect 200 "{\"message\":\"User found\",\"name\":\"John$run\"}"
request 'GET /get_name, nothing' "$url/get_name"
expect 401 message
printf '\n> OPTIONS /login from another origin, as axios asks\n'
curl -sS -X OPTIONS "$url/login" -D "$answer" -o /dev/null -H 'Origin: http://localhost:5173' \
    -H 'Access-Control-Request-Method: POST' -H 'Access-Control-Request-Headers: content-type'
printf '< %s\n' "$(grep -i '^access-control\|^HTTP' "$answer")"
allowed=$(grep -ci '^access-control-allow-origin: http://localhost:5173' "$answer" || true)
if [ "$compat" = yes ]; then wanted=1; else wanted=0; fi
[ "$allowed" = "$wanted" ] || surprise "$wanted Access-Control-Allow-Origin"

echo
if [ $surprises -gt 0 ]; then
    echo "$surprises surprises"
    exit 1
fi
echo "no surprises"
