"""The ids that were published: addresses people may have kept, so that none vanishes without a word.

`knowledge/known_ids.txt` holds one "section/id" a line, sorted. A line whose entry is gone is a fault, unless it
ends with « retired 2026-11-23: reason ». New ids wait for `mssante knowledge ids --update`; they are no fault.
"""

from __future__ import annotations

import datetime
import re
from typing import TYPE_CHECKING, NamedTuple

from knowledge.problems import Place, Problem, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from knowledge.model import Sections

NOT_PUBLISHED = ("wording", "cues")
"""Sections without an address of their own: sentences and words inside other pages."""

_LINE = re.compile(r"^(?P<key>[a-z_]+/\S+)(?:\s+retired\s+(?P<day>\d{4}-\d\d-\d\d)\s*:\s*(?P<reason>\S.*))?$")


class KnownId(NamedTuple):
    """A published id: its line in the file and, once retired, since when and why."""

    key: str
    line: int
    retired: datetime.date | None = None
    reason: str = ""


def published(sections: Sections) -> list[str]:
    """Every "section/id" that has an address, sorted."""
    names = (name for name in sections.__struct_fields__ if name not in NOT_PUBLISHED)
    return sorted(f"{name}/{entry.id}" for name in names for entry in getattr(sections, name))


def problems(sections: Sections, text: str, shown_as: str) -> list[Problem]:
    """The faults of the file, and of the base against it."""
    known, found = read_known(text, shown_as)
    return [*found, *vanished(set(published(sections)), known, shown_as)]


def read_known(text: str, shown_as: str) -> tuple[list[KnownId], list[Problem]]:
    """The published ids of the file, and its faults. Empty lines and « # » comments are skipped."""
    known: list[KnownId] = []
    faults: list[Problem] = []
    for number, line in enumerate(text.splitlines(), 1):
        bare = line.strip()
        if not bare or bare.startswith("#"):
            continue
        match = _LINE.match(bare)
        try:
            day = datetime.date.fromisoformat(match["day"]) if match and match["day"] else None
        except ValueError:
            match = None
        if match is None:
            hint = "écrivez « section/id », ou « section/id retired 2026-11-23: raison »"
            faults.append(Problem(Place(shown_as, number), f"ligne illisible « {bare} »", hint))
        else:
            known.append(KnownId(match["key"], number, day, match["reason"] or ""))
    return known, faults


def vanished(keys: Collection[str], known: list[KnownId], shown_as: str) -> Iterator[Problem]:
    """A published id is still there, or was retired with its reason; what was retired stays so."""
    listed = {k.key for k in known}
    for one in known:
        place = Place(shown_as, one.line)
        section = one.key.partition("/")[0]
        if one.key not in keys and one.retired is None:
            fresh = [k for k in keys if k not in listed and k.startswith(f"{section}/")]
            near = did_you_mean(one.key, fresh) if fresh else ""
            renamed = f"renommé ? {near} Sinon " if near.startswith("vouliez-vous") else ""
            yield Problem(
                place,
                f"identifiant publié disparu « {one.key} » : des liens y mènent encore",
                f"{renamed}rétablissez la fiche, ou écrivez ici « {one.key} retired AAAA-MM-JJ: raison »",
            )
        elif one.key in keys and one.retired is not None:
            yield Problem(
                place,
                f"identifiant retiré le {one.retired:%d/%m/%Y} mais encore présent « {one.key} »",
                "ôtez « retired … » de cette ligne, ou donnez un autre id à la nouvelle fiche",
            )


def not_listed(keys: Collection[str], known: list[KnownId]) -> list[str]:
    """Ids that exist and are not in the file yet."""
    return sorted(set(keys) - {k.key for k in known})


def updated(text: str, new: Collection[str]) -> str:
    """The file with the new ids: comments first, then one line an id, sorted. Never takes one away."""
    lines = text.splitlines()
    comments = [line for line in lines if line.startswith("#")]
    ids = {line.strip() for line in lines if line.strip() and not line.startswith("#")}
    return "\n".join([*comments, *sorted(ids | set(new))]) + "\n"
