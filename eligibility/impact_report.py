"""The impact of an edit, said in French or as JSON."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from eligibility.phrases import lower_first
from eligibility.whatif import label_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from eligibility.engine import Engine
    from eligibility.impact import Group, Impact, Moved, SourceMoved
    from knowledge.base import Base

LISTED = 12
"""How many names a line of text gives before « et N autres »; JSON gives them all."""

_ABOUT = {
    "person": "pour une personne",
    "structure": "pour une structure",
    "both": "pour une personne et sa structure ensemble",
}
_ENTRIES = {"added": "ajoutée", "removed": "retirée", "edited": "modifiée"}


def impact_lines(engine: Engine, old: Base, found: Impact, since: str) -> Iterator[str]:
    """The report: what changed in the base, then each group of situations, the widest first."""
    base = engine.base
    yield f"Depuis {since} : base {old.digest[:12]} → {base.digest[:12]}"
    for kind, word in _ENTRIES.items():
        keys: tuple[str, ...] = getattr(found, kind)
        if keys:
            yield f"{_count(len(keys), 'fiche')} {word}{'s' if len(keys) > 1 else ''} : {_entries(keys)}"
    if not found.groups:
        yield f"Aucune des {_number(found.examined)} situations examinées ne change de verdict, de boîte ni de source."
        return
    yield f"{_count(found.situations, 'situation')} sur {_number(found.examined)} en reçoivent une autre réponse ou d’autres sources."
    for group in found.groups:
        yield ""
        yield from _group_lines(engine, old, group)


def _group_lines(engine: Engine, old: Base, group: Group) -> Iterator[str]:
    base = engine.base
    said = " ; ".join(_moved(base, moved) for moved in group.moved) or "Même réponse, autres sources"
    yield f"{said} — {_count(group.situations, 'situation')}, {_ABOUT[group.about]}"
    if group.professions:
        names = [base.professions[name].label for name in group.professions]
        yield f"  Professions ({len(names)} sur {len(base.professions)}) : {_some(names, len(base.professions))}"
    if group.rows:
        rows = base.section("rows")
        yield f"  Personnes relevant de : {', '.join(f'{lower_first(rows[r].label)} ({r})' for r in group.rows)}"
    if group.structures:
        names = [base.structures[name].label for name in group.structures]
        yield f"  Structures ({len(names)} sur {len(base.structures)}) : {_some(names, len(base.structures))}"
    for fact, values in group.answers.items():
        allowed = base.section("facts")[fact].options
        if len(values) <= len(allowed):
            labels = (label_of(engine, fact, value) if value else "sans réponse" for value in values)
            yield f"  {base.section('facts')[fact].label} : {' ou '.join(f'« {label} »' for label in labels)}"
    yield from _source_lines(base, "Source ajoutée", group.added, group.situations)
    yield from _source_lines(old, "Source retirée", group.removed, group.situations)


def _source_lines(base: Base, title: str, sources: Iterable[SourceMoved], whole: int) -> Iterator[str]:
    moves = list(sources)
    if len(moves) > LISTED:
        yield f"  {title} : {len(moves)} passages, les plus fréquents d’abord (tous avec --json)"
    for moved in moves[:LISTED]:
        source = base.source(moved.cite.source)
        share = "" if moved.situations == whole else f" ({_count(moved.situations, 'situation')})"
        yield f"  {title} : {', '.join(part for part in (source.title, moved.cite.at) if part)}{share}"


def _moved(base: Base, moved: Moved) -> str:
    before, after = _value(base, moved.what, moved.before), _value(base, moved.what, moved.after)
    titles = {"boxes": "À demander", "conditions": "Conditions"}
    title = titles.get(moved.what) or base.wording(f"question.{moved.what}")
    return f"{title} : {before} → {after}"


def _value(base: Base, what: str, value: Any) -> str:
    if what == "conditions":
        known: Mapping[str, Any] = base.section("conditions")
        return ", ".join(lower_first(known[c].label) if c in known else c for c in value) or "aucune"
    if what == "boxes":
        return "pas encore décidé" if value is None else (" + ".join(value) or "aucune boîte")
    return lower_first(base.wording("answer.na" if value == "n/a" else f"answer.{value}"))


def _entries(keys: tuple[str, ...]) -> str:
    """The entries by name while they are few, else how many of each section."""
    if len(keys) <= LISTED:
        return ", ".join(keys)
    sections = Counter(key.partition("/")[0] for key in keys)
    return ", ".join(f"{name} {_number(n)}" for name, n in sections.most_common())


def _some(names: list[str], whole: int) -> str:
    if len(names) == whole > LISTED:
        return "toutes"
    rest = len(names) - LISTED
    return ", ".join(names[:LISTED]) + (f" et {rest} autre{'s' if rest > 1 else ''}" if rest > 0 else "")


def _count(n: int, word: str) -> str:
    return f"{_number(n)} {word}{'s' if n > 1 else ''}"


def _number(n: int) -> str:
    return f"{n:,}".replace(",", "\u202f")


def impact_json(old: Base, new: Base, found: Impact, commit: str) -> dict[str, Any]:
    """The same, whole: every name, every source."""
    return {
        "since": {"commit": commit, "digest": old.digest},
        "digest": new.digest,
        "entries": {kind: list(getattr(found, kind)) for kind in _ENTRIES},
        "situations": {"changed": found.situations, "examined": found.examined},
        "groups": [
            {
                "about": group.about,
                "changes": [{"what": m.what, "before": m.before, "after": m.after} for m in group.moved],
                "sources": {"added": _sources_json(group.added), "removed": _sources_json(group.removed)},
                "situations": group.situations,
                "professions": list(group.professions),
                "structures": list(group.structures),
                "rows": list(group.rows),
                "answers": {fact: [value or None for value in values] for fact, values in group.answers.items()},
            }
            for group in found.groups
        ],
    }


def _sources_json(sources: Iterable[SourceMoved]) -> list[dict[str, Any]]:
    return [{"id": m.cite.source, "locator": m.cite.at, "situations": m.situations} for m in sources]
