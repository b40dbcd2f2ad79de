"""The pages that answer "may I?": home, professions, structures, and their lists."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from guide_pages import Page
from verdict_tables import all_alike, data_verdict, decided, employers, row, situations

from eligibility.phrases import upper_first
from eligibility.proof import prove
from eligibility.report import boxes_line, verdict_lines
from knowledge.pages import page_of

if TYPE_CHECKING:
    from eligibility.decision import Decision, Verdict
    from eligibility.engine import Engine
    from knowledge.base import Base
    from knowledge.model import Organisation, Profession

NEEDS = ("service", "practice", "automatic")
GROUPS = ("soin", "titre", "social", "soutien", "formation", "bordure", "hors", "usager")
"""Order of the list of professions: those whom the law names first."""


def eligibility_pages(engine: Engine) -> list[Page]:
    """Home, the two lists and a page for each profession and structure."""
    base = engine.base
    professions = {p.id: decided(engine, {"profession": p.id}, "person") for p in base.professions.values()}
    structures = {s.id: decided(engine, {"employer": s.id}, "structure") for s in base.structures.values()}
    places = employers(engine)
    return [
        home_page(engine),
        Page(
            "professions/",
            "professions",
            base.wording("guide.professions.title"),
            base.wording("guide.professions.lead"),
            {"groups": _grouped(base.professions.values(), "group", GROUPS), "decisions": professions},
        ),
        Page(
            "structures/",
            "structures",
            base.wording("guide.structures.title"),
            base.wording("guide.structures.lead"),
            {
                "groups": _grouped(base.structures.values(), "kind", engine.structure_table.domain["kind"]),
                "decisions": structures,
            },
        ),
        wizard_page(base, "verifier/", "eligibility"),
        wizard_page(base, "quelle-boite/", "box"),
        *(profession_page(engine, p, professions[p.id], places) for p in base.professions.values()),
        *(structure_page(engine, s, structures[s.id]) for s in base.structures.values()),
    ]


def home_page(engine: Engine) -> Page:
    """Three doors, a search, the state of the base."""
    base = engine.base
    proofs = prove(base)
    gaps, conflicts = sum(len(p.gaps) for p in proofs), sum(len(p.conflicts) for p in proofs)
    counts = {
        "situations": sum(p.situations for p in proofs),
        "gaps_said": base.wording("guide.home.gaps" if gaps > 1 else "guide.home.gap", count=str(gaps)),
        "conflicts_said": base.wording(
            "guide.home.conflicts" if conflicts > 1 else "guide.home.conflict", count=str(conflicts)
        ),
    }
    title, lead = base.wording("guide.home.title"), base.wording("guide.home.lead")
    return Page("", "home", title, lead, {"counts": counts}, hide=("navigation", "toc"))


def wizard_page(base: Base, url: str, mode: str) -> Page:
    """The shell of a wizard, with the table that a reader without JavaScript needs."""
    tables = ("personne", "structure") if mode == "eligibility" else ("boites",)
    return Page(
        url,
        "wizard",
        base.wording(f"guide.wizard.{mode}.title"),
        base.wording(f"guide.wizard.{mode}.lead"),
        {"mode": mode, "tables": [(base.section("tables")[name], base.rows(name)) for name in tables]},
        wizard=True,
        hide=("toc",),
    )


def profession_page(engine: Engine, profession: Profession, plain: Decision, places: list[Organisation]) -> Page:
    """Everything that follows for a profession, computed by the engine in every situation."""
    base = engine.base
    given = {"profession": profession.id}
    table = situations(engine, given, ("care", "rpps"), "person")
    by_employer = [(place, row(engine, {**given, "employer": place.id}, "person")) for place in places]
    by_letter = []
    if profession.place is not None:
        seen: set[str] = set()
        for place in places:
            if place.letter not in seen and place.letter != "unknown":
                seen.add(place.letter)
                by_letter.append(
                    (place, situations(engine, {**given, "employer": place.id}, ("care", "rpps"), "person"))
                )
    return Page(
        page_of(f"professions/{profession.id}"),
        "profession",
        profession_title(profession),
        described(base, profession_title(profession), plain.verdict),
        {
            "p": profession,
            "plain": plain,
            "plain_row": data_verdict(plain.verdict),
            "lines": said(base, plain.verdict),
            "to_ask": boxes_line(base, plain.verdict),
            "table": table,
            "alike": all_alike(table),
            "by_employer": by_employer,
            "by_letter": by_letter,
        },
        names=(profession.label, profession.feminine, *profession.also, profession.id),
    )


def structure_page(engine: Engine, structure: Organisation, plain: Decision) -> Page:
    """Everything that follows for a structure."""
    base = engine.base
    given = {"employer": structure.id}
    table = situations(engine, given, ("habil", "ident"), "structure")
    sure = {**given, "habil": "yes", "ident": "finess"}
    needs = [(need, row(engine, {**sure, "need": need}, "structure")) for need in NEEDS]
    opened = [p for p in base.professions.values() if p.place is not None and structure.letter in p.place.letters]
    return Page(
        page_of(f"structures/{structure.id}"),
        "structure",
        upper_first(structure.label),
        described(base, upper_first(structure.label), plain.verdict),
        {
            "s": structure,
            "plain": plain,
            "plain_row": data_verdict(plain.verdict),
            "lines": said(base, plain.verdict),
            "to_ask": boxes_line(base, plain.verdict),
            "table": table,
            "alike": all_alike(table),
            "needs": needs,
            "opened": opened,
        },
        names=(structure.label, *structure.also, structure.id),
    )


def profession_title(profession: Profession) -> str:
    """Both genders, as a heading says them."""
    label = upper_first(profession.label)
    return label if profession.feminine in ("", profession.label) else f"{label}, {profession.feminine}"


def said(base: Base, verdict: Verdict) -> list[tuple[str, str, str]]:
    """The verdict as (answer, question, sentence), in the words of every surface."""
    answers = [] if verdict.nominative == "n/a" else [verdict.nominative, verdict.org_access]
    if verdict.structure_boxes != "n/a":
        answers.append(verdict.structure_boxes)
    lines = []
    for answer, line in zip(answers, verdict_lines(base, verdict), strict=True):
        question, _, sentence = line.partition(" : ")
        lines.append((answer, question, upper_first(sentence.partition(", ")[2])))
    return lines


def described(base: Base, title: str, verdict: Verdict) -> str:
    """The description of a page of verdict, for result lists."""
    answers = ", ".join(
        f"{question.lower()} {base.wording('answer.' + answer).lower()}" for answer, question, _ in said(base, verdict)
    )
    return base.wording("guide.verdict.description", title=title, answers=answers)


def _grouped(entries: Any, attribute: str, order: tuple[str, ...]) -> dict[str, list[Any]]:
    groups: dict[str, list[Any]] = {name: [] for name in order}
    for entry in entries:
        groups[getattr(entry, attribute)].append(entry)
    return {name: sorted(group, key=lambda entry: sort_key(entry.label)) for name, group in groups.items() if group}


def sort_key(text: str) -> str:
    """French alphabetical order, accents ignored."""
    from knowledge.naming import fold

    return fold(text)
