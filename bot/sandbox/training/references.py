"""What an exercise rests on, as links: the sources read, and where the guide tells more."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from knowledge.pages import page_of

if TYPE_CHECKING:
    from knowledge.base import Base
    from knowledge.model import Exercise


class Reference(NamedTuple):
    """A place to read."""

    title: str
    url: str


def sources_of(exercise: Exercise, base: Base) -> tuple[Reference, ...]:
    """The sources cited, with the place in each."""
    found = ((base.section("sources")[cite.source], cite.at) for cite in exercise.cites)
    return tuple(Reference(f"{source.title}, {at}" if at else source.title, source.url) for source, at in found)


def told_in_guide(exercise: Exercise, base: Base) -> tuple[Reference, ...]:
    """The rules and pages of the guide that say more."""
    return tuple(Reference(_title(base.entry(key)), f"/{page_of(key, base)}") for key in exercise.related)


def _title(entry: object) -> str:
    return next(str(getattr(entry, name)) for name in ("label", "title", "question", "id") if hasattr(entry, name))
