"""No number that could be somebody's is ever kept, wherever it was typed (DESIGN § 6).

The rule is `bot.sandbox.patients`; here it is asked of any text before it reaches a column.
"""

from __future__ import annotations

import json
import re
import unicodedata
from functools import cache
from typing import Any

from sqlalchemy import JSON, Text
from sqlalchemy.engine import Dialect
from sqlalchemy.exc import DontWrapMixin
from sqlalchemy.types import TypeDecorator

from bot.sandbox.attempt import Attempt
from bot.sandbox.patients import WORTH_ASKING, patient_facts
from bot.sandbox.world import LegacyApp, Population, World

TAKEN_OUT = "[numéro retiré]"
_UNSEEN = re.compile(r"[\u0000\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_SPACES = re.compile(r"\s+")


class RealNumber(ValueError, DontWrapMixin):
    """A number shaped like a real INS or NIR was typed. The message never repeats it."""

    rule = "numero-peut-etre-reel"

    def __init__(self) -> None:
        super().__init__(
            "Ce texte contient un numéro qui a la forme d’une vraie INS ou d’un numéro de sécurité sociale. "
            "Le bac à sable le refuse et ne le garde pas. Prenez un patient fictif (mois de naissance 13)."
        )


@cache
def _nowhere() -> World:
    return World(Population(legacy_app=LegacyApp(size_limit_mb=0, body_limit_chars=0)))


def holds_real_number(*texts: str) -> bool:
    """Does one of these texts hold a number that is not of the fictional kind?"""
    for text in texts:
        plain = _plain(text)
        if WORTH_ASKING.search(plain):
            attempt = Attempt(
                sender="",
                from_type="external",
                channel="external_server",
                auth="none",
                to=(),
                subject="",
                body=_SPACES.sub(" ", plain),
            )
            if patient_facts(attempt, _nowhere()).real_number == "yes":
                return True
    return False


def without_numbers(text: str) -> str:
    """The text with what may be somebody's number taken out, to show again to who typed it."""
    if not holds_real_number(text):
        return text
    shown = WORTH_ASKING.sub(lambda found: TAKEN_OUT if holds_real_number(_around(found)) else found[0], text)
    return TAKEN_OUT if holds_real_number(shown) else shown


def _around(found: re.Match[str]) -> str:
    """The number with the figures that follow it: a key may be written apart."""
    return found.string[found.start() : found.end() + 8]


def _plain(text: str) -> str:
    """As a reader sees it: figures of other alphabets made plain, signs that nobody sees left out."""
    if text.isascii():
        return text.replace("\0", "")
    seen = unicodedata.normalize("NFKC", _UNSEEN.sub("", text))
    return "".join(str(unicodedata.decimal(char)) if char.isdecimal() else char for char in seen)


def refuse_real_number(*texts: str | None) -> None:
    """Raises RealNumber."""
    if holds_real_number(*(text for text in texts if text)):
        raise RealNumber


class Typed(TypeDecorator[str]):
    """Text that a person may have typed: the last barrier before the database."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        refuse_real_number(value)
        return value


class TypedJson(TypeDecorator[Any]):
    """The same for a document."""

    impl = JSON
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        if value is not None:
            refuse_real_number(json.dumps(value, ensure_ascii=False))
        return value
