"""The search index, made to find entries by every name they go by.

Material's search knows neither accents, nor elisions, nor plurals, nor synonyms (4 of 10 French queries found,
dossier/field-rules-and-guide.md § 6.3). Here each document gets its folded names; search-fr.js, a worker
around the theme's own, folds words on both sides and puts the entry that bears the typed name first.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from knowledge.naming import fold, forms_of
from knowledge.pages import page_of

if TYPE_CHECKING:
    from pathlib import Path

    from guide_pages import Page

    from knowledge.base import Base

INDEX = "search/search_index.json"

LAST = ("glossaire/", "regles-envoi/", "base/", "former/")
"""Where a name that several entries bear is looked for last: a definition comes after the page of the thing."""


def improve_index(base: Base, pages: list[Page], site_dir: Path) -> None:
    """Add names to the documents of the index, in the order in which they win."""
    path = site_dir / INDEX
    index = json.loads(path.read_text(encoding="utf-8"))
    names = names_of(base, pages)
    urls = list(names)
    for document in index["docs"]:
        url = document["location"]
        if url in names:
            document["names"] = names[url]
            document["turn"] = urls.index(url) + (len(urls) if url.startswith(LAST) else 0)
    path.write_text(json.dumps(index, ensure_ascii=False, separators=(",", ":")), encoding="utf-8")


def names_of(base: Base, pages: list[Page]) -> dict[str, list[str]]:
    """Address ("professions/medecin/", "glossaire/#rpps") → folded names."""
    found: dict[str, list[str]] = {}

    def add(url: str, names: list[str]) -> None:
        known = found.setdefault(url, [])
        known += [name for name in dict.fromkeys(names) if name and name not in known]

    for entry in base.sections.wording:
        if entry.id.startswith("guide.names."):
            add(
                entry.id.removeprefix("guide.names.").replace(".", "/") + "/",
                [fold(name) for name in entry.text.split(",")],
            )
        elif entry.id.startswith("guide.entry_names."):
            section, _, name = entry.id.removeprefix("guide.entry_names.").partition(".")
            add(page_of(f"{section}/{name}", base), [fold(other) for other in entry.text.split(",")])
    for page in pages:
        add(page.url, [fold(name) for name in (*page.names, page.title)])
    for term in base.sections.vague:
        add(page_of(f"vague/{term.id}"), forms_of(term))
    for section, attributes in (
        ("glossary", ("term", "expansion", "also")),
        ("identifiers", ("label", "expansion")),
        ("operators", ("label", "service")),
        ("contacts", ("label",)),
        ("symptoms", ("title", "also")),
        ("faq", ("question",)),
        ("boxes", ("label", "code")),
        ("pages", ("title", "menu")),
        ("exercises", ("title",)),
        ("courses", ("title",)),
    ):
        for entry in getattr(base.sections, section):
            add(page_of(f"{section}/{entry.id}", base), [fold(name) for a in attributes for name in _texts(entry, a)])
    return {url: names for url, names in found.items() if names}


def _texts(entry: Any, attribute: str) -> list[str]:
    value = getattr(entry, attribute)
    return [value] if isinstance(value, str) else list(value)
