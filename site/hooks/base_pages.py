"""« Ce que dit la base »: tables, ambiguities, sources, proof, changes; how to correct."""

from __future__ import annotations

from typing import TYPE_CHECKING

from citations import citing
from guide_pages import Page

from eligibility.proof import prove, report

if TYPE_CHECKING:
    from eligibility.engine import Engine


def base_pages(engine: Engine) -> list[Page]:
    """The pages that show the base itself."""
    base = engine.base
    users = citing(base)

    def page(url: str, template: str, name: str, **values: object) -> Page:
        title = base.wording(f"guide.{name}.title")
        return Page(url, template, title, base.wording(f"guide.{name}.lead"), values)

    tables = {table.id: base.rows(table.id) for table in base.sections.tables}
    proofs = prove(base)
    return [
        page("base/", "base", "base", proof=report(base, proofs), proofs=proofs),
        page("base/tables/", "tables", "tables", rows=tables),
        page("base/ambiguites/", "ambiguities", "ambiguities"),
        page("base/sources/", "sources", "sources_page", users=users),
    ]
