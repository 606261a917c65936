#!/usr/bin/env python3
"""Writes the users of a Flask application's SQLite database as lines for `vestibule user import`.

    python3 examples/flask_export.py instance/app.db > people.jsonl
    python3 examples/flask_export.py instance/app.db --table account --username login --password pw > people.jsonl

Columns are found by their usual names; an option names another one. Nothing but Python 3 is needed, and the
database is only read. Passwords stay what they are: Werkzeug's, bcrypt's or argon2's hashes. The id goes into
external_id. Cart and wishlist go into metadata, which people can write; every other column goes into
app_metadata, which only your app can. What became of each column is told on standard error.
"""

import argparse
import datetime
import json
import pathlib
import re
import sqlite3
import sys
from functools import partial

# What is written, and the columns that it is usually kept in.
COLUMNS = {
    "id": ["id", "user_id", "uid"],
    "username": ["username", "user_name", "login"],
    "email": ["email", "email_address", "mail"],
    "verified": ["email_verified", "verified", "confirmed", "is_verified", "confirmed_at", "confirmed_on"],
    "password": ["password_hash", "pw_hash", "hashed_password", "password"],
    "display": ["display_name", "full_name", "fullname", "name"],
    "created": ["created_at", "created_on", "created", "date_joined", "registered_on", "joined_at"],
    "active": ["active", "is_active", "enabled"],
    "admin": ["is_admin", "admin", "is_superuser"],
}
TABLES = ["user", "users", "account", "accounts"]
YES, NO = ("1", "true", "t", "yes", "y", "on"), ("0", "false", "f", "no", "n", "off", "")
# What people may write about themselves: the app believed none of it before, and must not now.
THEIRS = re.compile(r"(^|_)(cart|basket|wish_?lists?|preferences|settings|theme|bio|about)($|_)")
# What nobody should find in an account that its owner can read, whatever else the name says: cart_token.
SECRET = re.compile(r"secret|token|otp|salt|api_?key|password|passwd|hash|uniquifier|recovery|backup_code")
say = partial(print, file=sys.stderr)


class Unfit(Exception):
    """A value that no line can have."""


def quoted(name):
    return '"' + name.replace('"', '""') + '"'


def text(value):
    """A text. A number is one too, as SQLite keeps what it was given."""
    if isinstance(value, bytes):
        value = value.decode("utf-8", "surrogateescape")
    if value is not None and not isinstance(value, str):
        value = str(value)
    if value and any("\ud800" <= c <= "\udfff" for c in value):
        raise Unfit("is not UTF-8")
    return value


def seconds(value):
    """Unix seconds of what SQLAlchemy writes: a text in UTC, or a number."""
    if isinstance(value, (int, float)):
        return int(value)
    word = (text(value) or "").strip()
    if not word:
        return None
    try:
        moment = datetime.datetime.fromisoformat(word.replace("Z", "+00:00"))
    except ValueError:
        raise Unfit(f"{word!r} is no time; mend it, or make it NULL") from None
    return int((moment if moment.tzinfo else moment.replace(tzinfo=datetime.timezone.utc)).timestamp())


def yes(value):
    """Whether a column says so: SQLite keeps whatever an application has written into it."""
    if isinstance(value, (int, float)):
        return value != 0
    word = (text(value) or "").strip().lower()
    if word not in YES + NO:
        raise Unfit(f"{word!r} is neither yes nor no")
    return word in YES


def password(value):
    """A hash, also where `str` of its bytes was stored."""
    word = text(value)
    return word[2:-1] if word and word.startswith(("b'$", 'b"$')) else word


def plain(value, kind=""):
    """Any column as JSON: text that is JSON in a column of that type, or of a cart, is taken apart."""
    if isinstance(value, bytes):
        raise Unfit("is binary")
    if "BOOL" in kind and value in (0, 1):
        return bool(value)
    if isinstance(value, str):
        value = text(value)
        if "JSON" in kind or value[:1] in ("[", "{"):
            try:
                return json.loads(value)
            except ValueError:
                pass
    return value


def read(row, column, how, before="", after=""):
    """A column of a row. What is wrong with it is told with its name, and with what to do."""
    try:
        return how(row[column])
    except Unfit as why:
        raise Unfit(f"{before}{column} {why}{after}") from None


