"""An address as typed: is it well formed, and where does its domain stand.

Three places: `listed` in the pretend whitelist; `not_listed` but with an ending a client takes for MSSanté (it has
no whitelist: send.schema.json, refused_client); `outside`. The ending alone proves nothing either way
(dossier/boxes_and_transport.md § 10, 1: unlisted domains in .mssante.fr, Apicrypt listed).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal, TypeAlias

from msgspec import Struct

from bot.sandbox.settings import limits

if TYPE_CHECKING:
    from bot.sandbox.world import World

Place: TypeAlias = Literal["listed", "not_listed", "outside", "n/a"]

_NAMED = re.compile(r"^[^<>]*<(?P<address>[^<>]*)>$")
_LOCAL = re.compile(r"^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*$")
_LABEL = re.compile(r"^[^\W_](?:[\w-]{0,61}[^\W_])?$")


class Address(Struct, frozen=True):
    """A well-formed address, in lower case: operators do not tell case apart."""

    local: str
    domain: str

    @property
    def text(self) -> str:
        return f"{self.local}@{self.domain}"


def parse(typed: str) -> Address | None:
    """The address typed, alone or as « Nom <adresse> »; None when it has no acceptable form."""
    text = typed.strip()
    named = _NAMED.match(text)
    local, at, domain = (named["address"].strip() if named else text).rpartition("@")
    labels = domain.split(".")
    if not at or len(local) > 64 or len(domain) > 253 or len(labels) < 2:
        return None
    if not _LOCAL.match(local) or not all(_LABEL.match(label) for label in labels):
        return None
    return Address(local.lower(), domain.lower())


def place_of(address: Address | None, world: World) -> Place:
    """Where the domain stands for the pretend trust space."""
    if address is None:
        return "n/a"
    if address.domain in world.operator_of:
        return "listed"
    known = any(
        address.domain.endswith(end) if end[0] == "." else address.domain == end for end in limits().known_endings
    )
    return "not_listed" if known else "outside"


def looks_like_mssante(address: Address | None) -> bool:
    """Does the domain borrow the name without having the ending?"""
    return address is not None and re.search(r"m[s5]{2}ant[eé]", address.domain) is not None
