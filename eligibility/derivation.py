"""From what people say to the facts of the tables: quality, care, RPPS, kind of structure.

Sources of the rules: DESIGN § 1 (ordinary care, three-valued answers) and the base's professions,
structures and presumptions; nothing about any one profession is written here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from eligibility.answers import UNKNOWN

if TYPE_CHECKING:
    from eligibility.answers import Answers
    from knowledge.base import Base
    from knowledge.model import Organisation, Presumption, Profession

UNKNOWN_QUALITY = "UNKNOWN"
ACTING = ("PS4", "R2_TITLE", "R2_PLACE")


class Person(Struct, frozen=True):
    """The person's facts for the tables. None: not answered, and nothing presumes it.

    `letter` is the letter of R1110-2 2° that the employer opened; `needs_employer` says that the quality
    waits for it.
    """

    profession: Profession | None
    quality: str | None
    care: str | None
    rpps: str | None
    employer: Organisation | None
    letter: str = ""
    needs_employer: bool = False
    care_presumed: bool = False
    implied: tuple[str, ...] = ()


class Structure(Struct, frozen=True):
    """The structure's facts for the tables, with the presumptions that filled some of them."""

    organisation: Organisation | None
    kind: str | None
    habil: str | None
    ident: str | None
    presumed: tuple[Presumption, ...] = ()


def derive_person(base: Base, answers: Answers, ranks: dict[str, int]) -> Person:
    """The person's facts. Of several professions the best quality wins (`ranks`: 0 is best)."""
    if answers.profession is None:
        return Person(None, None, answers.care, answers.rpps, _organisation(base, answers.employer))
    found = [_one(base, name, answers) for name in answers.profession]
    # Of equals, the one that implies less: a student who may replace is not one who cannot be registered.
    return min(found, key=lambda p: (ranks[p.quality or UNKNOWN_QUALITY], len(p.implied)))


def _one(base: Base, name: str, answers: Answers) -> Person:
    if name == UNKNOWN:
        return Person(None, UNKNOWN_QUALITY, answers.care, answers.rpps, _organisation(base, answers.employer))
    profession = base.professions[name]
    implied = tuple(f for f in profession.implies if getattr(answers, f) is None)
    employer = answers.employer or profession.implies.get("employer")
    organisation = _organisation(base, employer)
    rpps = answers.rpps or profession.implies.get("rpps")
    quality: str | None = profession.quality
    ordinary, letter, waits = profession.ordinary_care, "", False
    place = profession.place
    if place is not None:
        opened = organisation.letter if organisation else ""
        if opened in place.letters:
            quality, letter = place.quality, opened
            ordinary = place.care or ordinary
        elif organisation is not None and opened != UNKNOWN:
            quality = place.otherwise
        elif place.ask:
            # No employer, or one too vague to say which letter: the quality waits for it.
            quality = UNKNOWN_QUALITY
            waits = employer != UNKNOWN
    elif organisation is not None and organisation.letter in _place_letters(profession):
        letter = organisation.letter
    # Where nobody is cared for, working there says nothing of care (DESIGN § 1: insurers, schools, experts).
    if organisation is not None and ordinary == "yes":
        doubtful = organisation.ordinary_care == "ask" or organisation.setting in profession.ask_care_in
        ordinary = "ask" if doubtful else "yes"
    care = answers.care
    presumed = care is None and ordinary in ("yes", "no") and quality not in (UNKNOWN_QUALITY, "NONE")
    if presumed:
        care = ordinary
    return Person(profession, quality, care, rpps, organisation, letter, waits, presumed, implied)


def behaviour_of(profession: Profession) -> tuple[object, ...]:
    """All of a profession that the facts of the tables look at, besides what it implies."""
    return profession.quality, profession.place, profession.ordinary_care, profession.ask_care_in


def _place_letters(profession: Profession) -> tuple[str, ...]:
    """Letters that a profession without place rule claims by name (équipe APA: i, DAC: j)."""
    return tuple(ref.removeprefix("r1110-2/2-") for ref in profession.basis if ref in _BY_PLACE)


_BY_PLACE = ("r1110-2/2-g", "r1110-2/2-i", "r1110-2/2-j")


def derive_structure(base: Base, answers: Answers, person: Person | None) -> Structure:
    """The structure asked about, with what may be presumed of it while not answered.

    A category that is stated is that of another structure than the employer which a profession implies.
    """
    organisation = _organisation(base, answers.employer)
    if organisation is None and person is not None and answers.kind is None:
        organisation = person.employer
    kind = organisation.kind if organisation else answers.kind
    if kind is None and answers.employer == UNKNOWN:
        kind = "UNKNOWN"
    practising = person is not None and person.quality in ACTING and person.care != "no"
    scopes = ("structure", "practice_of_the_person") if practising else ("structure",)
    return _presume(base, organisation, kind, answers.habil, answers.ident, scopes)


def derive_employer(base: Base, organisation: Organisation) -> Structure:
    """The employer of the person asked about: presumed in order, so that only its category counts."""
    return _presume(base, organisation, organisation.kind, None, None, ("employer",))


def _presume(
    base: Base,
    organisation: Organisation | None,
    kind: str | None,
    habil: str | None,
    ident: str | None,
    scopes: tuple[str, ...],
) -> Structure:
    used: list[Presumption] = []
    for presumption in base.sections.presumptions:
        if presumption.scope not in scopes or kind not in presumption.kinds:
            continue
        if presumption.fact == "habil" and habil is None:
            habil = presumption.value
            used.append(presumption)
        elif presumption.fact == "ident" and ident is None:
            ident = presumption.value
            used.append(presumption)
    return Structure(organisation, kind, habil, ident, tuple(used))


def _organisation(base: Base, name: str | None) -> Organisation | None:
    return base.structures[name] if name and name != UNKNOWN else None
