"""The pages that lead somewhere: onboarding, understanding, hotline, questions, training, prose of the base."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flow_drawing import chain_drawing
from guide_pages import Page
from outlook import outlooks_of_people, outlooks_of_structures
from sorting import by_name
from trust_drawing import trust_drawing
from typography import Printed

from eligibility.phrases import lower_first, upper_first
from knowledge.pages import NOTE_PAGES, PLACES, PROSE_PAGES, page_of

if TYPE_CHECKING:
    from eligibility.engine import Engine
    from knowledge.base import Base

SCHEMAS = ("confiance", "identite", "message")


def learning_pages(engine: Engine) -> list[Page]:
    """Every page of this room."""
    base = engine.base
    return [
        *onboarding_pages(engine),
        *understanding_pages(base),
        _page(base, "hotline/", "hotline", "hotline", themes=_grouped(base.sections.symptoms, "theme")),
        *faq_pages(base),
        _page(
            base,
            "former/",
            "training",
            "training",
            menu=base.wording("guide.menu.overview"),
            forms=_grouped(base.sections.courses, "where"),
        ),
        _page(base, "former/livret/", "booklet", "booklet", menu="Livret du formateur"),
        *prose_pages(base),
    ]


def onboarding_pages(engine: Engine) -> list[Page]:
    """From eligible to first send: for a person, for a structure."""
    base = engine.base
    steps = sorted(base.sections.onboarding, key=lambda s: (s.order, s.id))
    people = [s for s in steps if s.subject == "person"]
    structures = [s for s in steps if s.subject == "structure"]
    return [
        _page(
            base,
            "demarrer/",
            "onboarding",
            "onboarding",
            menu=base.wording("guide.menu.overview"),
            people=people,
            structures=structures,
        ),
        _page(
            base,
            "demarrer/personne/",
            "checklist",
            "onboarding_person",
            steps=people,
            subject="person",
            outlooks=outlooks_of_people(engine),
            professions=by_name(base.sections.professions),
            regions=by_name(base.sections.regions),
            menu="Une personne",
        ),
        _page(
            base,
            "demarrer/structure/",
            "checklist",
            "onboarding_structure",
            steps=structures,
            subject="structure",
            outlooks=outlooks_of_structures(engine),
            regions=by_name(base.sections.regions),
            menu="Une structure",
        ),
    ]


def understanding_pages(base: Base) -> list[Page]:
    """The drawn schemas, and the notes by theme."""
    themes = told_together(base.sections.notes)
    schemas = [(name, base.wording(f"guide.schema.{name}.title"), _schema(base, name)) for name in SCHEMAS]
    overview = base.wording("guide.menu.overview")
    pages = [
        _page(base, "comprendre/", "understanding", "understanding", menu=overview, schemas=schemas, themes=themes)
    ]
    for page, found in themes.items():
        if not page.startswith("comprendre/"):
            continue
        own = page.rpartition("/")[2]
        title = named(base, f"guide.theme.{own}", own)
        values = {
            "themes": dict(sorted(found.items(), key=lambda pair: pair[0] != own)),
            "own": own,
            "prose": told_on(page),
        }
        lead = base.wording("guide.understanding.theme", title=lower_first(title))
        pages.append(Page(f"{page}/", "notes", title, lead, values, menu=title))
    return pages


def told_on(page: str) -> list[str]:
    """The prose told at the end of a page."""
    return [name for name, host in PROSE_PAGES.items() if host == page]


def told_together(notes: Any) -> dict[str, dict[str, list[Any]]]:
    """Page → theme → notes; some themes are told on the page of another."""
    found: dict[str, dict[str, list[Any]]] = {}
    for theme, some in _grouped(notes, "theme").items():
        found.setdefault(NOTE_PAGES.get(theme, f"comprendre/{theme}"), {})[theme] = some
    return found


def _schema(base: Base, name: str) -> tuple[str, list[Any]]:
    steps = []
    entries = []
    number = 1
    while (entry := base.section("wording").get(f"guide.schema.{name}.{number}")) is not None:
        head, _, text = entry.text.partition(" : ")
        steps.append((head, text))
        entries.append(entry)
        number += 1
    title = base.wording(f"guide.schema.{name}.title")
    if name == "confiance":
        return Printed(trust_drawing(base) + chain_drawing(title, steps, "tall")), entries
    return Printed(chain_drawing(title, steps, "chain wide") + chain_drawing(title, steps, "tall")), entries


def faq_pages(base: Base) -> list[Page]:
    """The list of questions and a page for each theme."""
    themes = _grouped(base.sections.faq, "theme")
    pages = [_page(base, "faq/", "faq_list", "faq", themes=themes)]
    for theme, questions in themes.items():
        name = named(base, f"guide.faq.{theme}", theme)
        lead = base.wording("guide.faq.theme", title=lower_first(name), count=str(len(questions)))
        heading = base.wording("guide.faq.page", title=lower_first(name))
        pages.append(Page(f"faq/{theme}/", "faq", heading, lead, {"questions": questions}, menu=name))
    return pages


def prose_pages(base: Base) -> list[Page]:
    """The prose pages that stand alone, each in the folder of its place."""
    found = sorted(base.sections.pages, key=lambda p: (p.place, p.order, p.id))
    return [
        Page(page_of(f"pages/{p.id}", base), "prose", p.title, p.lead, {"e": p}, names=(p.title, p.menu), menu=p.menu)
        for p in found
        if p.place in PLACES and p.id not in PROSE_PAGES
    ]


def named(base: Base, wording: str, slug: str) -> str:
    """The French name of a theme; one that has none yet goes by its slug."""
    entry = base.section("wording").get(wording)
    return entry.text if entry else upper_first(slug.replace("-", " "))


def _page(base: Base, url: str, template: str, name: str, menu: str = "", **values: Any) -> Page:
    hide = ("toc",) if template == "checklist" else ()
    title, lead = base.wording(f"guide.{name}.title"), base.wording(f"guide.{name}.lead")
    return Page(url, template, title, lead, values, menu=menu, hide=hide)


def _grouped(entries: Any, attribute: str) -> dict[str, list[Any]]:
    groups: dict[str, list[Any]] = {}
    for entry in entries:
        groups.setdefault(getattr(entry, attribute), []).append(entry)
    return groups