class Export:
    """A table of users, and which of its columns is what."""

    def __init__(self, database, asked):
        self.database, self.asked = database, asked
        self.table = self.find_table()
        info = database.execute(f"pragma table_info({quoted(self.table)})").fetchall()
        self.kinds = {row["name"]: (row["type"] or "").upper() for row in info}
        self.chosen = self.choose([row["name"] for row in info if row["pk"]])
        self.metadata, self.app_metadata, self.dropped = self.share_out()
        self.children = self.find_children()
        self.rows = {wanted: self.find_rows(wanted) for wanted in self.asked.rows}
        self.unknown_active = 0

    def find_table(self):
        by_lower = {name.lower(): name for name in self.names_of_tables()}
        wanted = [self.asked.table] if self.asked.table else TABLES
        found = next((by_lower[name.lower()] for name in wanted if name.lower() in by_lower), None)
        return found or sys.exit(f"no table of users; name it with --table: {', '.join(by_lower.values())}")

    def names_of_tables(self):
        names = "select name from sqlite_master where type = 'table' and name not like 'sqlite_%'"
        return [row["name"] for row in self.database.execute(names)]

    def column(self, wanted):
        """The column of a name, however it is written."""
        found = next((name for name in self.kinds if name.lower() == wanted.lower()), None)
        return found or sys.exit(f"{self.table} has no column {wanted}: {', '.join(self.kinds)}")

    def choose(self, keys):
        chosen, by_lower = {}, {name.lower(): name for name in self.kinds}
        for what, usual in COLUMNS.items():
            wanted = getattr(self.asked, what)
            found = self.column(wanted) if wanted else next((by_lower[n] for n in usual if n in by_lower), None)
            if what == "id" and not wanted and len(keys) == 1:
                found = keys[0]
            if found and (wanted or found not in chosen.values()):
                chosen[what] = found
        if "username" not in chosen and "email" not in chosen and "display" in chosen:
            # Without an address, people were known by this.
            chosen["username"] = chosen.pop("display")
        if "username" not in chosen and "email" not in chosen:
            sys.exit(f"{self.table} has neither usernames nor addresses; name one with --username: {', '.join(self.kinds)}")
        self.first, self.last = by_lower.get("first_name"), by_lower.get("last_name")
        return chosen

    def share_out(self):
        """Each column that has no place of its own: people's, the app's, or left out."""
        asked = (self.asked.metadata, self.asked.app_metadata, self.asked.drop)
        named = [{self.column(name) for name in names} for names in asked]
        shares = ([], [], [])
        taken = {*self.chosen.values(), *(() if "display" in self.chosen else (self.first, self.last))}
        for column in self.kinds:
            place = next((n for n, names in enumerate(named) if column in names), None)
            if place is None and column not in taken:
                place = 2 if SECRET.search(column.lower()) else 0 if THEIRS.search(column.lower()) else 1
            if place is not None:
                shares[place].append(column)
        return shares

    def find_children(self):
        """Tables whose rows belong to a user: the columns that say to whom, each with the user's that it has."""
        children = {}
        for name in self.names_of_tables():
            for key in self.database.execute(f"pragma foreign_key_list({quoted(name)})"):
                if key["table"].lower() == self.table.lower() and name != self.table:
                    children.setdefault(name, {})[key["from"]] = key["to"] or self.chosen.get("id")
        return children

    def find_rows(self, wanted):
        """A table to carry, its column that says whose a row is, and the user's column that it has."""
        table, column = (wanted, "") if wanted in self.children else wanted.rpartition(".")[::2]
        others = ", ".join(self.children) or "none"
        keys = self.children.get(table) or sys.exit(f"{wanted} does not refer to {self.table}; these do: {others}")
        column = column or "".join(keys if len(keys) == 1 else [])
        if column not in keys:
            sys.exit(f"{table} refers to {self.table} by {' and '.join(keys)}: name one, as in --rows {table}.{next(iter(keys))}")
        if wanted in self.metadata:
            sys.exit(f"{wanted} is a column of {self.table} too: leave that out with --drop {wanted}")
        return table, column, keys[column] or sys.exit(f"{self.table} has no id; name its column with --id")

    def person(self, row):
        def of(what, how):
            return read(row, self.chosen[what], how) if what in self.chosen else None

        def share(columns):
            as_json = partial(read, row, after="; leave the column out with --drop")
            values = {name: as_json(name, partial(plain, kind=self.kinds[name])) for name in columns}
            return {name: value for name, value in values.items() if value is not None}

        email = (of("email", text) or "").strip()
        # A moment, in a column that is called so.
        is_moment = self.chosen.get("verified", "").lower().endswith(("_at", "_on"))
        verified = of("verified", lambda value: value not in (None, "") if is_moment else yes(value))
        names = [read(row, column, text) for column in (self.first, self.last) if column]
        display = of("display", text) or " ".join(name.strip() for name in names if name)
        active = of("active", lambda value: None if value is None else yes(value))
        if "active" in self.chosen and active is None:
            # A column that was added later, with default=True: SQLAlchemy fills it for new rows alone.
            self.unknown_active += 1
        line = {
            "external_id": of("id", text),
            "username": of("username", text),
            "email": email,
            "email_verified": bool(email) and bool(verified or self.asked.addresses_verified),
            "password_hash": of("password", password),
            "display_name": display,
            "created_at": of("created", seconds),
            "disabled": active is False,
            "roles": ["admin"] if of("admin", yes) else [],
            "metadata": share(self.metadata),
            "app_metadata": share(self.app_metadata),
        }
        for wanted, (table, column, to) in self.rows.items():
            rows = self.database.execute(f"select * from {quoted(table)} where {quoted(column)} = ?", (row[to],))
            as_json = partial(read, how=plain, before=f"{table}.", after=f"; leave out --rows {wanted}")
            line["metadata"][wanted] = [{name: as_json(each, name) for name in each.keys() if name != column} for each in rows]
        return {name: value for name, value in line.items() if value not in (None, False, [], {}, "")}

    def lines(self):
        """All or nothing: half a file would be imported as if it were whole."""
        lines = []
        for n, row in enumerate(self.database.execute(f"select * from {quoted(self.table)}"), start=1):
            try:
                lines.append(json.dumps(self.person(row), allow_nan=False))
            except (Unfit, ValueError) as why:
                known = self.chosen.get("username") or self.chosen["email"]
                sys.exit(f"{self.table}, row {n} ({row[known]!a}): {why}; nothing was written")
        return lines

    def tell(self, count):
        say(f"{self.table}: {', '.join(f'{what} from {column}' for what, column in self.chosen.items())}")
        if self.metadata or self.asked.rows:
            say(f"into metadata, which people can write: {', '.join(self.metadata + self.asked.rows)}")
        if self.app_metadata:
            say(f"into app_metadata, which only your app can write: {', '.join(self.app_metadata)}")
        if self.dropped:
            say(f"left out: {', '.join(self.dropped)} (--metadata or --app-metadata NAME carries one)")
        rest = [name for name in self.children if name not in {table for table, *_ in self.rows.values()}]
        if rest:
            say(f"left where they are, by external_id: {', '.join(rest)} (--rows NAME carries one into metadata)")
        if self.unknown_active:
            say(f"{self.unknown_active} with {self.chosen['active']} NULL: active, as default=True means it")
        if "username" not in self.chosen:
            say("no column of usernames: import with --rename email, which makes them of the addresses")
        say(f"{count} people")


