"""The address of each entry in the guide; site and bot both ask here."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from knowledge.base import Base

ONE_PAGE_EACH = {
    "professions": "professions",
    "structures": "structures",
    "articles": "textes",
    "boxes": "boites",
    "usages": "usages",
    "modes": "connexion",
    "regions": "regions",
}
ANCHORED = {
    "sources": "base/sources",
    "glossary": "glossaire",
    "requirements": "exigences",
    "identifiers": "identifiants",
    "ambiguities": "base/ambiguites",
    "rows": "base/tables",
    "tables": "base/tables",
    "conditions": "base/tables",
    "presumptions": "base/tables",
    "reminders": "base/tables",
    "facts": "base/tables",
    "left_out": "base/ecarte",
    "contacts": "contacts",
    "figures": "chiffres",
    "courses": "former/cours",
    "paths": "former",
    "exercises": "former/exercices",
    "changes": "base/changements",
    "anti_usages": "usages/a-ne-pas-faire",
    "patient_messaging": "patients",
    "operators": "operateurs",
    "symptoms": "hotline",
    "vague": "professions",
    "send_rules": "regles-envoi",
    "faq": "faq",
    "notes": "comprendre",
    "onboarding": "demarrer",
    "pages": "plan",
}
"""Sections whose entries share a page. The last four name a list of all their entries, each leading to where it
is told in full: with the base at hand, `page_of` goes there straight."""

TEXTS_WITH_PARTS = frozenset({"l1110-4", "l1110-12", "r1110-1", "r1110-2", "r1110-3"})
"""Articles told on a page of their own, part by part; the others, a paragraph long, share `textes/`.

At 51 articles, 153 professions, 90 structures and 50 usages, a page for each paragraph of law would leave
none of the 400 pages of the guide for the rest. A test holds this list to the articles that have parts.
"""

NOTE_PAGES = {
    "liste-rouge": "annuaire",
    "visibilite": "accuses",
    "choisir-un-operateur": "operateurs",
    "bascule-adeli": "rpps-plus",
    "etapes-generiques": "espace-de-confiance",
    "nommage": "cycle-de-vie",
}
"""Themes of notes told on the page of another theme, being close to it and short."""

FAQ_PAGES = {"types-de-boites": "creer", "cycle-de-vie": "creer", "support": "quotidien"}
"""Themes of questions told on the page of another theme, for the same reason."""

PLACES = {
    "accueil": "accueil",
    "comprendre": "comprendre",
    "former": "former",
    "hotline": "hotline",
    "base": "base",
    "legal": "mentions",
}
"""Folder of the prose pages, by their place in the guide."""


def page_of(key: str, base: Base | None = None) -> str:
    """The address of "section/id" or "section/id/part" relative to the guide's root, with a trailing slash.

    With the base, entries that are spread over several pages by a field of theirs (theme, subject) are found
    on the right one; without it, on the list that leads there. Raises KeyError for what has no page.
    """
    section, _, rest = key.partition("/")
    name, _, part = rest.lower().partition("/")
    if section == "articles" and name not in TEXTS_WITH_PARTS:
        return f"textes/#{name}"
    if section in ONE_PAGE_EACH:
        return f"{ONE_PAGE_EACH[section]}/{name}/" + (f"#{part}" if part else "")
    folder = _spread(section, rest, base) if base is not None else ""
    if folder.endswith("/"):
        return folder
    return f"{folder or ANCHORED[section]}/#{name}"


def _spread(section: str, name: str, base: Base) -> str:
    """The page that tells an entry, where a field of the entry decides; ending in "/" when it is its own page."""
    if section == "faq":
        theme = base.entry(f"faq/{name}").theme
        return f"faq/{FAQ_PAGES.get(theme, theme)}"
    if section == "notes":
        theme = base.entry(f"notes/{name}").theme
        return f"comprendre/{NOTE_PAGES.get(theme, theme)}"
    if section == "onboarding":
        subject = base.entry(f"onboarding/{name}").subject
        return "demarrer/structure" if subject == "structure" else "demarrer/personne"
    if section == "pages":
        return f"{PLACES[base.entry(f'pages/{name}').place]}/{name}/"
    return ""
