"""What one entry cannot see: names that lead nowhere, labels claimed twice, rules on background alone.

Each check is one function from the shaped base to problems; `all_problems` runs them all.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from msgspec import Struct

from knowledge.compiling import Shaped
from knowledge.loading import REVIEW
from knowledge.naming import fold
from knowledge.problems import Place, Problem, did_you_mean

STALE_DAYS = 180
_DIGEST = re.compile(r"[0-9a-f]{64}")
_LINK = re.compile(r"\]\((?P<target>[a-z_]+/[A-Za-z0-9._-]+)\)")
_URL = re.compile(r"^https?://[^\s<>\"]+$")


def all_problems(shaped: Shaped) -> list[Problem]:
    """Every fault that only shows across entries."""
    return [problem for check in CHECKS for problem in check(shaped)]


def _entries(shaped: Shaped) -> Iterator[tuple[str, Any]]:
    for section in shaped.sections.__struct_fields__:
        for entry in getattr(shaped.sections, section):
            yield f"{section}/{entry.id}", entry


def _known(shaped: Shaped, section: str) -> set[str]:
    return {entry.id for entry in getattr(shaped.sections, section)}


def _missing(
    shaped: Shaped, key: str, path: tuple[str | int, ...], what: str, name: str, known: Iterable[str]
) -> Problem:
    """`what` says both what it is and that nobody knows it: "source inconnue"."""
    return Problem(shaped.place(key, *path), f"{what} « {name} » dans « {key} »", did_you_mean(name, known))


def sources_exist(shaped: Shaped) -> Iterator[Problem]:
    """Every citation names a source of the base, and every entry cites at least one."""
    known = _known(shaped, "sources")
    for key, entry in _entries(shaped):
        if not hasattr(entry, "cites"):
            continue
        if not entry.cites:
            yield Problem(
                shaped.place(key, "cites"), f"aucune source dans « {key} »", "ajoutez « cites: [{source: …, at: …}] »"
            )
        for path, cite in cites_in(entry):
            if cite.source not in known:
                yield _missing(shaped, key, path, "source inconnue", cite.source, known)


def cites_in(entry: Any) -> Iterator[tuple[tuple[str | int, ...], Any]]:
    """Every citation of an entry and of its parts, with its path inside the entry."""
    for i, cite in enumerate(getattr(entry, "cites", ())):
        yield ("cites", i, "source"), cite
    for name in ("parts", "points", "defined_by"):
        for i, part in enumerate(getattr(entry, name, ())):
            for j, cite in enumerate(part.cites):
                yield (name, i, "cites", j, "source"), cite


REFERENCES = {
    "contacts": ("contacts", "contact inconnu"),
    "ambiguities": ("ambiguities", "ambiguïté inconnue"),
    "regions": ("regions", "région inconnue"),
    "professions": ("professions", "profession inconnue"),
    "operators": ("operators", "opérateur inconnu"),
    "choices": ("professions", "profession inconnue"),
    "examples": ("structures", "structure inconnue"),
    "topics": ("topics", "sujet inconnu"),
}
"""Fields that name entries: the section they name, and what is said of a name that is not there."""


def names_exist(shaped: Shaped) -> Iterator[Problem]:
    """Contacts, ambiguities, regions, operators, topics and choices named by an entry exist."""
    known = {field: (_known(shaped, section), said) for field, (section, said) in REFERENCES.items()}
    for key, entry in _entries(shaped):
        for field, (names, said) in known.items():
            for i, name in enumerate(getattr(entry, field, ())):
                if name not in names:
                    yield _missing(shaped, key, (field, i), said, name, names)


def basis_exists(shaped: Shaped) -> Iterator[Problem]:
    """A basis is an article of the base, or one of its parts."""
    known = _known(shaped, "articles")
    parts = {f"{a.id}/{p.id}" for a in shaped.sections.articles for p in a.parts}
    for key, entry in _entries(shaped):
        for i, ref in enumerate(getattr(entry, "basis", ())):
            if ref not in known and ref not in parts:
                yield _missing(shaped, key, ("basis", i), "texte inconnu", ref, known | parts)


def related_exist(shaped: Shaped) -> Iterator[Problem]:
    """`related` and links written « [texte](section/id) » lead to an entry."""
    keys = {key for key, _ in _entries(shaped)}
    for key, entry in _entries(shaped):
        for i, ref in enumerate(getattr(entry, "related", ())):
            if ref not in keys:
                yield _missing(shaped, key, ("related", i), "fiche inconnue", ref, keys)
        for path, text in texts_in(entry):
            for match in _LINK.finditer(text):
                if match["target"] not in keys:
                    yield _missing(shaped, key, path, "lien vers une fiche inconnue", match["target"], keys)


def texts_in(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Every text of an entry and of its parts, with its path inside the entry."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, tuple):
        for i, one in enumerate(value):
            yield from texts_in(one, (*path, i))
    elif isinstance(value, dict):
        for name, one in value.items():
            yield from texts_in(one, (*path, name))
    elif isinstance(value, Struct):
        for name in value.__struct_fields__:
            yield from texts_in(getattr(value, name), (*path, name))


def urls_are_well_formed(shaped: Shaped) -> Iterator[Problem]:
    """An address is a whole http(s) URL."""
    for key, entry in _entries(shaped):
        url = getattr(entry, "url", "")
        if url and not _URL.match(url):
            yield Problem(shaped.place(key, "url"), f"adresse mal formée « {url} »", "écrivez https://…, sans espace")


def sources_can_be_found(shaped: Shaped) -> Iterator[Problem]:
    """A source has an address, or says which document was read and how."""
    for source in shaped.sections.sources:
        if not source.url and not source.note:
            yield Problem(
                shaped.place(f"sources/{source.id}"),
                f"source sans adresse « {source.id} »",
                "ajoutez « url: », ou « note: » qui dit quel document a été lu, comment, et où le retrouver",
            )


def rows_use_known_facts(shaped: Shaped) -> Iterator[Problem]:
    """A row's conditions use the facts of its table and their values; `overrides` names rows."""
    tables = {t.id: t for t in shaped.sections.tables}
    options = {f.id: [o.value for o in f.options] for f in shaped.sections.facts}
    rows = _known(shaped, "rows")
    for table in shaped.sections.tables:
        for i, fact in enumerate(table.facts):
            if not options.get(fact):
                yield _missing(shaped, f"tables/{table.id}", ("facts", i), "critère inconnu", fact, options)
    for row in shaped.sections.rows:
        key = f"rows/{row.id}"
        if row.table not in tables:
            yield _missing(shaped, key, ("table",), "table inconnue", row.table, tables)
            continue
        for fact, values in row.when.items():
            if fact not in tables[row.table].facts:
                yield _missing(shaped, key, ("when", fact), "critère inconnu", fact, tables[row.table].facts)
                continue
            for i, value in enumerate(values):
                if value not in options.get(fact, ()):
                    yield _missing(shaped, key, ("when", fact, i), "valeur inconnue", value, options.get(fact, ()))
        for i, name in enumerate(row.overrides):
            if name not in rows:
                yield _missing(shaped, key, ("overrides", i), "ligne inconnue", name, rows)