def open_read_only(name):
    path = pathlib.Path(name)
    if not path.is_file():
        sys.exit(f"{name}: no such file")
    # As a URI, because only that can ask for reading alone; a path may have characters that mean something in one.
    database = sqlite3.connect(path.resolve().as_uri() + "?mode=ro", uri=True)
    database.row_factory = sqlite3.Row
    database.text_factory = lambda raw: raw.decode("utf-8", "surrogateescape")
    return database


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("database")
    parser.add_argument("--table")
    for what in COLUMNS:
        parser.add_argument("--" + what, metavar="COLUMN")
    for what, of, says in [
        ("--metadata", "COLUMN", "carry this column where its owner can write it; may be repeated"),
        ("--app-metadata", "COLUMN", "carry this column where only your app can write it; may be repeated"),
        ("--drop", "COLUMN", "leave this column out; may be repeated"),
        ("--rows", "TABLE[.KEY]", "carry a person's rows of this table in metadata; may be repeated"),
    ]:
        parser.add_argument(what, metavar=of, action="append", default=[], help=says)
    parser.add_argument("--addresses-verified", action="store_true", help="each was confirmed, so that people sign in by it")
    asked = parser.parse_args()
    try:
        export = Export(open_read_only(asked.database), asked)
        lines = export.lines()
        export.tell(len(lines))
    except sqlite3.Error as why:
        sys.exit(f"{asked.database}: {why}")
    print("\n".join(lines))


if __name__ == "__main__":
    main()
