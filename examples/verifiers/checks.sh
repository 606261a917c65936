# shellcheck shell=bash disable=SC2154
# Sourced by scripts/verifiers: asks the verifiers, and compares what they say with what they should.

# `judge VERIFIER <LINES`: for each line `NAME TOKEN` one of 200 or 401 and why; anything else is wrong.
judge() {
    case $1 in
    pyjwt | hs256) by_script "$PYTHON" "$EXAMPLES/python/$1_verify.py" ;;
    hs256-article) by_script "$PYTHON" "$EXAMPLES/python/hs256_verify.py" --article ;;
    jose) by_script node "$EXAMPLES/node/jose.mjs" ;;
    flask) by_curl "http://127.0.0.1:$flask_port/protected" ;;
    express) by_curl "http://127.0.0.1:$express_port/protected" ;;
    axum) by_curl "http://127.0.0.1:$axum_port/protected" ;;
    axum-asking) by_curl "http://127.0.0.1:$axum_port/vault" ;;
    esac
}
# All tokens at once; a script that gives up prints fewer lines.
by_script() {
    sed 's/^[^ ]* *//' | { "${clean[@]}" "${settings[@]}" "$@" || true; } |
        sed -e 's/^{.*"sub".*/200 &/' -e 's/^refused: /401 &/'
}
# One curl for all: it prints each answer's body and then a line with its status.
by_curl() {
    local name token
    while read -r name token; do
        printf 'next\nurl = "%s"\nwrite-out = "\\n%%{http_code}\\n"\n' "$1"
        if [ -n "$token" ]; then printf 'header = "Authorization: Bearer %s"\n' "$token"; fi
    done | { curl -s -K - || true; } |
        awk '/^[0-9][0-9][0-9]$/ { print $0, body; body = ""; next } { body = body $0 }'
}

# `check VERIFIER <LINES`: what it says of each line `NAME TOKEN`, against what it should.
check() {
    local name token status why wanted failed=
    cat >"$dir/asked"
    judge "$1" <"$dir/asked" >"$dir/said" 2>"$dir/complaints"
    while read -r name token <&3; do
        wanted=401
        case $1:$name in
        *:good* | *:signed-in | axum:signed-out) wanted=200 ;;
        # The article's line asks neither for whom a token is, nor which key it names.
        hs256-article:other-audience) wanted=200 ;;
        esac
        read -r status why <&4 || status=nothing
        if [ "$status" = $wanted ]; then
            printf '  ok      %-6s %-14s %-29s %s\n' "$algorithm" "$1" "$name" "$status"
        else
            printf '  FAILED  %-6s %-14s %-29s %s, not %s: %.300s\n' "$algorithm" "$1" "$name" "$status" $wanted "$why"
            failed=yes
        fi
    done 3<"$dir/asked" 4<"$dir/said"
    if [ -n "$failed" ]; then cat "$dir/complaints" >&2; fi
}
