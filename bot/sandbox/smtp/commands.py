"""MAIL and RCPT as typed: path and parameters, read strictly (RFC 5321 § 4.1.2, 3461, 1870, 6152, 6531)."""

from __future__ import annotations

import re
from typing import NamedTuple

MAX_PATH = 400
"""Beyond the 256 of RFC 5321: a longer address is for the rules to refuse, with its reason."""

_PATH = re.compile(r'^\s?<(?P<path>(?:[^<>"\\\s]|"(?:[^"\\]|\\.)*")*)>(?P<rest>(?: .*)?)$')
_ROUTE = re.compile(r"^@[^:@]+(?:,@[^:@]+)*:")
_KEYWORD = re.compile(r"^[A-Za-z0-9][A-Za-z0-9-]*$")
_XTEXT = re.compile(r"^(?:[!-*,-<>-~]|\+[0-9A-F]{2})*$")
_HEX = re.compile(r"\+([0-9A-F]{2})")
_NOTIFY = frozenset(("SUCCESS", "FAILURE", "DELAY"))


class Faulty(ValueError):
    """The command is refused; the reply says why."""

    def __init__(self, reply: str) -> None:
        super().__init__(reply)
        self.reply = reply


class Mail(NamedTuple):
    """MAIL FROM. `size`: what the client announces, 0 when it does not say."""

    address: str
    size: int
    utf8: bool
    headers_only: bool
    envelope_id: str


class Rcpt(NamedTuple):
    """RCPT TO. `notify` empty: failures only, as without the extension."""

    address: str
    notify: frozenset[str]
    original: str


def read_mail(argument: str) -> Mail:
    """`FROM:<address> parameters`. Raises Faulty."""
    address, parameters = _path_after("FROM:", argument, "MAIL FROM:<address>")
    size, headers_only, envelope_id, utf8 = 0, False, "", False
    for name, value in parameters.items():
        if name == "SIZE" and value and value.isascii() and value.isdigit() and len(value) <= 20:
            size = int(value)
        elif name == "BODY" and (value or "").upper() in ("7BIT", "8BITMIME"):
            continue
        elif name == "SMTPUTF8" and value is None:
            utf8 = True
        elif name == "RET" and (value or "").upper() in ("FULL", "HDRS"):
            headers_only = (value or "").upper() == "HDRS"
        elif name == "ENVID" and value and len(value) <= 100 and _XTEXT.match(value):
            envelope_id = _plain(value)
        elif name == "AUTH" and value:
            continue  # RFC 4954 § 5: nobody here is trusted to tell who really wrote
        else:
            raise _bad_parameter(name, ("SIZE", "BODY", "SMTPUTF8", "RET", "ENVID"))
    _refuse_unannounced(address, utf8=utf8)
    return Mail(address, size, utf8, headers_only, envelope_id)


def read_rcpt(argument: str, *, utf8: bool) -> Rcpt:
    """`TO:<address> parameters`. Raises Faulty."""
    address, parameters = _path_after("TO:", argument, "RCPT TO:<address>")
    notify: frozenset[str] = frozenset()
    original = ""
    for name, value in parameters.items():
        if name == "NOTIFY" and value:
            notify = frozenset(value.upper().split(","))
            if notify != {"NEVER"} and not notify <= _NOTIFY:
                raise _bad_parameter(name, ("NOTIFY",))
        elif name == "ORCPT" and value and len(value) <= 500 and value.lower().startswith(("rfc822;", "utf-8;")):
            kind, _, text = value.partition(";")
            if kind.lower() == "rfc822" and not _XTEXT.match(text):
                raise _bad_parameter(name, ("ORCPT",))
            original = _plain(text)
        else:
            raise _bad_parameter(name, ("NOTIFY", "ORCPT"))
    if not address:
        raise Faulty("501 5.1.3 adresse-mal-formee")
    _refuse_unannounced(address, utf8=utf8)
    return Rcpt(address, notify, original)


def _path_after(keyword: str, argument: str, syntax: str) -> tuple[str, dict[str, str | None]]:
    if argument[: len(keyword)].upper() != keyword:
        raise Faulty(f"501 5.5.4 Syntax: {syntax}")
    found = _PATH.match(argument[len(keyword) :])
    if found is None or len(found["path"]) > MAX_PATH:
        raise Faulty("501 5.1.7 adresse-mal-formee" if keyword == "FROM:" else "501 5.1.3 adresse-mal-formee")
    parameters: dict[str, str | None] = {}
    for item in found["rest"].split():
        name, equal, value = item.partition("=")
        if not _KEYWORD.match(name) or (equal and not value):
            raise Faulty(f"501 5.5.4 Syntax: {syntax}")
        if name.upper() in parameters:
            raise Faulty(f"501 5.5.4 {name.upper()[:20]} given twice")
        parameters[name.upper()] = value if equal else None
    return _ROUTE.sub("", found["path"]), parameters


def _refuse_unannounced(address: str, *, utf8: bool) -> None:
    if not utf8 and not address.isascii():
        raise Faulty("553 5.6.7 Address needs SMTPUTF8 in MAIL FROM")


def _bad_parameter(name: str, known: tuple[str, ...]) -> Faulty:
    if name in known:
        return Faulty(f"501 5.5.4 {name} has a bad value")
    return Faulty("555 5.5.4 Unknown parameter")


def _plain(xtext: str) -> str:
    """xtext decoded (RFC 3461 § 4), bytes of no character left out."""
    return _HEX.sub(lambda found: chr(int(found[1], 16)), xtext)
