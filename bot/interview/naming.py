"""The name of a profession as the visitor said it: "infirmière" is echoed "infirmière", in titles and addresses.

An address holds the id, or the slug of the feminine (`infirmiere`), which the base reads as the same profession.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from eligibility.answers import UNKNOWN
from knowledge.naming import fold

if TYPE_CHECKING:
    from knowledge.base import Base
    from knowledge.model import Profession


def spoken(profession: Profession, form: str) -> str:
    """How the address names a profession found by the folded name `form`: its id, or the slug of its feminine."""
    label, feminine = fold(profession.label), fold(profession.feminine)
    if not feminine or feminine == label:
        return profession.id
    if form == feminine or form.startswith(f"{feminine} "):
        return _slug(feminine)
    # An id that is itself the feminine ("secretaire-medicale") would turn the masculine into it.
    return _slug(label) if form == label and _slug(feminine) == profession.id else profession.id


def named_again(base: Base, typed: str, ids: str) -> str:
    """The professions of `ids`, each in the form in which the address `typed` named it."""
    forms = {fold(name): name for name in typed.split(",")}
    return ",".join(_again(base, forms, name) for name in ids.split(","))


def label_in(base: Base, name: str) -> str:
    """The label that an address's name of a profession calls for: feminine where it is the feminine."""
    for profession in base.professions.values():
        if profession.feminine and fold(name) == fold(profession.feminine):
            return profession.feminine
    by_label = {fold(profession.label): profession.label for profession in base.professions.values()}
    known = base.professions.get(name)
    return known.label if known else by_label.get(fold(name), name)


def _again(base: Base, forms: dict[str, str], name: str) -> str:
    if name == UNKNOWN:
        return name
    profession = base.professions[name]
    for form in (profession.feminine, profession.label):
        if fold(form) in forms:
            return spoken(profession, fold(form))
    return name


def _slug(folded: str) -> str:
    return folded.replace(" ", "-")
