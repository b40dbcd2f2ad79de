"""What an IMAP4rev1 server must do, asked of any server: ours in CI, Dovecot in `make accept`, yours by hand.

    python -m tests.imap.conformance --port 2143 --user U --password P [--host H] [--authority PEM] [--in-clear]

Each check works in folders of its own and leaves nothing. The server must offer a Sent folder (SPECIAL-USE).
"""

from __future__ import annotations

import argparse
import base64
import contextlib
import itertools
import re
import ssl
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from typing import NamedTuple

from tests.imap.samples import ACCENTS, BARE, INNER, NESTED, PDF, PLAIN, numbered
from tests.imap.talking import Answer, Client

IDLE_PUSH_SECONDS = 10


class Server(NamedTuple):
    """Where to ask. `tls` None: the checks that want STARTTLS are left out."""

    host: str
    port: int
    user: str
    password: str
    tls: ssl.SSLContext | None


class Check(NamedTuple):
    """A claim and what proves it."""

    title: str
    proves: Callable[[Bench], None]


class Outcome(NamedTuple):
    """`fault` empty: the claim holds."""

    title: str
    fault: str


CHECKS: list[Check] = []
_folders = itertools.count(1)


def check(title: str) -> Callable[[Callable[[Bench], None]], Callable[[Bench], None]]:
    """Add a check to the list."""

    def added(proves: Callable[[Bench], None]) -> Callable[[Bench], None]:
        CHECKS.append(Check(title, proves))
        return proves

    return added