def presumptions_use_known_facts(shaped: Shaped) -> Iterator[Problem]:
    """A presumption and an implied fact name a fact and one of its values."""
    options = {f.id: [o.value for o in f.options] for f in shaped.sections.facts}
    structures = _known(shaped, "structures")
    for p in shaped.sections.presumptions:
        if p.value not in options.get(p.fact, ()):
            yield _missing(
                shaped, f"presumptions/{p.id}", ("value",), "valeur inconnue", p.value, options.get(p.fact, ())
            )
    for profession in shaped.sections.professions:
        for fact, value in profession.implies.items():
            known: Iterable[str] = structures if fact == "employer" else options.get(fact, ())
            if value not in known:
                yield _missing(
                    shaped, f"professions/{profession.id}", ("implies", fact), "valeur inconnue", value, known
                )


def background_never_decides_alone(shaped: Shaped) -> Iterator[Problem]:
    """A row or a profession that opens something rests on at least one text that was read."""
    read_as = {s.id: s.read_as for s in shaped.sections.sources}
    for section in ("rows", "professions"):
        for entry in getattr(shaped.sections, section):
            opens = section == "rows" and (
                "yes" in (entry.then.nominative, entry.then.org_access, entry.then.structure_boxes) or entry.then.boxes
            )
            decisive = opens or (section == "professions" and entry.quality in ("PS4", "R2_TITLE", "R2_PLACE"))
            if decisive and all(read_as.get(c.source) == "background" for c in entry.cites):
                yield Problem(
                    shaped.place(f"{section}/{entry.id}", "cites"),
                    f"« {entry.id} » ne repose que sur une connaissance générale (background)",
                    "citez un texte lu, ou classez en zone grise (EDGE) ou inconnue (UNKNOWN)",
                )


