"""The base as the rest of the product sees it: entries by name, citations resolved, one digest, one date."""

from __future__ import annotations

import datetime
import re
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

from msgspec import Struct, structs

from knowledge.loading import DATA, load_compiled

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from knowledge.loading import Compiled
    from knowledge.model import Cite, Entry, Organisation, Part, Profession, Row, Sections, Source

E = TypeVar("E")

FIRST_DAY = datetime.date(2024, 6, 16)
"""Day of the R1110-2 that was read: the first day `--on` may name (DESIGN § 1)."""

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")

STALE_AFTER = datetime.timedelta(days=180)

DATED = ("rows", "professions", "structures", "presumptions")
"""Sections that decide a verdict, and of which only the entries in force are kept."""


class SourceRef(Struct, frozen=True):
    """A source as an answer shows it: which document, where in it, when it was last checked."""

    id: str
    title: str
    locator: str
    url: str
    checked_on: datetime.date


class DateNotCovered(ValueError):
    """The day asked about lies outside what was read and checked."""


def read_day(text: str) -> datetime.date:
    """A day typed as year-month-day, and in no other way. Raises ValueError."""
    if not _DAY.fullmatch(text):
        raise ValueError(text)
    return datetime.date.fromisoformat(text)


class Base:
    """Compiled knowledge, as in force on one day. Built once at the edge and passed down; never a module global.

    `day` is the day answered for: by default the day the rules were last checked.
    """

    def __init__(self, compiled: Compiled, day: datetime.date | None = None) -> None:
        self.compiled = compiled
        self.digest = compiled.digest
        self.day = day or self.as_of
        self.sections: Sections = _in_force(compiled.sections, self.day)
        self._index: dict[str, dict[str, Any]] = {}

    # Entries

    def section(self, name: str) -> dict[str, Any]:
        """The entries of a section by id, in the order of the files."""
        index = self._index.get(name)
        if index is None:
            index = self._index[name] = {e.id: e for e in getattr(self.sections, name)}
        return index

    def entry(self, key: str) -> Any:
        """The entry at "section/id". Raises KeyError."""
        section, _, name = key.partition("/")
        return self.section(section)[name]

    @property
    def professions(self) -> Mapping[str, Profession]:
        return self.section("professions")

    @property
    def structures(self) -> Mapping[str, Organisation]:
        return self.section("structures")

    def rows(self, table: str) -> list[Row]:
        """The rows of a decision table, in the order of the file."""
        return [row for row in self.sections.rows if row.table == table]

    def place(self, key: str) -> str:
        """Where "section/id" is written: "file:line"."""
        return self.compiled.places.get(key, key)

    def wording(self, name: str, **values: str) -> str:
        """A shared sentence, with its `{…}` filled in."""
        text: str = self.section("wording")[name].text
        return text.format(**values) if values else text

    # Time and review

    @cached_property
    def as_of(self) -> datetime.date:
        """The day the rules were last checked, whichever day is answered for."""
        return max((row.checked_on for row in self.compiled.sections.rows), default=FIRST_DAY)

    @property
    def reviewed(self) -> bool:
        """Has a reviewer signed exactly this base?"""
        review = self.compiled.review
        return bool(review.role and review.day and review.digest == self.digest)

    def is_stale(self, today: datetime.date) -> bool:
        """Was the last check more than 180 days ago?"""
        return today - self.as_of > STALE_AFTER

    def notices(self, today: datetime.date) -> list[str]:
        """What every reply says of the base itself: no check for long, no jurist's reading (DESIGN § 1)."""
        found = [self.wording("stale", day=f"{self.as_of:%d/%m/%Y}")] if self.is_stale(today) else []
        return found if self.reviewed else [*found, self.wording("not_reviewed")]

    def at(self, day: datetime.date | None) -> Base:
        """The base as in force on a day; None is the day it was last checked.

        Raises DateNotCovered outside the days that were read (DESIGN § 1).
        """
        wanted = day or self.as_of
        if day is not None and not FIRST_DAY <= day <= self.as_of:
            raise DateNotCovered(
                f"date non couverte : {day:%d/%m/%Y}. Le guide répond du {FIRST_DAY:%d/%m/%Y} au {self.as_of:%d/%m/%Y}."
            )
        return self if wanted == self.day else Base(self.compiled, wanted)

    # Citations

    def source(self, name: str) -> Source:
        source: Source = self.section("sources")[name]
        return source

    def resolve(self, cites: Iterable[Cite]) -> list[SourceRef]:
        """Citations as an answer shows them: one line a source, its places joined and without repeats."""
        places: dict[str, list[str]] = {}
        for cite in cites:
            known = places.setdefault(cite.source, [])
            if cite.at and not any(cite.at in other for other in known):
                known[:] = [other for other in known if other not in cite.at] + [cite.at]
        refs = []
        for name, found in places.items():
            source = self.source(name)
            refs.append(SourceRef(source.id, source.title, " ; ".join(found), source.url, source.checked_on))
        return refs

    def basis_label(self, ref: str) -> str:
        """How a basis such as "r1110-2/2-g" is said: "R1110-2 2° g) CSP"."""
        name, _, part = ref.partition("/")
        article = self.section("articles")[name]
        label = article.label
        if part:
            label += f" {self.part(ref).label}"
        return f"{label} {article.code}".strip()

    def part(self, ref: str) -> Part:
        """The part named by "article/part". Raises KeyError."""
        name, _, wanted = ref.partition("/")
        for part in self.section("articles")[name].parts:
            if part.id == wanted:
                found: Part = part
                return found
        raise KeyError(ref)

    def basis_cites(self, ref: str) -> tuple[Cite, ...]:
        """What a basis itself rests on."""
        name, _, part = ref.partition("/")
        article = self.section("articles")[name]
        cites: tuple[Cite, ...] = (self.part(ref).cites if part else ()) or article.cites
        return cites


def _in_force(sections: Sections, day: datetime.date) -> Sections:
    """The sections with, of those that decide, only the entries that hold on that day."""
    kept: dict[str, tuple[Entry, ...]] = {}
    for name in DATED:
        entries: tuple[Entry, ...] = getattr(sections, name)
        holding = tuple(e for e in entries if e.in_force.since <= day and (e.in_force.until or day) >= day)
        if len(holding) < len(entries):
            kept[name] = holding
    return structs.replace(sections, **kept) if kept else sections


def load_base(data: Path = DATA, cache_dir: Path | None = None) -> Base:
    """The current base. Raises InvalidKnowledge with every fault found."""
    return Base(load_compiled(data, cache_dir))
