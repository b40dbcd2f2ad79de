"""The pages about the service itself: boxes, usages, connection, operators, references, figures, contacts."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any

from charts import charts_of
from flow_drawing import usage_drawing
from guide_pages import Page
from sorting import by_name, first_letter

from eligibility.phrases import lower_first
from knowledge.pages import NOTE_PAGES, SHARED, page_of

if TYPE_CHECKING:
    from knowledge.base import Base

SECTORS = (
    "sanitaire",
    "liberal",
    "pharmacie",
    "biologie",
    "imagerie",
    "medico-social",
    "social",
    "patient",
    "institution",
)

BOX_ORDER = ("PER", "ORG", "CAB", "APP", "MED", "PATIENT")


def service_pages(base: Base) -> list[Page]:
    """Every page that describes the service, in the order of the menu."""
    sections = base.sections
    boxes = sorted(sections.boxes, key=lambda b: BOX_ORDER.index(b.code))
    types = [b for b in boxes if f"boxes/{b.id}" not in SHARED]
    pages = [
        _page(base, "boites/", "boxes", "boxes_list", types=types, beside=[b for b in boxes if b not in types]),
        *(
            _entry(b, f"boxes/{b.id}", "box", b.label, b.summary, (b.code, f"boîte {b.code}", f"BAL {b.code}"))
            for b in types
        ),
        _page(base, "usages/", "usages", "usages", sectors=SECTORS, themes=_grouped(sections.usages, "theme")),
        _page(base, "usages/a-ne-pas-faire/", "anti_usages", "anti_usages", menu="À ne pas faire"),
        *(usage_page(base, u) for u in sections.usages),
        _page(base, "connexion/", "modes", "modes"),
        *(_entry(m, f"modes/{m.id}", "mode", m.label, m.summary, (m.id,)) for m in sections.modes),
        *operator_pages(base),
        _page(base, "regions/", "regions", "regions"),
        *(
            _entry(
                r,
                f"regions/{r.id}",
                "region",
                r.label,
                f"{r.label}. {r.deploys}",
                (r.grades, *r.also, *(f"département {d}" for d in r.departments)),
            )
            for r in sections.regions
        ),
        _page(base, "glossaire/", "glossary", "glossary", letters=_letters(base)),
        _page(base, "identifiants/", "identifiers", "identifiers"),
        _page(base, "exigences/", "requirements", "requirements", families=_grouped(sections.requirements, "family")),
        _page(base, "patients/", "patients", "patients"),
        _page(base, "chiffres/", "figures", "figures", charts=charts_of(base), years=_years(base)),
        _page(base, "contacts/", "contacts", "contacts"),
    ]
    if sections.send_rules:
        pages.append(_page(base, "regles-envoi/", "send_rules", "send_rules"))
    return pages


def usage_page(base: Base, usage: Any) -> Page:
    """One usage, with its flow drawn."""
    documents = ", ".join(usage.documents)
    return Page(
        page_of(f"usages/{usage.id}"),
        "usage",
        f"{usage.number} · {usage.title}",
        f"{usage.sender.who} → {usage.recipient.who}. {documents}.",
        {"u": usage, "drawing": usage_drawing(base, usage)},
        names=(usage.title, usage.number),
    )


def operator_pages(base: Base) -> list[Page]:
    """The list of operators, with what is known of choosing one, and a page for each family."""
    families = _grouped(by_name(base.sections.operators), "family")
    notes = [n for n in base.sections.notes if NOTE_PAGES.get(n.theme) == "operateurs"]
    pages = [_page(base, "operateurs/", "operators", "operators", families=families, notes=_grouped(notes, "theme"))]
    for family, found in families.items():
        name = base.wording(f"guide.operators.family.{family}")
        lead = base.wording("guide.operators.family", title=lower_first(name), count=str(len(found)))
        title = base.wording("guide.operators.family.title", title=lower_first(name))
        pages.append(
            Page(
                f"operateurs/{family}/", "operator_family", title, lead, {"operators": found}, names=(name,), menu=name
            )
        )
    return pages


def _page(base: Base, url: str, template: str, name: str, menu: str = "", **values: Any) -> Page:
    title = base.wording(f"guide.{name}.title")
    return Page(url, template, title, base.wording(f"guide.{name}.lead"), values, menu=menu)


def _entry(entry: Any, key: str, template: str, title: str, description: str, names: tuple[str, ...]) -> Page:
    return Page(page_of(key), template, title, description, {"e": entry}, names=(title, *names))


def _grouped(entries: Any, attribute: str) -> dict[str, list[Any]]:
    groups: dict[str, list[Any]] = {}
    for entry in entries:
        groups.setdefault(getattr(entry, attribute), []).append(entry)
    return groups


def _letters(base: Base) -> dict[str, list[Any]]:
    terms = sorted(base.sections.glossary, key=lambda t: first_letter(t.term)[1])
    return {letter: list(found) for letter, found in groupby(terms, key=lambda t: first_letter(t.term)[0])}


def _years(base: Base) -> dict[str, list[Any]]:
    figures = sorted(base.sections.figures, key=lambda f: (f.day, f.id), reverse=True)
    return {year: list(found) for year, found in groupby(figures, key=lambda f: str(f.day.year))}
