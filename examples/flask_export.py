#!/usr/bin/env python3
"""Writes the users of a Flask application's SQLite database as lines for `vestibule user import`.

    python3 examples/flask_export.py instance/app.db > people.jsonl
    python3 examples/flask_export.py instance/app.db --table account --username login --password pw > people.jsonl

Columns are found by their usual names; an option names another one. Nothing but Python 3 is needed, and the
database is only read. Passwords stay what they are: Werkzeug's, bcrypt's or argon2's hashes.
"""

import argparse
import datetime
import json
import sqlite3
import sys

# What is written, and the columns that it is usually kept in.
COLUMNS = {
    "username": ["username", "user_name", "login", "name"],
    "email": ["email", "email_address", "mail"],
    "verified": ["email_verified", "verified", "confirmed", "is_verified", "confirmed_at", "confirmed_on"],
    "password": ["password_hash", "pw_hash", "hashed_password", "password"],
    "display": ["display_name", "full_name", "fullname"],
    "created": ["created_at", "created_on", "created", "date_joined", "registered_on", "joined_at"],
    "active": ["active", "is_active", "enabled"],
    "admin": ["is_admin", "admin", "is_superuser"],
}
TABLES = ["user", "users", "account", "accounts"]


def quoted(name):
    return '"' + name.replace('"', '""') + '"'


def seconds(value):
    """Unix seconds of what SQLAlchemy writes: a text in UTC, or a number."""
    if value is None or isinstance(value, (int, float)):
        return None if value is None else int(value)
    moment = datetime.datetime.fromisoformat(value.strip().replace("Z", "+00:00"))
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=datetime.timezone.utc)
    return int(moment.timestamp())


def text(value):
    return value.decode() if isinstance(value, bytes) else value


def yes(value):
    """Whether a column says so: SQLite keeps whatever an application has written into it."""
    word = str(text(value)).strip().lower()
    if word in ("1", "true", "t", "yes", "y"):
        return True
    if value is None or word in ("0", "false", "f", "no", "n", ""):
        return False
    raise ValueError(f"{value!r} is neither yes nor no")


def confirmed(value, column):
    """Yes or no, or a moment in a column that is called so."""
    return value not in (None, "") if column.endswith(("_at", "_on")) else yes(value)


def person(row, chosen):
    def of(what):
        return row[chosen[what]] if what in chosen else None

    line = {
        "username": of("username"),
        "email": of("email"),
        "email_verified": bool(of("email")) and confirmed(of("verified"), chosen.get("verified", "")),
        "password_hash": text(of("password")),
        "display_name": of("display"),
        "created_at": seconds(of("created")),
        "disabled": "active" in chosen and not yes(of("active")),
        "roles": ["admin"] if yes(of("admin")) else [],
    }
    return {name: value for name, value in line.items() if value not in (None, False, [], "")}


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("database")
    parser.add_argument("--table")
    for what in COLUMNS:
        parser.add_argument("--" + what, metavar="COLUMN")
    asked = parser.parse_args()

    database = sqlite3.connect(f"file:{asked.database}?mode=ro", uri=True)
    database.row_factory = sqlite3.Row
    tables = [name for (name,) in database.execute("select name from sqlite_master where type = 'table'")]
    table = asked.table or next((name for name in TABLES if name in tables), None)
    if table not in tables:
        sys.exit(f"no table of users; name it with --table: {', '.join(tables)}")
    columns = [row["name"] for row in database.execute(f"pragma table_info({quoted(table)})")]
    chosen = {}
    for what, usual in COLUMNS.items():
        wanted = getattr(asked, what)
        if wanted and wanted not in columns:
            sys.exit(f"{table} has no column {wanted}: {', '.join(columns)}")
        found = wanted or next((name for name in usual if name in columns), None)
        if found:
            chosen[what] = found
    if "username" not in chosen:
        # Many applications know people by their address alone.
        sys.exit("no column of usernames; name it with --username")
    print(f"{table}: {', '.join(f'{what} from {column}' for what, column in chosen.items())}", file=sys.stderr)
    # All or nothing: half a file would be imported as if it were whole.
    lines = []
    for n, row in enumerate(database.execute(f"select * from {quoted(table)}"), start=1):
        try:
            lines.append(json.dumps(person(row, chosen)))
        except (ValueError, TypeError, AttributeError) as error:
            sys.exit(f"{table}, row {n} ({row[chosen['username']]!r}): {error}; nothing was written")
    print("\n".join(lines))


if __name__ == "__main__":
    main()
