"""The facts given so far, checked against what the base allows."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, get_args

from msgspec import Struct

from knowledge.model import FactName
from knowledge.naming import fold, forms_of
from knowledge.problems import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from knowledge.base import Base

FACT_NAMES: tuple[str, ...] = get_args(FactName)
UNKNOWN = "unknown"


class FactFault(Struct, frozen=True):
    """One fact that cannot be accepted, and the French sentence for the person who gave it."""

    fact: str
    message: str


class FactError(ValueError):
    """Facts that cannot be accepted, all of them; `str()` is a French sentence a line."""

    def __init__(self, *faults: FactFault) -> None:
        self.faults = faults
        super().__init__("\n".join(fault.message for fault in faults))


class Answers(Struct, frozen=True, kw_only=True):
    """What was answered. None: not answered (ask). "unknown": answered « je ne sais pas » (never ask again).

    `profession` and `need` may hold several values. `kind` follows from `employer` when it is given.
    """

    profession: tuple[str, ...] | None = None
    employer: str | None = None
    care: str | None = None
    rpps: str | None = None
    kind: str | None = None
    ident: str | None = None
    habil: str | None = None
    need: tuple[str, ...] | None = None
    about: str = ""

    @property
    def person_asked(self) -> bool:
        """Is a person's own right asked about?"""
        return self.about != "structure"

    @property
    def structure_asked(self) -> bool:
        """Is a box of the structure asked about?"""
        return self.about != "person"

    def facts(self) -> dict[str, str]:
        """The answers as given, in the order of DESIGN § 1; several values are joined by commas."""
        given: dict[str, str] = {}
        for name in FACT_NAMES:
            value = getattr(self, name)
            if value is not None:
                given[name] = value if isinstance(value, str) else ",".join(value)
        return given


def read_answers(base: Base, given: Mapping[str, object], about: str = "") -> Answers:
    """Check facts as typed or posted: name → text, or list of texts for `profession` and `need`.

    `about` is "person", "structure" or "both"; empty, it follows from the facts: a structure is asked
    about when `kind`, `ident`, `habil` or a need other than personal is given, a person when
    `profession`, `care` or `rpps` is, or when no structure is. Raises FactError with every fault.
    """
    values: dict[str, tuple[str, ...]] = {}
    faults: list[FactFault] = []
    for name, raw in given.items():
        if name in FACT_NAMES:
            found, wrong = _read(base, name, raw)
            faults += wrong
            if found:
                values[name] = found
        else:
            hint = did_you_mean(name, FACT_NAMES) or f"Faits admis : {', '.join(FACT_NAMES)}."
            faults.append(FactFault(name, f"Fait inconnu{_quoted(name)}. {hint}"))
    if about not in ("", "person", "structure", "both"):
        faults.append(
            FactFault("about", f"Valeur inconnue{_quoted(about)} pour « about » : attendu person, structure ou both.")
        )
    single = {name: several[0] for name, several in values.items() if name not in ("profession", "need")}
    kind = base.structures[single["employer"]].kind if single.get("employer", UNKNOWN) != UNKNOWN else None
    if kind and single.get("kind", kind) != kind:
        faults.append(
            FactFault(
                "kind",
                f"La catégorie « {single['kind']} » ne va pas avec la structure « {single['employer']} » ({kind}).",
            )
        )
    if faults:
        raise FactError(*faults)
    need = values.get("need")
    return Answers(
        **single,
        profession=values.get("profession"),
        need=need,
        about=about or _about(values, need or ()),
    )


def _read(base: Base, name: str, raw: object) -> tuple[tuple[str, ...], list[FactFault]]:
    """The values of one fact, and what is wrong with them."""
    given = _values(name, raw)
    if given is None:
        return (), [FactFault(name, f"« {name} » : attendu un texte ou une liste de textes.")]
    if name in ("profession", "employer"):
        given = tuple(dict.fromkeys(_canonical(base, name, value) for value in given))
    faults = [fault for value in given if (fault := _fault(base, name, value)) is not None]
    if len(given) > 1 and not base.section("facts")[name].many:
        faults.append(FactFault(name, f"Une seule réponse est possible pour « {name} »."))
    return ((), faults) if faults else (given, [])


def _about(values: Mapping[str, object], need: Sequence[str]) -> str:
    structure = any(name in values for name in ("kind", "ident", "habil")) or any(
        n in ("service", "practice", "automatic") for n in need
    )
    person = any(name in values for name in ("profession", "care", "rpps")) or "personal" in need or not structure
    return "both" if person and structure else ("person" if person else "structure")


def _values(name: str, raw: object) -> tuple[str, ...] | None:
    """The texts given, none twice and none empty; None where it is something else."""
    parts: list[str]
    if isinstance(raw, str):
        parts = raw.split(",") if name in ("profession", "need") else [raw]
    elif isinstance(raw, (list, tuple)) and all(isinstance(v, str) for v in raw):
        parts = list(raw)
    elif raw is None:
        parts = []
    else:
        return None
    return tuple(dict.fromkeys(p.strip() for p in parts if p.strip()))


def _canonical(base: Base, name: str, value: str) -> str:
    """The id that a name of the base leads to ("infirmière", "EHPAD"), when it leads to one only."""
    section = "professions" if name == "profession" else "structures"
    if value == UNKNOWN or value in base.section(section):
        return value
    wanted = fold(value)
    found = [entry.id for entry in base.section(section).values() if wanted in forms_of(entry)]
    return str(found[0]) if len(found) == 1 else value


def _fault(base: Base, name: str, value: str) -> FactFault | None:
    if value == UNKNOWN and name in ("profession", "employer"):
        return None
    known: Iterable[str]
    if name == "profession":
        known = base.professions
    elif name == "employer":
        known = base.structures
    else:
        known = {option.value for option in base.section("facts")[name].options}
    if value in known:
        return None
    hint = did_you_mean(value, known)
    label = base.section("facts")[name].label
    return FactFault(name, f"Valeur inconnue{_quoted(value)} pour « {name} » ({label}). {hint}".strip())


def _quoted(value: str) -> str:
    """What was typed, unless it is long or holds a number that may be someone's: that is never repeated."""
    return "" if len(value) > 40 or _MANY_DIGITS.search(value) else f" « {value} »"


_MANY_DIGITS = re.compile(r"(?:\d[\s.\-]?){6}")
