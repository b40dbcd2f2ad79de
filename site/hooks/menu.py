"""The menu: sections of a few pages each. Entries by the hundred are reached from their lists, not from it.

A menu of 400 pages would be repeated on each of them: 58 MB measured (dossier/field-rules-and-guide.md § 6.2).
"""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, Any

from guide_pages import Page
from sorting import first_letter

if TYPE_CHECKING:
    from collections.abc import Container

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
        if above := _above(page.url, known):
            page.parent = known[above]


def plan_page(base: Base, pages: list[Page]) -> Page:
    """Every page, under the section of the menu that leads to it; those reached from a list, under it, in its order."""
    known = {page.url: page for page in pages}
    found: dict[str, dict[str, list[Page]]] = {"Accueil": {"": [known[""]]}}
    menu = [(title, list(dict.fromkeys(u for w in wanted for u in _matching(w, known)))) for title, wanted in SECTIONS]
    place = {url: title for title, urls in menu for url in urls}
    for title, urls in menu:
        found[title] = {"": [known[url] for url in urls]}
    for page in sorted(pages, key=lambda page: first_letter(page.menu or page.title)[1]):
        if page.url not in place and page.url:
            above = _above(page.url, place)
            found[place.get(above, "Accueil")].setdefault(_name(base, known[above]) if above else "", []).append(page)
    return Page(
        "plan/",
        "plan",
        base.wording("guide.plan.title"),
        base.wording("guide.plan.lead"),
        {"sections": [(title, some) for title, some in found.items() if any(some.values())]},
        menu=base.wording("guide.plan.title"),
    )


def _name(base: Base, page: Page) -> str:
    return page.title if page.menu in ("", base.wording("guide.menu.overview")) else page.menu


def _above(url: str, known: Container[str]) -> str:
    """The nearest page above, of those known; "" when there is none."""
    above = posixpath.dirname(url.rstrip("/"))
    while above and f"{above}/" not in known:
        above = posixpath.dirname(above)
    return f"{above}/" if above else ""
