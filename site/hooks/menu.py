"""The menu: sections of a few pages each. Entries by the hundred are reached from their lists, not from it.

A menu of 400 pages would be repeated on each of them: 58 MB measured (dossier/field-rules-and-guide.md § 6.2).
"""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, Any

from guide_pages import Page

if TYPE_CHECKING:
    from page_writer import Guide

    from knowledge.base import Base

SECTIONS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("Vérifier", ("verifier/", "quelle-boite/", "professions/", "structures/")),
    ("Démarrer", ("demarrer/", "demarrer/personne/", "demarrer/structure/", "regions/", "operateurs/", "contacts/")),
    ("Comprendre", ("comprendre/*", "boites/", "usages/", "usages/a-ne-pas-faire/", "connexion/", "textes/")),
    ("Références", ("glossaire/", "identifiants/", "exigences/", "patients/", "chiffres/", "regles-envoi/")),
    ("Répondre", ("hotline/*", "faq/*")),
    ("Former", ("former/*",)),
    ("La base", ("base/*", "mentions/*", "plan/")),
)
"""Title and addresses of each section; "x/*" is a page and those beneath it that have a name in the menu."""


def menu_of(guide: Guide) -> list[dict[str, Any]]:
    """The `nav` of MkDocs: section → pages, by their files."""
    pages = {page.url: page for page in guide.pages}
    menu: list[dict[str, Any]] = [{"Accueil": guide.files[""]}]
    for title, wanted in SECTIONS:
        urls = list(dict.fromkeys(url for pattern in wanted for url in _matching(pattern, pages)))
        if urls:
            menu.append({title: [{pages[u].menu or pages[u].title: guide.files[u]} for u in urls]})
    return menu


def _matching(pattern: str, pages: dict[str, Page]) -> list[str]:
    """The addresses that a line of SECTIONS names, the top page before those beneath it."""
    if not pattern.endswith("*"):
        return [pattern] if pattern in pages else []
    top = pattern[:-1]
    beneath = [url for url, page in pages.items() if url != top and url.startswith(top) and page.menu]
    return [top, *beneath] if top in pages else beneath


def place_in_menu(nav: Any, files: Any) -> None:
    """Give each page outside the menu the nearest page above it as its parent, for tabs and breadcrumbs."""
    known = {page.url: page for page in nav.pages}
    for file in files.documentation_pages():
        page = file.page
        if page is None or page.url in known:
            continue
        above = posixpath.dirname(page.url.rstrip("/"))
        while above and f"{above}/" not in known:
            above = posixpath.dirname(above)
        if above:
            page.parent = known[f"{above}/"]


def plan_page(base: Base, pages: list[Page]) -> Page:
    """Every page, under the section of the menu that leads to it."""
    tops = [(title, tuple(url.rstrip("*") for url in wanted)) for title, wanted in SECTIONS]
    found: dict[str, list[Page]] = {"Accueil": []} | {title: [] for title, _ in tops}
    for page in pages:
        title = next((t for t, starts in tops if page.url and page.url.startswith(starts)), "Accueil")
        found[title].append(page)
    return Page(
        "plan/",
        "plan",
        base.wording("guide.plan.title"),
        base.wording("guide.plan.lead"),
        {"sections": [(title, some) for title, some in found.items() if some]},
        menu=base.wording("guide.plan.title"),
    )
