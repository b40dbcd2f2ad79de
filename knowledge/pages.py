"""The address of each entry in the guide; site and bot both ask here."""

from __future__ import annotations

ONE_PAGE_EACH = {
    "professions": "professions",
    "structures": "structures",
    "articles": "textes",
    "boxes": "boites",
    "usages": "usages",
    "modes": "connexion",
}
ANCHORED = {
    "sources": "base/sources",
    "glossary": "glossaire",
    "requirements": "exigences",
    "identifiers": "identifiants",
    "ambiguities": "base/ambiguites",
    "rows": "base/tables",
    "conditions": "base/tables",
    "presumptions": "base/tables",
    "reminders": "base/tables",
    "contacts": "contacts",
    "figures": "chiffres",
    "courses": "former",
    "changes": "base/changements",
    "anti_usages": "usages/a-ne-pas-faire",
    "patient_messaging": "patients",
    "operators": "operateurs",
    "regions": "regions",
    "notes": "comprendre",
    "onboarding": "demarrer",
    "vague": "professions",
    "send_rules": "regles-envoi",
}


def page_of(key: str) -> str:
    """The address of "section/id" relative to the guide's root, with a trailing slash before any anchor.

    Raises KeyError for what has no page (facts, tables, wording…).
    """
    section, _, name = key.partition("/")
    name = name.lower()
    if section in ONE_PAGE_EACH:
        return f"{ONE_PAGE_EACH[section]}/{name}/"
    return f"{ANCHORED[section]}/#{name}"