class Bench:
    """What a check works with: connections, and folders that go away with it."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self._open = contextlib.ExitStack()
        self._made: list[str] = []

    def stranger(self, *, encrypted: bool = True) -> Client:
        tls = self.server.tls if encrypted else None
        return self._open.enter_context(Client(self.server.host, self.server.port, tls))

    def client(self) -> Client:
        """A new connection, signed in."""
        client = self.stranger()
        client.ok("LOGIN {} {}", self.server.user.encode(), self.server.password.encode())
        return client

    def folder(self, client: Client, *messages: bytes, flags: str = "") -> str:
        """A new folder with these messages, selected by this client."""
        name = self.name()
        client.ok(f'CREATE "{name}"')
        for message in messages:
            client.ok(f'APPEND "{name}" {f"({flags}) " if flags else ""}{{}}', message)
        client.ok(f'SELECT "{name}"')
        return name

    def name(self, below: str = "") -> str:
        """A name that nothing bears; what bears it at the end is deleted."""
        name = f"{below}/Essai{next(_folders)}" if below else f"Essai{next(_folders)}x{time.monotonic_ns() % 10**9}"
        self._made.append(name)
        return name

    def made(self, name: str) -> str:
        """To be deleted as well."""
        self._made.append(name)
        return name

    def close(self) -> None:
        try:
            client = self.client()
            for name in sorted(self._made, reverse=True):
                client.say(f'DELETE "{name}"')
                client.say(f'UNSUBSCRIBE "{name}"')
        finally:
            self._open.close()


# Before sign-in


@check("the greeting is OK and CAPABILITY lists IMAP4rev1")
def _(on: Bench) -> None:
    client = on.stranger(encrypted=False)
    assert client.greeting.startswith(b"* OK")
    assert b" IMAP4rev1" in client.ok("CAPABILITY").one("CAPABILITY")


@check("before STARTTLS, LOGINDISABLED is offered and LOGIN refused")
def _(on: Bench) -> None:
    if on.server.tls is None:
        return
    client = on.stranger(encrypted=False)
    offered = client.ok("CAPABILITY").one("CAPABILITY").split()
    assert b"STARTTLS" in offered
    assert b"LOGINDISABLED" in offered
    assert client.say("LOGIN {} {}", on.server.user.encode(), on.server.password.encode()).status in ("NO", "BAD")


@check("after STARTTLS, AUTH=PLAIN is offered and LOGINDISABLED is not")
def _(on: Bench) -> None:
    offered = on.stranger().ok("CAPABILITY").one("CAPABILITY").split()
    assert b"AUTH=PLAIN" in offered
    assert b"LOGINDISABLED" not in offered


@check("a wrong password is a NO, and one may try again")
def _(on: Bench) -> None:
    client = on.stranger()
    refused = client.no("LOGIN {} {}", on.server.user.encode(), b"faux")
    assert refused.code.startswith("AUTH")
    client.ok("LOGIN {} {}", on.server.user.encode(), on.server.password.encode())


def _plain(on: Bench) -> bytes:
    return base64.b64encode(f"\0{on.server.user}\0{on.server.password}".encode())


@check("AUTHENTICATE PLAIN with an initial response (SASL-IR)")
def _(on: Bench) -> None:
    client = on.stranger()
    assert b"SASL-IR" in client.ok("CAPABILITY").one("CAPABILITY")
    client.ok(b"AUTHENTICATE PLAIN " + _plain(on))


@check("AUTHENTICATE PLAIN without an initial response")
def _(on: Bench) -> None:
    client = on.stranger()
    tag = client.begin("AUTHENTICATE PLAIN")
    assert client.line().startswith(b"+")
    client.send(_plain(on) + b"\r\n")
    assert client.end(tag).status == "OK"


@check("AUTHENTICATE LOGIN")
def _(on: Bench) -> None:
    client = on.stranger()
    tag = client.begin("AUTHENTICATE LOGIN")
    for word in (on.server.user, on.server.password):
        assert client.line().startswith(b"+")
        client.send(base64.b64encode(word.encode()) + b"\r\n")
    assert client.end(tag).status == "OK"


@check("AUTHENTICATE given up with a star is a BAD")
def _(on: Bench) -> None:
    client = on.stranger()
    tag = client.begin("AUTHENTICATE PLAIN")
    client.line()
    client.send(b"*\r\n")
    assert client.end(tag).status == "BAD"


@check("LOGIN with quoted strings")
def _(on: Bench) -> None:
    client = on.stranger()
    client.ok(f'LOGIN "{on.server.user}" "{on.server.password}"')


@check("commands of a signed-in client are refused to a stranger")
def _(on: Bench) -> None:
    client = on.stranger()
    assert client.say("SELECT INBOX").status in ("NO", "BAD")
    assert client.say('LIST "" "*"').status in ("NO", "BAD")


@check("an unknown command is a BAD under its own tag, and the conversation goes on")
def _(on: Bench) -> None:
    client = on.client()
    client.bad("PERLIMPINPIN")
    client.bad("FETCH 1 FLAGS")
    client.ok("noop")


@check("LOGOUT says BYE, then OK, then hangs up")
def _(on: Bench) -> None:
    client = on.client()
    assert client.ok("LOGOUT").named("BYE")
    assert client.line() == b""


@check("ID")
def _(on: Bench) -> None:
    client = on.client()
    assert client.ok('ID ("name" "essai" "version" NIL)').one("ID")
    assert client.ok("ID NIL").one("ID")


@check("the extensions of this list are all offered once signed in")
def _(on: Bench) -> None:
    offered = on.client().ok("CAPABILITY").one("CAPABILITY").decode().split()
    for word in [
        "ENABLE",
        "IDLE",
        "NAMESPACE",
        "UIDPLUS",
        "MOVE",
        "UNSELECT",
        "SPECIAL-USE",
        "CHILDREN",
        "LIST-EXTENDED",
        "LIST-STATUS",
        "ESEARCH",
        "WITHIN",
        "CONDSTORE",
        "LITERAL+",
        "ID",
        "SASL-IR",
    ]:
        assert word in offered, word


@check("NAMESPACE tells where one's own folders are")
def _(on: Bench) -> None:
    assert on.client().ok("NAMESPACE").one("NAMESPACE").startswith(b'NAMESPACE (("" "/")')


# Folders


@check("SELECT tells FLAGS, EXISTS, RECENT, PERMANENTFLAGS, UIDVALIDITY, UIDNEXT and READ-WRITE")
def _(on: Bench) -> None:
    client = on.client()
    name = on.folder(client, PLAIN, ACCENTS)
    told = client.ok(f'SELECT "{name}"')
    assert told.code == "READ-WRITE"
    assert b"\\Deleted" in told.one("FLAGS")
    assert told.one("EXISTS") == b"2 EXISTS\r\n"
    assert told.named("RECENT")
    (permanent,) = told.codes("PERMANENTFLAGS")
    assert "\\Deleted" in permanent
    assert "\\*" in permanent
    assert int(told.codes("UIDVALIDITY")[0]) > 0
    assert int(told.codes("UIDNEXT")[0]) > 2
    assert told.codes("UNSEEN") == ["1"]


@check("EXAMINE is read only")
def _(on: Bench) -> None:
    client = on.client()
    name = on.folder(client, PLAIN)
    told = client.ok(f'EXAMINE "{name}"')
    assert told.code == "READ-ONLY"
    client.say("STORE 1 +FLAGS (\\Seen)")
    client.ok("FETCH 1 BODY[]")
    assert b"\\Seen" not in client.ok("FETCH 1 FLAGS").one("FETCH")
    client.say("EXPUNGE")
    assert client.ok("SEARCH ALL").numbers() == [1]


@check("SELECT of what is not there is a NO and leaves nothing selected")
def _(on: Bench) -> None:
    client = on.client()
    client.ok("SELECT INBOX")
    client.no('SELECT "nulle part"')
    client.bad("FETCH 1 FLAGS")


@check("INBOX is INBOX in any case")
def _(on: Bench) -> None:
    client = on.client()
    client.ok("SELECT inbox")
    client.ok('STATUS "InBox" (MESSAGES)')


@check("CREATE, LIST, DELETE of a nested folder")
def _(on: Bench) -> None:
    client = on.client()
    name = on.name()
    inner = on.made(f"{name}/deux")
    client.ok(f'CREATE "{inner}/"')
    listed = client.ok(f'LIST "" "{name}*"').named("LIST")
    names = [line.split(b'"/" ')[1].strip().strip(b'"').decode() for line in listed]
    assert sorted(names) == [name, inner]
    client.ok(f'DELETE "{inner}"')
    assert len(client.ok(f'LIST "" "{inner}"').named("LIST")) == 0


@check("CREATE of what exists, DELETE of what does not, are NOs")
def _(on: Bench) -> None:
    client = on.client()
    name = on.name()
    client.ok(f'CREATE "{name}"')
    assert client.no(f'CREATE "{name}"').code == "ALREADYEXISTS"
    assert client.no('DELETE "nulle part"').code == "NONEXISTENT"
    client.no("CREATE INBOX")
    client.no("DELETE INBOX")


@check("a name in modified UTF-7 comes back as it was given")
def _(on: Bench) -> None:
    client = on.client()
    name = on.made(on.name() + "-&AOk-t&AOk- &- &ZeVnLIqe-")
    client.ok(f'CREATE "{name}"')
    assert name.encode() in client.ok(f'LIST "" "{name}"').one("LIST")
    client.ok(f'SELECT "{name}"')


@check("% stops at the separator, * does not")
def _(on: Bench) -> None:
    client = on.client()
    name = on.name()
    inner, deep = on.made(f"{name}/a"), on.made(f"{name}/a/b")
    client.ok(f'CREATE "{deep}"')
    assert len(client.ok(f'LIST "" "{name}/%"').named("LIST")) == 1
    assert len(client.ok(f'LIST "" "{name}/*"').named("LIST")) == 2
    assert len(client.ok(f'LIST "{name}/" "%"').named("LIST")) == 1
    assert inner.encode() in client.ok(f'LIST "{name}/" "%"').one("LIST")


@check("an empty pattern asks for the separator")
def _(on: Bench) -> None:
    assert b'"/"' in on.client().ok('LIST "" ""').one("LIST")


@check("CHILDREN: \\HasChildren and \\HasNoChildren")
def _(on: Bench) -> None:
    client = on.client()
    name = on.name()
    inner = on.made(f"{name}/a")
    client.ok(f'CREATE "{inner}"')
    assert b"\\HasChildren" in client.ok(f'LIST "" "{name}"').one("LIST")
    assert b"\\HasNoChildren" in client.ok(f'LIST "" "{inner}"').one("LIST")


@check("SPECIAL-USE: Sent, Drafts and Trash, listed and selected for")
def _(on: Bench) -> None:
    client = on.client()
    found = client.ok('LIST (SPECIAL-USE) "" "*"').named("LIST")
    for use in (b"\\Sent", b"\\Drafts", b"\\Trash"):
        assert sum(use in line for line in found) == 1, use
    client.ok('LIST "" "*" RETURN (SPECIAL-USE)')


@check("LIST-EXTENDED: several patterns, SUBSCRIBED, RETURN (CHILDREN)")
def _(on: Bench) -> None:
    client = on.client()
    one, other = on.name(), on.name()
    client.ok(f'CREATE "{one}"')
    client.ok(f'CREATE "{other}"')
    client.ok(f'SUBSCRIBE "{one}"')
    client.say(f'UNSUBSCRIBE "{other}"')
    assert len(client.ok(f'LIST "" ("{one}" "{other}") RETURN (CHILDREN)').named("LIST")) == 2
    chosen = client.ok(f'LIST (SUBSCRIBED) "" ("{one}" "{other}")').one("LIST")
    assert one.encode() in chosen
    assert b"\\Subscribed" in client.ok(f'LIST "" "{one}" RETURN (SUBSCRIBED)').one("LIST")


@check("LIST-STATUS tells counts in one go")
def _(on: Bench) -> None:
    client = on.client()
    name = on.folder(client, PLAIN, ACCENTS)
    told = client.ok(f'LIST "" "{name}" RETURN (STATUS (MESSAGES UNSEEN))')
    assert told.named("LIST")
    assert told.one("STATUS").endswith(b"(MESSAGES 2 UNSEEN 2)\r\n")


@check("SUBSCRIBE, LSUB, UNSUBSCRIBE")
def _(on: Bench) -> None:
    client = on.client()
    name = on.name()
    client.ok(f'CREATE "{name}"')
    client.ok(f'SUBSCRIBE "{name}"')
    assert client.ok(f'LSUB "" "{name}"').named("LSUB")
    client.ok(f'UNSUBSCRIBE "{name}"')
    assert not client.ok(f'LSUB "" "{name}"').named("LSUB")


@check("LSUB with % shows the parent of what is subscribed below")
def _(on: Bench) -> None:
    client = on.client()
    name = on.name()
    inner = on.made(f"{name}/a")
    client.ok(f'CREATE "{inner}"')
    client.say(f'UNSUBSCRIBE "{name}"')
    client.ok(f'SUBSCRIBE "{inner}"')
    shown = client.ok(f'LSUB "" "{name[:-2]}%"').one("LSUB")
    assert b"\\Noselect" in shown
    assert name.encode() in shown


@check("STATUS")
def _(on: Bench) -> None:
    client = on.client()
    name = on.folder(client, PLAIN, ACCENTS)
    client.ok("STORE 1 +FLAGS (\\Seen)")
    told = client.ok(f'STATUS "{name}" (MESSAGES RECENT UIDNEXT UIDVALIDITY UNSEEN)').one("STATUS").decode()
    assert "MESSAGES 2" in told
    assert "UNSEEN 1" in told
    assert re.search(r"UIDNEXT [3-9]", told)
    client.no('STATUS "nulle part" (MESSAGES)')
    client.bad(f'STATUS "{name}" (POUDRE)')


@check("RENAME takes messages and what is below along; UIDs stay good")
def _(on: Bench) -> None:
    client = on.client()
    before, after = on.folder(client, PLAIN), on.name()
    below = on.made(f"{after}/bas")
    on.made(f"{before}/bas")
    client.ok(f'CREATE "{before}/bas"')
    uid = client.ok("UID SEARCH ALL").numbers()
    client.ok("UNSELECT")
    client.ok(f'RENAME "{before}" "{after}"')
    client.no(f'SELECT "{before}"')
    client.ok(f'SELECT "{after}"')
    assert client.ok("UID SEARCH ALL").numbers() == uid
    client.ok(f'STATUS "{below}" (MESSAGES)')


@check("RENAME onto what exists, or of what does not, is a NO")
def _(on: Bench) -> None:
    client = on.client()
    one, other = on.name(), on.name()
    client.ok(f'CREATE "{one}"')
    client.ok(f'CREATE "{other}"')
    client.no(f'RENAME "{one}" "{other}"')
    client.no('RENAME "nulle part" "ailleurs"')


@check("a folder deleted and made again has another UIDVALIDITY, or UIDs that were never given")
def _(on: Bench) -> None:
    client = on.client()
    name = on.folder(client, PLAIN)
    first = client.ok(f'STATUS "{name}" (UIDVALIDITY UIDNEXT)').one("STATUS")
    client.ok("UNSELECT")
    client.ok(f'DELETE "{name}"')
    client.ok(f'CREATE "{name}"')
    assert client.ok(f'STATUS "{name}" (UIDVALIDITY UIDNEXT)').one("STATUS") != first


# APPEND


@check("APPEND keeps bytes, flags and date")
def _(on: Bench) -> None:
    client = on.client()
    name = on.folder(client)
    client.ok(f'APPEND "{name}" (\\Seen \\Flagged $Essai) " 5-Mar-2026 07:08:09 +0000" {{}}', PLAIN)
    told = client.ok("FETCH 1 (FLAGS INTERNALDATE RFC822.SIZE BODY.PEEK[])").one("FETCH")
    assert PLAIN in told
    assert b"RFC822.SIZE %d" % len(PLAIN) in told
    assert b'INTERNALDATE " 5-Mar-2026 ' in told or b'INTERNALDATE "05-Mar-2026 ' in told
    for flag in (b"\\Seen", b"\\Flagged", b"$Essai"):
        assert flag in told


@check("APPEND with a date in another zone keeps the moment")
def _(on: Bench) -> None:
    client = on.client()
    name = on.folder(client)
    client.ok(f'APPEND "{name}" "05-Mar-2026 01:00:00 +0200" {{}}', PLAIN)
    assert client.ok("SEARCH SINCE 4-Mar-2026 BEFORE 6-Mar-2026").numbers() == [1]


@check("APPEND with a literal that does not wait (LITERAL+)")
def _(on: Bench) -> None:
    client = on.client()
    name = on.folder(client)
    client.ok(f'APPEND "{name}" {{}}', NESTED, plus=True)
    assert NESTED in client.ok("FETCH 1 BODY.PEEK[]").one("FETCH")


@check("APPEND where there is nothing asks to create (TRYCREATE)")
def _(on: Bench) -> None:
    assert on.client().no('APPEND "nulle part" {}', PLAIN).code == "TRYCREATE"


@check("APPEND tells the UID (UIDPLUS)")
def _(on: Bench) -> None:
    client = on.client()
    name = on.folder(client, PLAIN)
    word, validity, uid = client.ok(f'APPEND "{name}" {{}}', ACCENTS).code.split()
    assert word == "APPENDUID"
    assert client.ok(f'SELECT "{name}"').codes("UIDVALIDITY") == [validity]
    assert ACCENTS in client.ok(f"UID FETCH {uid} BODY.PEEK[]").one("FETCH")


@check("APPEND to the selected folder is told at once")
def _(on: Bench) -> None:
    client = on.client()
    name = on.folder(client)
    assert client.ok(f'APPEND "{name}" {{}}', PLAIN).named("EXISTS")[-1] == b"1 EXISTS\r\n"


@check("APPEND with a faulty date is a BAD")
def _(on: Bench) -> None:
    client = on.client()
    name = on.folder(client)
    answer = client.say(f'APPEND "{name}" "31-Fev-2026 07:08:09 +0000" {{}}', PLAIN)
    assert answer.status == "BAD"
    client.ok("NOOP")


# FETCH


@check("ENVELOPE")
def _(on: Bench) -> None:
    client = on.client()
    on.folder(client, PLAIN)
    told = client.ok("FETCH 1 ENVELOPE").one("FETCH")
    assert told == (
        b'1 FETCH (ENVELOPE ("Mon, 16 Nov 2026 10:00:00 +0100" "Avis sur un =?utf-8?b?YmlsYW4gcsOpbmFs?=" '
        b'(("Claire Durand" NIL "claire" "hopital.example")) '
        b'((NIL NIL "secretariat" "hopital.example")) '
        b'(("Service" NIL "service" "hopital.example")) '
        b'((NIL NIL "hugo" "cabinet.example")("Moreau, Ines" NIL "ines" "cabinet.example")) '
        b'(("=?utf-8?q?L=C3=A9a?=" NIL "lea" "cabinet.example")) '
        b'((NIL NIL "cache" "cabinet.example")) '
        b'"<zero@cabinet.example>" "<un@hopital.example>"))\r\n'
    ), told


@check("ENVELOPE of a bare message: From stands for Sender and Reply-To, the rest is NIL")
def _(on: Bench) -> None:
    client = on.client()
    on.folder(client, BARE)
    someone = b'((NIL NIL "claire" "hopital.example"))'
    told = client.ok("FETCH 1 ENVELOPE").one("FETCH")
    assert told == (
        b'1 FETCH (ENVELOPE (NIL "Sans corps" ' + b" ".join([someone] * 3) + b" NIL NIL NIL NIL NIL))\r\n"
    ), told


def _folded(told: bytes) -> bytes:
    """BODYSTRUCTURE without the case of what has none."""
    return re.sub(rb'"[^"]*"', lambda found: found[0].lower(), told)


@check("BODYSTRUCTURE of a plain message")
def _(on: Bench) -> None:
    client = on.client()
    on.folder(client, PLAIN)
    told = _folded(client.ok("FETCH 1 BODYSTRUCTURE").one("FETCH"))
    assert told.startswith(
        b'1 FETCH (BODYSTRUCTURE ("text" "plain" ("charset" "us-ascii") NIL NIL "7bit" 31 2 NIL NIL NIL NIL'
    ), told


@check("BODYSTRUCTURE of nested parts and of a message within the message")
def _(on: Bench) -> None:
    client = on.client()
    on.folder(client, NESTED)
    told = _folded(client.ok("FETCH 1 BODYSTRUCTURE").one("FETCH"))
    assert told.startswith(
        b'1 FETCH (BODYSTRUCTURE (("text" "plain" ("charset" "utf-8") "<texte@hopital.example>" "le texte" "8bit" 20 1 '
        b'NIL NIL ("fr") NIL)("application" "pdf" ("name" "bilan.pdf") NIL NIL "base64" '
    ), told
    assert b'("attachment" ("filename" "bilan.pdf"))' in told
    assert b'("message" "rfc822" NIL NIL NIL "7bit" %d ("wed, 18 nov 2026' % len(INNER) in told, told
    assert b'"<joint@resultats.example>") (("text" "plain"' in told
    assert b'"alternative" ("boundary" "dedans")' in told
    assert b'"mixed" ("boundary" "dehors")' in told


@check("BODY is BODYSTRUCTURE without its extensions")
def _(on: Bench) -> None:
    client = on.client()
    on.folder(client, NESTED)
    told = _folded(client.ok("FETCH 1 BODY").one("FETCH"))
    assert told.endswith(b'"mixed"))\r\n')
    assert b"attachment" not in told


@check("parts by number, within parts and within messages")
def _(on: Bench) -> None:
    client = on.client()
    on.folder(client, NESTED)
    for section, content in {
        "1": "Voici les pièces.\r\n".encode(),
        "2": PDF.removesuffix(b"\r\n"),
        "3": INNER,
        "3.1": b"texte joint",
        "3.2": b"<p>texte joint</p>",
        "3.HEADER": INNER[: INNER.index(b"\r\n\r\n") + 4],
        "3.TEXT": INNER[INNER.index(b"\r\n\r\n") + 4 :],
        "3.2.MIME": b"Content-Type: text/html\r\n\r\n",
    }.items():
        told = client.ok(f"FETCH 1 BODY.PEEK[{section}]").one("FETCH")
        assert told == b"1 FETCH (BODY[%s] {%d}\r\n%s)\r\n" % (section.encode(), len(content), content), told


@check("HEADER, TEXT and RFC822 in all its forms")
def _(on: Bench) -> None:
    client = on.client()
    on.folder(client, PLAIN)
    cut = PLAIN.index(b"\r\n\r\n") + 4
    for item, content in {
        "BODY.PEEK[]": PLAIN,
        "BODY.PEEK[HEADER]": PLAIN[:cut],
        "BODY.PEEK[TEXT]": PLAIN[cut:],
        "BODY.PEEK[1]": PLAIN[cut:],
        "RFC822.HEADER": PLAIN[:cut],
        "RFC822.TEXT": PLAIN[cut:],
        "RFC822": PLAIN,
    }.items():
        told = client.ok(f"FETCH 1 {item}").one("FETCH")
        assert b" {%d}\r\n%s" % (len(content), content) in told, (item, told)


@check("HEADER.FIELDS and HEADER.FIELDS.NOT, folded and repeated headers whole")
def _(on: Bench) -> None:
    client = on.client()
    on.folder(client, PLAIN)
    told = client.ok("FETCH 1 BODY.PEEK[HEADER.FIELDS (x-essai X-PLIE Absent)]").one("FETCH")
    assert b"\r\nX-Essai: premier\r\nX-Essai: second\r\nX-Plie: une valeur\r\n\tsur deux lignes\r\n\r\n)" in told, told
    told = client.ok("FETCH 1 BODY.PEEK[HEADER.FIELDS.NOT (X-Essai X-Plie To Received)]").one("FETCH")
    assert b"X-Essai: " not in told
    assert b"\r\nTo: " not in told
    assert b"Subject: Avis" in told
    assert told.endswith(b"\r\n\r\n)\r\n")


@check("partial fetches, within, across the end and beyond it")
def _(on: Bench) -> None:
    client = on.client()
    on.folder(client, PLAIN)
    told = client.ok("FETCH 1 BODY.PEEK[]<6.10>").one("FETCH")
    assert told == b"1 FETCH (BODY[]<6> {10}\r\n%s)\r\n" % PLAIN[6:16], told
    told = client.ok(f"FETCH 1 BODY.PEEK[]<{len(PLAIN) - 4}.100>").one("FETCH")
    assert b"{4}\r\n" + PLAIN[-4:] in told
    told = client.ok("FETCH 1 BODY.PEEK[]<90000.10>").one("FETCH")
    assert b"BODY[]<90000> " in told
    assert b"{0}" in told or b'""' in told


@check("a part that is not there does not stop the rest")
def _(on: Bench) -> None:
    client = on.client()
    on.folder(client, PLAIN)
    told = client.ok("FETCH 1 (UID BODY.PEEK[7])").one("FETCH")
    assert b"UID " in told
    assert b"BODY[7] NIL" in told or b'BODY[7] ""' in told or b"BODY[7] {0}" in told


@check("macros ALL, FAST and FULL")
def _(on: Bench) -> None:
    client = on.client()
    on.folder(client, PLAIN)
    fast = client.ok("FETCH 1 FAST").one("FETCH")
    assert all(word in fast for word in (b"FLAGS", b"INTERNALDATE", b"RFC822.SIZE"))
    assert b"ENVELOPE" not in fast
    assert b"ENVELOPE" in client.ok("FETCH 1 ALL").one("FETCH")
    assert b"BODY (" in client.ok("FETCH 1 FULL").one("FETCH")


@check("BODY[] marks as read, BODY.PEEK[] does not, and the mark is told")
def _(on: Bench) -> None:
    client = on.client()
    on.folder(client, PLAIN, ACCENTS)
    client.ok("FETCH 1 BODY.PEEK[]")
    assert b"\\Seen" not in client.ok("FETCH 1 FLAGS").one("FETCH")
    told = client.ok("FETCH 1 BODY[TEXT]")
    assert any(b"\\Seen" in line for line in told.named("FETCH"))
    client.ok("FETCH 2 RFC822")
    assert client.ok("SEARCH SEEN").numbers() == [1, 2]


@check("UID FETCH always tells the UID; a UID that is not there is not a fault")
def _(on: Bench) -> None:
    client = on.client()
    on.folder(client, PLAIN, ACCENTS)
    uids = client.ok("UID SEARCH ALL").numbers()
    told = client.ok(f"UID FETCH {uids[1]},4000000000 FLAGS").one("FETCH")
    assert b"UID %d" % uids[1] in told
    assert client.ok("UID FETCH 4000000000 FLAGS").named("FETCH") == []
    assert len(client.ok("UID FETCH 4000000000:* FLAGS").named("FETCH")) == 1


@check("sets: ranges either way, star, repetitions")
def _(on: Bench) -> None:
    client = on.client()
    on.folder(client, *(numbered(n) for n in range(5)))
    for text, count in {"1:*": 5, "*:1": 5, "5,1": 2, "2:3,3:4": 3, "*": 1, "3:2": 2}.items():
        assert len(client.ok(f"FETCH {text} UID").named("FETCH")) == count, text


@check("a message number beyond the last is a BAD or NO")
def _(on: Bench) -> None:
    client = on.client()
    on.folder(client, PLAIN)
    assert client.say("FETCH 2 UID").status in ("NO", "BAD")
    assert client.say("FETCH 0 UID").status == "BAD"


@check("UIDs grow and are never given twice")
def _(on: Bench) -> None:
    client = on.client()
    name = on.folder(client, PLAIN, ACCENTS)
    before = client.ok("UID SEARCH ALL").numbers()
    client.ok("STORE 2 +FLAGS.SILENT (\\Deleted)")
    client.ok("EXPUNGE")
    client.ok(f'APPEND "{name}" {{}}', PLAIN)
    client.ok("NOOP")
    after = client.ok("UID SEARCH ALL").numbers()
    assert after[0] == before[0]
    assert after[1] > before[1]


# STORE


@check("STORE sets, adds, takes off, and tells")
def _(on: Bench) -> None:
    client = on.client()
    on.folder(client, PLAIN)
    assert b"\\Flagged" in client.ok("STORE 1 FLAGS (\\Flagged \\Draft)").one("FETCH")
    told = client.ok("STORE 1 +FLAGS \\Answered").one("FETCH")
    assert b"\\Flagged" in told
    assert b"\\Answered" in told
    told = client.ok("STORE 1 -FLAGS (\\Flagged)").one("FETCH")
    assert b"\\Flagged" not in told
    assert b"\\Draft" in told
    told = client.ok("STORE 1 FLAGS ()").one("FETCH")
    assert b"\\Draft" not in told


@check("STORE .SILENT says nothing")
def _(on: Bench) -> None:
    client = on.client()
    on.folder(client, PLAIN)
    assert client.ok("STORE 1 +FLAGS.SILENT (\\Seen)").named("FETCH") == []
    assert b"\\Seen" in client.ok("FETCH 1 FLAGS").one("FETCH")


@check("keywords: $MDNSent, $Forwarded and any other, kept and found")
def _(on: Bench) -> None:
    client = on.client()
    name = on.folder(client, PLAIN, ACCENTS)
    client.ok("STORE 1 +FLAGS ($MDNSent $Forwarded unMotCle)")
    client.ok(f'SELECT "{name}"')
    told = client.ok("FETCH 1 FLAGS").one("FETCH").lower()
    assert all(word in told for word in (b"$mdnsent", b"$forwarded", b"unmotcle"))
    assert client.ok("SEARCH KEYWORD $MDNSent").numbers() == [1]
    assert client.ok("SEARCH UNKEYWORD $MDNSent").numbers() == [2]


@check("UID STORE")
def _(on: Bench) -> None:
    client = on.client()
    on.folder(client, PLAIN, ACCENTS)
    uid = client.ok("UID SEARCH ALL").numbers()[1]
    told = client.ok(f"UID STORE {uid} +FLAGS (\\Deleted)").one("FETCH")
    assert told.startswith(b"2 FETCH")
    assert b"UID %d" % uid in told


# SEARCH


@check("SEARCH by marks, numbers and logic")
def _(on: Bench) -> None:
    client = on.client()
    on.folder(client, *(numbered(n) for n in range(1, 7)))
    client.ok("STORE 1:3 +FLAGS.SILENT (\\Seen)")
    client.ok("STORE 2,5 +FLAGS.SILENT (\\Flagged)")
    client.ok("STORE 6 +FLAGS.SILENT (\\Answered \\Deleted \\Draft)")
    for asked, found in {
        "ALL": [1, 2, 3, 4, 5, 6],
        "SEEN": [1, 2, 3],
        "UNSEEN FLAGGED": [5],
        "NOT SEEN": [4, 5, 6],
        "OR SEEN FLAGGED": [1, 2, 3, 5],
        "OR (SEEN NOT FLAGGED) DELETED": [1, 3, 6],
        "2:4 UNSEEN": [4],
        "5:*": [5, 6],
        "ANSWERED": [6],
        "UNANSWERED FLAGGED": [2, 5],
        "UNDELETED UNDRAFT UNFLAGGED": [1, 3, 4],
        "DRAFT": [6],
        "NOT (OR 1:2 3:4)": [5, 6],
    }.items():
        assert client.ok(f"SEARCH {asked}").numbers() == found, asked


@check("SEARCH by people, subject, header and text")
def _(on: Bench) -> None:
    client = on.client()
    on.folder(client, PLAIN, ACCENTS, NESTED)
    for asked, found in {
        "FROM claire": [1, 3],
        'FROM "Claire Durand"': [1],
        "TO ines": [1],
        'TO "moreau, ines"': [1],
        "CC lea": [1],
        "BCC cache": [1],
        "SUBJECT avis": [1],
        "HEADER X-Essai second": [1],
        'HEADER X-Essai ""': [1],
        "HEADER X-Absent x": [],
        'HEADER Message-ID "<accents@cabinet.example>"': [2],
        "BODY kalitemie": [1],
        "TEXT KALITEMIE": [1],
        "TEXT parties@hopital": [3],
        "BODY hopital.example": [],
        'BODY "texte joint"': [3],
    }.items():
        assert client.ok(f"SEARCH {asked}").numbers() == found, asked


@check("SEARCH in UTF-8, in encoded subjects and bodies")
def _(on: Bench) -> None:
    client = on.client()
    on.folder(client, PLAIN, ACCENTS)
    assert client.ok("SEARCH CHARSET UTF-8 SUBJECT {}", "hémoglobine".encode()).numbers() == [2]
    assert client.ok("SEARCH CHARSET UTF-8 SUBJECT {}", "HÉMOGLOBINE".encode()).numbers() == [2]
    assert client.ok("SEARCH CHARSET UTF-8 FROM {}", "hélène".encode()).numbers() == [2]
    assert client.ok("SEARCH CHARSET UTF-8 BODY {}", "supérieur".encode()).numbers() == [2]
    assert client.ok("SEARCH CHARSET UTF-8 SUBJECT {}", "rénal".encode()).numbers() == [1]
    assert client.ok("SEARCH CHARSET US-ASCII SUBJECT avis").numbers() == [1]


@check("an unknown character set is a NO that names those there are")
def _(on: Bench) -> None:
    client = on.client()
    on.folder(client, PLAIN)
    assert client.no("SEARCH CHARSET X-POUDRE SUBJECT avis").code.startswith("BADCHARSET")


@check("SEARCH by date received and date sent")
def _(on: Bench) -> None:
    client = on.client()
    name = on.folder(client)
    client.ok(f'APPEND "{name}" "01-Feb-2026 12:00:00 +0000" {{}}', PLAIN)
    client.ok(f'APPEND "{name}" "10-Feb-2026 12:00:00 +0000" {{}}', ACCENTS)
    for asked, found in {
        "SINCE 10-Feb-2026": [2],
        "BEFORE 10-Feb-2026": [1],
        "ON 1-Feb-2026": [1],
        'ON "01-Feb-2026"': [1],
        "SENTSINCE 17-Nov-2026": [2],
        "SENTON 17-Nov-2026": [2],
        "SENTBEFORE 17-Nov-2026": [1],
    }.items():
        assert client.ok(f"SEARCH {asked}").numbers() == found, asked


@check("SEARCH by size and by age")
def _(on: Bench) -> None:
    client = on.client()
    name = on.folder(client, PLAIN, NESTED)
    client.ok(f'APPEND "{name}" "01-Feb-2020 12:00:00 +0000" {{}}', PLAIN)
    assert client.ok(f"SEARCH LARGER {len(PLAIN)}").numbers() == [2]
    assert client.ok(f"SEARCH SMALLER {len(NESTED)}").numbers() == [1, 3]
    assert client.ok("SEARCH OLDER 3600").numbers() == [3]
    assert client.ok("SEARCH YOUNGER 3600").numbers() == [1, 2]


@check("UID SEARCH, and UID within SEARCH")
def _(on: Bench) -> None:
    client = on.client()
    on.folder(client, PLAIN, ACCENTS)
    uids = client.ok("UID SEARCH ALL").numbers()
    assert client.ok("UID SEARCH 2").numbers() == uids[1:]
    assert client.ok(f"SEARCH UID {uids[1]}").numbers() == [2]


@check("ESEARCH: MIN, MAX, COUNT, ALL")
def _(on: Bench) -> None:
    client = on.client()
    on.folder(client, *(numbered(n) for n in range(1, 6)))
    client.ok("STORE 4 +FLAGS.SILENT (\\Seen)")
    told = client.ok("SEARCH RETURN (MIN MAX COUNT ALL) UNSEEN").one("ESEARCH").decode()
    for words in ("MIN 1", "MAX 5", "COUNT 4", "ALL 1:3,5"):
        assert words in told, told
    assert "COUNT 0" in client.ok("SEARCH RETURN (COUNT) DELETED").one("ESEARCH").decode()
    assert "UID" in client.ok("UID SEARCH RETURN () ALL").one("ESEARCH").decode()


@check("a faulty SEARCH is a BAD")
def _(on: Bench) -> None:
    client = on.client()
    on.folder(client, PLAIN)
    client.bad("SEARCH POUDRE")
    client.bad("SEARCH SINCE hier")
    client.bad("SEARCH (SEEN")
    client.bad("SEARCH")


# COPY, MOVE, EXPUNGE


@check("COPY keeps flags and date, and tells both UIDs")
def _(on: Bench) -> None:
    client = on.client()
    target = on.name()
    client.ok(f'CREATE "{target}"')
    name = on.folder(client)
    client.ok(f'APPEND "{name}" (\\Flagged $MDNSent) "01-Feb-2026 12:00:00 +0000" {{}}', PLAIN)
    uid = client.ok("UID SEARCH ALL").numbers()[0]
    word, _, before, after = client.ok(f'UID COPY {uid} "{target}"').code.split()
    assert (word, before) == ("COPYUID", str(uid))
    client.ok(f'SELECT "{target}"')
    told = client.ok(f"UID FETCH {after} (FLAGS INTERNALDATE BODY.PEEK[])").one("FETCH")
    assert PLAIN in told
    assert b"\\Flagged" in told
    assert b"$mdnsent" in told.lower()
    assert b"1-Feb-2026" in told


@check("COPY to what is not there asks to create, and copies nothing")
def _(on: Bench) -> None:
    client = on.client()
    on.folder(client, PLAIN)
    assert client.no('COPY 1 "nulle part"').code == "TRYCREATE"


@check("COPY into its own folder makes one more")
def _(on: Bench) -> None:
    client = on.client()
    name = on.folder(client, PLAIN)
    client.ok(f'COPY 1 "{name}"')
    client.ok("NOOP")
    assert client.ok("SEARCH ALL").numbers() == [1, 2]


@check("MOVE tells COPYUID, then EXPUNGE; the message is there and no more here")
def _(on: Bench) -> None:
    client = on.client()
    target = on.name()
    client.ok(f'CREATE "{target}"')
    on.folder(client, PLAIN, ACCENTS)
    told = client.ok(f'MOVE 1 "{target}"')
    assert told.codes("COPYUID")
    assert told.named("EXPUNGE") == [b"1 EXPUNGE\r\n"]
    assert client.ok("SEARCH ALL").numbers() == [1]
    assert b"MESSAGES 1" in client.ok(f'STATUS "{target}" (MESSAGES)').one("STATUS")


@check("UID MOVE")
def _(on: Bench) -> None:
    client = on.client()
    target = on.name()
    client.ok(f'CREATE "{target}"')
    on.folder(client, PLAIN, ACCENTS)
    uid = client.ok("UID SEARCH ALL").numbers()[1]
    assert client.ok(f'UID MOVE {uid} "{target}"').named("EXPUNGE") == [b"2 EXPUNGE\r\n"]
    assert client.no('UID MOVE 1:* "nulle part"').code == "TRYCREATE"


@check("EXPUNGE renumbers as it tells")
def _(on: Bench) -> None:
    client = on.client()
    on.folder(client, *(numbered(n) for n in range(1, 6)))
    client.ok("STORE 2,4 +FLAGS.SILENT (\\Deleted)")
    left = [1, 2, 3, 4, 5]
    for line in client.ok("EXPUNGE").named("EXPUNGE"):
        del left[int(line.split()[0]) - 1]
    assert left == [1, 3, 5]
    assert client.ok("SEARCH ALL").numbers() == [1, 2, 3]
    assert client.ok("EXPUNGE").named("EXPUNGE") == []


@check("UID EXPUNGE takes only what is named (UIDPLUS)")
def _(on: Bench) -> None:
    client = on.client()
    on.folder(client, PLAIN, ACCENTS)
    client.ok("STORE 1:2 +FLAGS.SILENT (\\Deleted)")
    uid = client.ok("UID SEARCH ALL").numbers()[1]
    assert client.ok(f"UID EXPUNGE {uid}").named("EXPUNGE") == [b"2 EXPUNGE\r\n"]


@check("CLOSE takes out without a word; UNSELECT does not take out")
def _(on: Bench) -> None:
    client = on.client()
    name = on.folder(client, PLAIN, ACCENTS)
    client.ok("STORE 1 +FLAGS.SILENT (\\Deleted)")
    client.ok("UNSELECT")
    assert client.ok(f'SELECT "{name}"').one("EXISTS") == b"2 EXISTS\r\n"
    assert client.ok("CLOSE").named("EXPUNGE") == []
    client.bad("FETCH 1 FLAGS")
    assert client.ok(f'SELECT "{name}"').one("EXISTS") == b"1 EXISTS\r\n"


@check("CHECK and NOOP")
def _(on: Bench) -> None:
    client = on.client()
    client.bad("CHECK")
    on.folder(client, PLAIN)
    client.ok("CHECK")
    client.ok("NOOP")


# Two clients


@check("what one client files, marks and takes out, the other is told at its next command")
def _(on: Bench) -> None:
    one, other = on.client(), on.client()
    name = on.folder(one, PLAIN, ACCENTS)
    other.ok(f'SELECT "{name}"')
    one.ok(f'APPEND "{name}" {{}}', NESTED)
    assert _soon(other, "EXISTS") == [b"3 EXISTS\r\n"]
    one.ok("STORE 2 +FLAGS (\\Flagged)")
    assert any(line.startswith(b"2 FETCH") and b"\\Flagged" in line for line in _soon(other, "FETCH"))
    one.ok("STORE 1 +FLAGS.SILENT (\\Deleted)")
    one.ok("EXPUNGE")
    assert _soon(other, "EXPUNGE") == [b"1 EXPUNGE\r\n"]


def _soon(client: Client, word: str) -> list[bytes]:
    """What NOOP tells, a few times if need be: some servers look every half second."""
    for _ in range(20):
        found = client.ok("NOOP").named(word)
        if found:
            return found
        time.sleep(0.1)
    raise AssertionError(f"nothing said {word}")


@check("no EXPUNGE while FETCH, STORE or SEARCH is answered, and numbers stay good until then")
def _(on: Bench) -> None:
    one, other = on.client(), on.client()
    name = on.folder(one, *(numbered(n) for n in range(1, 4)))
    other.ok(f'SELECT "{name}"')
    one.ok("STORE 1 +FLAGS.SILENT (\\Deleted)")
    one.ok("EXPUNGE")
    time.sleep(0.6)
    assert other.say("FETCH 3 BODY.PEEK[HEADER.FIELDS (SUBJECT)]").named("EXPUNGE") == []
    told = other.say("FETCH 3 BODY.PEEK[HEADER.FIELDS (SUBJECT)]")
    assert b"Message 3" in told.one("FETCH")
    assert other.say("STORE 3 +FLAGS (\\Seen)").named("EXPUNGE") == []
    assert other.say("SEARCH ALL").named("EXPUNGE") == []
    assert _soon(other, "EXPUNGE") == [b"1 EXPUNGE\r\n"]
    assert b"Message 3" in other.ok("FETCH 2 BODY.PEEK[HEADER.FIELDS (SUBJECT)]").one("FETCH")


@check("IDLE tells what arrives and what goes, until DONE")
def _(on: Bench) -> None:
    one, other = on.client(), on.client()
    name = on.folder(one, PLAIN)
    other.ok(f'SELECT "{name}"')
    tag = other.begin("IDLE")
    assert other.line().startswith(b"+")
    one.ok(f'APPEND "{name}" {{}}', ACCENTS)
    _heard(other, b"* 2 EXISTS\r\n")
    one.ok("STORE 1 +FLAGS.SILENT (\\Deleted)")
    one.ok("EXPUNGE")
    _heard(other, b"* 1 EXPUNGE\r\n")
    other.send(b"DONE\r\n")
    assert other.end(tag).status == "OK"


def _heard(client: Client, wanted: bytes) -> None:
    client.socket.settimeout(IDLE_PUSH_SECONDS)
    for _ in range(20):
        if client.line() == wanted:
            return
    raise AssertionError(f"never told {wanted!r}")


@check("IDLE ended by something else than DONE is a BAD")
def _(on: Bench) -> None:
    client = on.client()
    tag = client.begin("IDLE")
    client.line()
    client.send(b"PERLIMPINPIN\r\n")
    assert client.end(tag).status == "BAD"


# CONDSTORE, UTF8


@check("CONDSTORE: MODSEQ grows, CHANGEDSINCE and UNCHANGEDSINCE choose")
def _(on: Bench) -> None:
    client = on.client()
    name = on.folder(client, PLAIN, ACCENTS)
    (highest,) = client.ok(f'SELECT "{name}" (CONDSTORE)').codes("HIGHESTMODSEQ")
    told = client.ok("STORE 1 +FLAGS (\\Seen)").one("FETCH")
    assert int(re.search(rb"MODSEQ \((\d+)\)", told)[1]) > int(highest)  # type: ignore[index]
    changed = client.ok(f"FETCH 1:* (FLAGS) (CHANGEDSINCE {highest})").named("FETCH")
    assert [line.split()[0] for line in changed] == [b"1"]
    refused = client.say(f"STORE 1:2 (UNCHANGEDSINCE {highest}) +FLAGS.SILENT (\\Flagged)")
    assert refused.code == "MODIFIED 1"
    assert client.ok("SEARCH FLAGGED").numbers() == [2]
    assert re.search(rb"HIGHESTMODSEQ \d+", client.ok(f'STATUS "{name}" (HIGHESTMODSEQ)').one("STATUS"))


@check("ENABLE tells what it enabled, and nothing of what it does not know")
def _(on: Bench) -> None:
    client = on.client()
    told = client.ok("ENABLE CONDSTORE X-POUDRE").one("ENABLED").split()
    assert told[1:] == [b"CONDSTORE"]


# Form


@check("literals wherever a string may stand, several in one command")
def _(on: Bench) -> None:
    client = on.client()
    name = on.folder(client, PLAIN)
    client.ok("SELECT {}", name.encode())
    assert client.ok("SEARCH FROM {} SUBJECT {}", b"claire", b"avis").numbers() == [1]
    client.ok("STATUS {} (MESSAGES)", name.encode(), plus=True)


@check("commands sent ahead are answered in order")
def _(on: Bench) -> None:
    client = on.client()
    client.send(b"x1 NOOP\r\nx2 CAPABILITY\r\nx3 NOOP\r\n")
    tags = []
    while len(tags) < 3:
        line = client.line()
        if not line.startswith(b"* "):
            tags.append(line.split()[0])
    assert tags == [b"x1", b"x2", b"x3"]


@check("escaped quotes in a quoted string")
def _(on: Bench) -> None:
    client = on.client()
    on.folder(client, PLAIN.replace(b"Avis sur un", b'Avis "clair" sur un'))
    assert client.ok('SEARCH SUBJECT "\\"clair\\""').numbers() == [1]
    told = client.ok("FETCH 1 ENVELOPE").one("FETCH")
    assert b'"Avis \\"clair\\" sur' in told or b'}\r\nAvis "clair" sur' in told


def run(server: Server, titles: set[str] | None = None) -> Iterator[Outcome]:
    """Each claim and whether this server holds it."""
    for claim in CHECKS:
        if titles is None or claim.title in titles:
            yield Outcome(claim.title, prove(claim, server))


def prove(claim: Check, server: Server) -> str:
    """Nothing, or what was seen instead."""
    bench = Bench(server)
    try:
        claim.proves(bench)
    except (AssertionError, OSError, ValueError, IndexError) as error:
        where = traceback.extract_tb(error.__traceback__)[-1]
        return f"{type(error).__name__} {error} (line {where.lineno}: {where.line})"
    finally:
        with contextlib.suppress(AssertionError, OSError):
            bench.close()
    return ""


def main() -> int:
    """Ask a server; the exit status tells whether everything holds."""
    asked = argparse.ArgumentParser(description="IMAP4rev1 conformance checks")
    asked.add_argument("--host", default="127.0.0.1")
    asked.add_argument("--port", type=int, required=True)
    asked.add_argument("--user", required=True)
    asked.add_argument("--password", required=True)
    asked.add_argument("--authority", help="PEM of the authority to trust; else the certificate is not checked")
    asked.add_argument("--in-clear", action="store_true", help="do not use STARTTLS")
    told = asked.parse_args()
    server = Server(told.host, told.port, told.user, told.password, None if told.in_clear else trusting(told.authority))
    faults = 0
    for outcome in run(server):
        faults += bool(outcome.fault)
        print(f"{'FAIL' if outcome.fault else 'ok  '} {outcome.title}")
        if outcome.fault:
            print(f"     {outcome.fault}")
    print(f"{len(CHECKS) - faults}/{len(CHECKS)}")
    return 1 if faults else 0


def trusting(authority: str | None) -> ssl.SSLContext:
    """A context for the client's side."""
    context = ssl.create_default_context(cafile=authority)
    if authority is None:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


__all__ = ["CHECKS", "Answer", "Check", "Outcome", "Server", "prove", "run", "trusting"]

if __name__ == "__main__":
    sys.exit(main())
