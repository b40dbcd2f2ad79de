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
    "left_out": "base/ambiguites",
    "contacts": "contacts",
    "figures": "chiffres",
    "courses": "former",
    "paths": "former",
    "exercises": "former",
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
"""Sections whose entries share a page. Operators and the last four name a list of all their entries, each leading
to where it is told in full: with the base at hand, `page_of` goes there straight."""

TEXTS_OF_THEIR_OWN = frozenset(
    {
        "l1110-4",
        "l1110-12",
        "r1110-1",
        "r1110-2",
        "r1110-3",
        "l1111-8",
        "l1470-5",
        "l6327-1",
        "l312-1-casf",
        "l226-2-2-casf",
        "arrete-2022-09-23",
    }
)
"""Texts told on a page of their own: those that have parts, that a decision row rests on, or two entries or more.

The others, a paragraph long and hardly cited, share `textes/`: at 51 texts, 153 professions, 91 structures and 50
usages, a page for each paragraph of law would leave none of the 400 pages of the guide for the rest. A test holds
this list to that rule.
"""

SHARED = {"boxes/med": "boites", "boxes/patient": "boites"}
"""What stands beside the official types of boxes without being one: told on the page of their list."""

NOTE_PAGES = {
    "liste-rouge": "comprendre/annuaire",
    "visibilite": "comprendre/accuses",
    "operateurs": "operateurs",
    "choisir-un-operateur": "operateurs",
    "bascule-adeli": "comprendre/rpps-plus",
    "etapes-generiques": "comprendre/espace-de-confiance",
    "nommage": "comprendre/cycle-de-vie",
}
"""Themes of notes told on the page of another theme, being close to it and short."""

PROSE_PAGES = {
    "quatre-types-de-boites": "boites",
    "ecrire-a-un-patient": "patients",
    "confiance-pas-a-pas": "comprendre/espace-de-confiance",
    "echanger-ou-partager": "comprendre/confusions",
    "presentation-de-2024": "base/changements",
    "lire-une-reponse": "base",
    "proposer-une-correction": "base",
}
"""Prose told at the end of the page whose subject it has, under its id prefixed by "texte-"; the rest stands alone."""

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
    if section == "articles" and name not in TEXTS_OF_THEIR_OWN:
        return f"textes/#{name}"
    if f"{section}/{name}" in SHARED:
        return f"{SHARED[f'{section}/{name}']}/#{name}"
    if section == "pages" and name in PROSE_PAGES:
        return f"{PROSE_PAGES[name]}/#texte-{name}"
    if section in ONE_PAGE_EACH:
        return f"{ONE_PAGE_EACH[section]}/{name}/" + (f"#{part}" if part else "")
    folder = _spread(section, rest, base) if base is not None else ""
    if folder.endswith("/"):
        return folder
    return f"{folder or ANCHORED[section]}/#{name}"


def _spread(section: str, name: str, base: Base) -> str:
    """The page that tells an entry, where a field of the entry decides; ending in "/" when it is its own page."""
    if section == "faq":
        return f"faq/{base.entry(f'faq/{name}').theme}"
    if section == "operators":
        return f"operateurs/{base.entry(f'operators/{name}').family}"
    if section == "notes":
        theme = base.entry(f"notes/{name}").theme
        return NOTE_PAGES.get(theme, f"comprendre/{theme}")
    if section == "onboarding":
        subject = base.entry(f"onboarding/{name}").subject
        return "demarrer/structure" if subject == "structure" else "demarrer/personne"
    if section == "pages":
        return f"{PLACES[base.entry(f'pages/{name}').place]}/{name}/"
    return ""
