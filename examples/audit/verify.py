#!/usr/bin/env python3
"""Verifies an export of the audit log with nothing of Vestibule's (docs/audit.md).

    vestibule audit export | python3 verify.py data/secret.key

An export from the first place on is proven whole up to its last line; one that begins later is proven from
its second line on. That nothing is missing at the end, compare with the head that `audit verify` prints.
"""

import base64
import hashlib
import hmac
import json
import struct
import sys

COLUMNS = ("seq", "at_ms", "kind", "outcome", "actor", "subject", "client_ip", "user_agent", "details")


def texts(*values):
    """Each text after its length; an absent one is four bytes of ones."""
    out = b""
    for value in values:
        data = (value or "").encode()
        out += struct.pack(">I", 0xFFFFFFFF if value is None else len(data)) + data
    return out


def chain_key(secret):
    """HKDF-SHA-256 (RFC 5869) of the instance secret, for this one purpose."""
    prk = hmac.digest(b"vestibule instance secret v1", secret.strip().encode(), "sha256")
    return hmac.digest(prk, texts("mac", "audit chain") + b"\x01", "sha256")


def text(event, column):
    value = event[column]
    if column == "details" and not isinstance(value, str):
        return json.dumps(value, separators=(",", ":"), ensure_ascii=False)
    return value if value is None else str(value)


def link(key, previous, event):
    message = texts(previous, *(text(event, column) for column in COLUMNS))
    mac = hmac.new(key, message, hashlib.sha256).digest()
    return base64.urlsafe_b64encode(mac).rstrip(b"=").decode()


def main(secret_file):
    with open(secret_file, encoding="utf-8") as file:
        key = chain_key(file.read())
    place = previous = None
    for line in sys.stdin:
        event = json.loads(line)
        if event["chain_pos"] is None:
            print("not sealed yet:", event["kind"], event["at"])
            continue
        if place is None:
            previous = "" if event["chain_pos"] == 1 else None
            place = event["chain_pos"] - 1
        place += 1
        if event["chain_pos"] != place:
            sys.exit(f"place {place} is missing")
        if previous is not None and event["chain_hash"] != link(key, previous, event):
            sys.exit(f"place {place} does not follow the one before it")
        previous = event["chain_hash"]
    print(f"whole; head {place or 0}:{previous or ''}")


if __name__ == "__main__":
    main(*sys.argv[1:])
