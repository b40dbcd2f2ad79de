"""« Ce que dit la base »: tables, ambiguities, sources, proof, changes; how to correct."""

from __future__ import annotations

import re
from itertools import groupby
from typing import TYPE_CHECKING

from citations import citing
from guide_pages import Page
from tree_drawing import tree_drawing

from eligibility.proof import prove, report

if TYPE_CHECKING:
    from eligibility.engine import Engine
    from knowledge.base import Base
    from knowledge.model import Source


def base_pages(engine: Engine) -> list[Page]:
    """The pages that show the base itself."""
    base = engine.base
    users = citing(base)

    def page(url: str, template: str, name: str, menu: str = "", **values: object) -> Page:
        title = base.wording(f"guide.{name}.title")
        return Page(url, template, title, base.wording(f"guide.{name}.lead"), values, menu=menu or title)

    tables = {table.id: base.rows(table.id) for table in base.sections.tables}
    proofs = prove(base)
    changes = sorted(base.sections.changes, key=lambda c: (c.day, c.id), reverse=True)
    years = {year: list(found) for year, found in groupby(changes, key=lambda c: str(c.day.year))}
    trees = [
        (engine.base.section("tables")[name].label, tree_drawing(base, name)) for name in ("personne", "structure")
    ]
    return [
        page("base/", "base", "base", proof=report(base, proofs), trees=trees),
        page("base/tables/", "tables", "tables", rows=tables),
        page("base/ambiguites/", "ambiguities", "ambiguities", menu="Zones ouvertes"),
        page("base/sources/", "sources", "sources_page", users=users, by_age=by_age(base)),
        page("base/changements/", "changes", "changes", years=years),
    ]


def by_age(base: Base) -> list[Source]:
    """Sources by day of last check, then by date, oldest first."""
    return sorted(base.sections.sources, key=lambda s: (s.checked_on, date_key(s.date), s.title))


def date_key(date: str) -> str:
    """A French date as found in a source ("16/06/2024", "juin 2023", "2024", "sans date"), so that it sorts."""
    day = re.search(r"(\d{2})/(\d{2})/(\d{4})", date)
    if day:
        return f"{day[3]}-{day[2]}-{day[1]}"
    year = re.search(r"(?:19|20)\d{2}", date)
    return year[0] if year else "9999"
