"""The results of a class as a table for a spreadsheet."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from bot.sandbox.webmail.wording import when

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bot.sandbox.store.people import Participant
    from bot.sandbox.training.exercises import Progress

HEAD = (
    "pseudonyme",
    "rôles",
    "exercice",
    "étape",
    "réussie",
    "le",
    "durée (s)",
    "indices demandés",
    "exercice terminé",
)
RUN_BY_SPREADSHEETS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def results_csv(
    people: Sequence[Participant], progress: Mapping[int, Sequence[Progress]], parts: Mapping[int, Sequence[str]]
) -> str:
    """One line per person and step: semicolons as French spreadsheets expect, and no cell that one would run."""
    out = io.StringIO()
    table = csv.writer(out, delimiter=";", lineterminator="\r\n")
    table.writerow(HEAD)
    for person in people:
        who = (_safe(person.pseudonym), _safe(", ".join(parts.get(person.id, ()))))
        for one in progress.get(person.id, ()):
            table.writerows((*who, *line) for line in _lines(one))
    return "\ufeff" + out.getvalue()


def _lines(one: Progress) -> list[tuple[str | int, ...]]:
    lines: list[tuple[str | int, ...]] = []
    before = one.started_at
    for state in one.steps:
        at = state.proved_at
        lines.append(
            (
                one.exercise.title,
                state.step.label,
                "oui" if at else "non",
                when(at) if at else "",
                round((at - before).total_seconds()) if at else "",
                state.hints,
                "oui" if one.done else "non",
            )
        )
        before = at or before
    return lines


def _safe(text: str) -> str:
    """A cell that begins like a formula is read as text."""
    return f"'{text}" if text.startswith(RUN_BY_SPREADSHEETS) else text