def outcomes_agree_with_themselves(shaped: Shaped) -> Iterator[Problem]:
    """A row that gives a nominative box says yes, and one that says no gives none."""
    for row in shaped.sections.rows:
        then, boxes = row.then, row.then.boxes
        wrong = (then.nominative == "no" and boxes and "PER" in boxes) or (then.nominative == "yes" and boxes == ())
        if wrong:
            yield Problem(
                shaped.place(f"rows/{row.id}", "then"),
                f"« {row.id} » se contredit : nominative « {then.nominative} », boîtes {list(boxes or ())}",
                "PER va avec un oui ; un non n’en donne pas",
            )


def background_is_said(shaped: Shaped) -> Iterator[Problem]:
    """A background entry says « à vérifier » to its reader."""
    for key, entry in _entries(shaped):
        if getattr(entry, "status", "") != "background" or key.startswith(("rows/", "glossary/")):
            continue
        said = " ".join(str(getattr(entry, f)) for f in entry.__struct_fields__).lower()
        if "vérifier" not in said and "confirmer" not in said:
            yield Problem(
                shaped.place(key),
                f"« {key} » est en background sans le dire",
                "ajoutez « open: À vérifier auprès de … »",
            )


def labels_are_claimed_once(shaped: Shaped) -> Iterator[Problem]:
    """No name leads to two professions, or to two structures (a shared word is a vague term)."""
    for sections in (("professions", "vague"), ("structures",), ("glossary",)):
        owners: dict[str, tuple[str, Place]] = {}
        for section in sections:
            for entry in getattr(shaped.sections, section):
                key = f"{section}/{entry.id}"
                for path, name in _names(entry):
                    place = shaped.place(key, *path)
                    owner, first = owners.setdefault(fold(name), (key, place))
                    if owner != key:
                        yield Problem(
                            place,
                            f"le nom « {name} » est déjà pris par « {owner} » ({first})",
                            "retirez-le d’une des deux fiches, ou faites-en un terme vague",
                        )


def _names(entry: Any) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """The names an entry goes by, each once, with its path inside the entry."""
    names: list[tuple[tuple[str | int, ...], str]] = [
        ((field,), getattr(entry, field, "")) for field in ("term", "label", "feminine", "inclusive")
    ]
    names += [(("also", i), name) for i, name in enumerate(entry.also)]
    told: set[str] = set()
    for path, name in names:
        if (folded := fold(name)) and folded not in told:
            told.add(folded)
            yield path, name


def checks_are_fresh(shaped: Shaped) -> Iterator[Problem]:
    """No entry was last checked more than 180 days before the newest check of the base."""
    dated = [(key, e.checked_on) for key, e in _entries(shaped) if hasattr(e, "checked_on")]
    newest = max((day for _, day in dated), default=None)
    stale = [(key, day) for key, day in dated if newest and (newest - day).days > STALE_DAYS]
    if len(stale) > len(dated) / 2:
        # One date far ahead of all the others is the slip, not the others.
        ahead = [(key, day) for key, day in dated if day == newest]
        stale = []
        for key, day in ahead:
            yield Problem(
                shaped.place(key, "checked_on"),
                f"vérification du {day:%d/%m/%Y} dans « {key} », plus de {STALE_DAYS} jours après presque toute la base",
                "corrigez cette date, ou revérifiez le reste",
            )
    if newest:
        for key, day in stale:
            yield Problem(
                shaped.place(key, "checked_on"),
                f"vérification périmée dans « {key} » : {day:%d/%m/%Y}, la base va jusqu’au {newest:%d/%m/%Y}",
                "relisez la source puis mettez la date du jour",
            )


def overdue(sections: Any, today: datetime.date) -> list[tuple[str, datetime.date]]:
    """Entries last checked more than 180 days before today, the oldest first: a warning, not a fault."""
    found = [
        (f"{name}/{entry.id}", entry.checked_on)
        for name in sections.__struct_fields__
        for entry in getattr(sections, name)
        if hasattr(entry, "checked_on") and (today - entry.checked_on).days > STALE_DAYS
    ]
    return sorted(found, key=lambda pair: pair[1])


def dates_to_come(shaped: Shaped, today: datetime.date) -> Iterator[Problem]:
    """Nothing was checked, and no base reviewed, after today: the day is given, so that compiling never reads a clock."""
    for key, entry in _entries(shaped):
        day = getattr(entry, "checked_on", today)
        if day > today:
            yield Problem(
                shaped.place(key, "checked_on"),
                f"date de vérification à venir dans « {key} » : {day:%d/%m/%Y}, nous sommes le {today:%d/%m/%Y}",
                "mettez le jour où la source a vraiment été relue",
            )
    review = shaped.review
    if review.day is not None and review.day > today:
        yield Problem(
            shaped.place(REVIEW, "day"),
            f"date de relecture à venir : {review.day:%d/%m/%Y}, nous sommes le {today:%d/%m/%Y}",
            "mettez le jour où la base a été relue",
        )


def review_is_whole(shaped: Shaped) -> Iterator[Problem]:
    """A review has its role, its day and the digest of a base, or none of them."""
    review = shaped.review
    given = {"role": review.role, "day": review.day, "digest": review.digest}
    missing = [name for name, value in given.items() if not value]
    if 0 < len(missing) < len(given):
        yield Problem(
            shaped.place(REVIEW),
            f"relecture incomplète : il manque {' et '.join(missing)}",
            "remplissez role, day et digest, ou aucun des trois",
        )
    if review.digest and not _DIGEST.fullmatch(review.digest):
        yield Problem(
            shaped.place(REVIEW, "digest"),
            f"empreinte mal formée « {review.digest[:80]} »",
            "recopiez les 64 caractères (0 à 9, a à f) que « mssante knowledge lint » affiche",
        )


def parts_have_their_own_id(shaped: Shaped) -> Iterator[Problem]:
    """Inside an entry, no two parts, points or options go by the same id."""
    for key, entry in _entries(shaped):
        for field, name in (("parts", "id"), ("points", "id"), ("options", "value"), ("steps", "id")):
            seen: dict[str, Place] = {}
            for i, part in enumerate(getattr(entry, field, ())):
                own = getattr(part, name, None)
                if own is None:
                    continue
                place = shaped.place(key, field, i, name)
                if seen.setdefault(own, place) != place:
                    yield Problem(
                        place,
                        f"« {name}: {own} » est écrit deux fois dans « {key} »",
                        f"déjà écrit : {seen[own]} ; donnez-en un autre à celui-ci",
                    )


def periods_are_ordered(shaped: Shaped) -> Iterator[Problem]:
    """An entry does not end before it starts, nor start after it was checked."""
    for key, entry in _entries(shaped):
        period = getattr(entry, "in_force", None)
        if period is None:
            continue
        if period.until and period.until < period.since:
            yield Problem(
                shaped.place(key, "in_force"), f"« {key} » finit avant de commencer", "inversez since et until"
            )
        if period.since > entry.checked_on:
            yield Problem(
                shaped.place(key, "in_force"),
                f"« {key} » entre en vigueur après sa vérification",
                "corrigez since ou checked_on",
            )


def conditions_are_explained(shaped: Shaped) -> Iterator[Problem]:
    """Each condition that a row or a presumption sets has its text."""
    known = _known(shaped, "conditions")
    for row in shaped.sections.rows:
        for i, name in enumerate(row.then.conditions):
            if name not in known:
                yield _missing(shaped, f"rows/{row.id}", ("then", "conditions", i), "condition inconnue", name, known)


CHECKS: tuple[Callable[[Shaped], Iterator[Problem]], ...] = (
    sources_exist,
    names_exist,
    basis_exists,
    related_exist,
    urls_are_well_formed,
    sources_can_be_found,
    rows_use_known_facts,
    presumptions_use_known_facts,
    background_never_decides_alone,
    outcomes_agree_with_themselves,
    background_is_said,
    labels_are_claimed_once,
    checks_are_fresh,
    periods_are_ordered,
    conditions_are_explained,
    parts_have_their_own_id,
    review_is_whole,
)

DECIDING = (
    sources_exist,
    basis_exists,
    rows_use_known_facts,
    presumptions_use_known_facts,
    conditions_are_explained,
)
"""Checks without which no decision can be taken; the others judge a base, not whether it can be used."""
