"""The impact of an edit: the same situations that a naive comparison of every decision finds."""

from __future__ import annotations

from collections import Counter
from itertools import product

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eligibility.answers import Answers
from eligibility.engine import Engine
from eligibility.impact import impact
from eligibility.impact_report import impact_json, impact_lines
from knowledge.model import Cite
from tests.eligibility.edited_base import edited, outcome, with_entries

PROFESSIONS = (
    "infirmier",
    "orthophoniste",
    "educateur-specialise",
    "membre-equipe-apa",
    "medecin-conseil",
    "interne",
    "etudiant-infirmier",
    "secretaire-medicale",
    "naturopathe",
    "directeur-essms",
)
STRUCTURES = ("hopital", "ehpad", "ime", "cabinet", "ccas", "cpam", "equipe-apa", "dac", "editeur", "association")
PARTS = ("nominative", "org_access", "structure_boxes", "boxes", "conditions")


@pytest.fixture(scope="module")
def small(base):
    """A base of few professions and structures, so that every decision can be compared one by one."""
    fewer = with_entries(base, "professions", lambda all_: [p for p in all_ if p.id in PROFESSIONS])
    needed = {p.implies["employer"] for p in fewer.professions.values() if "employer" in p.implies}
    return with_entries(fewer, "structures", lambda all_: [s for s in all_ if s.id in needed or s.id in STRUCTURES])


def values(base, fact):
    return [None, *(o.value for o in base.section("facts")[fact].options)]


def situations(base):
    for profession, employer, care, rpps in product(
        base.professions, [None, "unknown", *base.structures], values(base, "care"), values(base, "rpps")
    ):
        yield Answers(profession=(profession,), employer=employer, care=care, rpps=rpps, about="person")
    for structure, habil, ident, need in product(
        base.structures, values(base, "habil"), values(base, "ident"), values(base, "need")
    ):
        yield Answers(employer=structure, habil=habil, ident=ident, need=need and (need,), about="structure")


def naive(old, new):
    """How many situations change, by what changes of the verdict; and which sources come and go."""
    before, after = Engine(old), Engine(new)
    counts, sources = Counter(), Counter()
    for answers in situations(old):
        was, now = before.decide(answers), after.decide(answers)
        moved = tuple(
            (part, getattr(was.verdict, part), getattr(now.verdict, part))
            for part in PARTS
            if getattr(was.verdict, part) != getattr(now.verdict, part)
        )
        plus, minus = set(now.cites) - set(was.cites), set(was.cites) - set(now.cites)
        if moved or plus or minus:
            counts[answers.about, moved] += 1
            sources.update((answers.about, moved, "+", cite) for cite in plus)
            sources.update((answers.about, moved, "-", cite) for cite in minus)
    return counts, sources


def told(found):
    counts, sources = Counter(), Counter()
    for group in (g for g in found.groups if g.about != "both"):
        moved = tuple((m.what, m.before, m.after) for m in group.moved)
        counts[group.about, moved] += group.situations
        sources.update({(group.about, moved, "+", s.cite): s.situations for s in group.added})
        sources.update({(group.about, moved, "-", s.cite): s.situations for s in group.removed})
    return counts, sources


def assert_same_as_naive(old, new):
    assert told(impact(old, new)) == naive(old, new)


ROWS = ("P01", "P02", "P04", "P07", "P08", "P10", "P13", "S01", "S05", "S08", "S09", "C01", "C02", "C05", "B02", "B04")


@pytest.mark.parametrize("row", ROWS)
def test_the_edit_of_a_row_changes_what_a_naive_comparison_finds(small, row):
    then = small.section("rows")[row].then
    other = {"yes": "depends", "depends": "no", "no": "yes"}
    change = {
        key: other[getattr(then, key)]
        for key in ("nominative", "org_access", "structure_boxes")
        if getattr(then, key) is not None
    }
    new = edited(small, "rows", row, then=msgspec.structs.replace(then, **(change or {"boxes": ("APP",)})))

    assert_same_as_naive(small, new)


@pytest.mark.parametrize(
    ("section", "name", "fields"),
    [
        ("rows", "P07", {"cites": (Cite(source="presentation-paca-2024", at="ailleurs"),)}),
        ("rows", "P05", {"basis": ()}),
        ("professions", "infirmier", {"quality": "EDGE"}),
        ("professions", "infirmier", {"ordinary_care": "ask"}),
        ("professions", "infirmier", {"cites": (Cite(source="presentation-paca-2024", at="ailleurs"),)}),
        ("professions", "educateur-specialise", {"place": None, "quality": "STAFF"}),
        ("professions", "membre-equipe-apa", {"implies": {"employer": "dac"}}),
        ("structures", "ccas", {"kind": "CARE_OR_ESSMS"}),
        ("structures", "ehpad", {"letter": "none"}),
        ("structures", "equipe-apa", {"basis": ()}),
        ("structures", "hopital", {"cites": (Cite(source="presentation-paca-2024", at="ailleurs"),)}),
        ("presumptions", "structure-habil", {"kinds": ("R2_BODY",)}),
        ("presumptions", "structure-ident", {"condition": None}),
        ("presumptions", "employeur-ident", {"value": "none"}),
        ("articles", "l1110-4", {"parts": ()}),
    ],
    ids=str,
)
def test_any_other_edit_too(small, section, name, fields):
    if section == "articles":
        parts = tuple(msgspec.structs.replace(p, cites=()) for p in small.section("articles")[name].parts)
        fields = {"parts": parts, "cites": (Cite(source="presentation-paca-2024", at="ailleurs"),)}

    assert_same_as_naive(small, edited(small, section, name, **fields))


def test_situations_handed_from_one_row_to_another_too(small):
    new = edited(small, "rows", "P11", when={"quality": ("TRAINEE", "STAFF"), "care": ("no",)})
    new = edited(new, "rows", "P04", when={"quality": ("PS4", "R2_TITLE", "R2_PLACE", "EDGE"), "care": ("no",)})

    assert_same_as_naive(small, new)


@settings(max_examples=15)
@given(data=st.data())
def test_several_edits_at_once_too(small, data):
    new = small
    for _ in range(data.draw(st.integers(1, 3))):
        row = data.draw(st.sampled_from(ROWS))
        answer = data.draw(st.sampled_from(["yes", "no", "depends"]))
        parts = [k for k in ("nominative", "org_access", "structure_boxes") if getattr(outcome(new, row), k)]
        if parts:
            new = edited(new, "rows", row, then=outcome(new, row, **{data.draw(st.sampled_from(parts)): answer}))
        quality = data.draw(st.sampled_from(["PS4", "EDGE", "STAFF", "NONE"]))
        new = edited(new, "professions", data.draw(st.sampled_from(PROFESSIONS)), quality=quality)

    assert_same_as_naive(small, new)


def test_nothing_changed_is_said(base, engine):
    found = impact(base, base)

    assert (found.situations, found.groups, found.edited) == (0, (), ())
    assert "Aucune des" in "\n".join(impact_lines(engine, base, found, "abc1234"))


def test_every_profession_and_structure_is_examined(base):
    persons = len(base.professions) * (len(base.structures) + 2) * 4 * 4
    structures = len(base.structures) * 4 * 5 * 6

    assert impact(base, base).examined >= persons + structures


def test_a_presumption_seen_only_by_a_person_and_a_structure_together_is_not_missed(base):
    found = impact(base, edited(base, "presumptions", "cabinet-habil", kinds=("CARE_OR_ESSMS", "R2_BODY")))

    assert {g.about for g in found.groups} == {"both"}
    assert {"P05", "P06", "P07"} <= {row for g in found.groups for row in g.rows}


def test_entries_added_removed_and_edited_are_named(base):
    new = with_entries(base, "glossary", lambda terms: [msgspec.structs.replace(terms[0], id="neuf"), *terms[1:]])
    new = edited(new, "wording", "unofficial", text="Autrement dit")

    found = impact(base, new)

    assert found.added == ("glossary/neuf",)
    assert found.removed == (f"glossary/{base.sections.glossary[0].id}",)
    assert found.edited == ("wording/unofficial",)


@pytest.fixture(scope="module")
def softened(base):
    return edited(base, "rows", "P07", then=outcome(base, "P07", nominative="depends", boxes=None))


def test_the_report_is_in_french_with_counts_and_names(base, softened):
    said = "\n".join(impact_lines(Engine(softened), base, impact(base, softened), "abc1234 (01/01/2026)"))

    assert "Depuis abc1234 (01/01/2026) : base " in said
    assert "1 fiche modifiée : rows/P07" in said
    assert "Boîte nominative : oui → cela dépend ; À demander : PER → pas encore décidé" in said
    assert "inscription au RPPS : « sans réponse » ou « je ne sais pas »" in said
    assert "Professions (" in said
    assert "Structures (" in said


def test_a_source_that_comes_or_goes_is_named_with_its_place(base):
    new = edited(base, "rows", "P07", cites=(Cite(source="presentation-paca-2024", at="page 9"),))

    said = "\n".join(impact_lines(Engine(new), base, impact(base, new), "abc1234"))

    assert "Même réponse, autres sources" in said
    assert "Source ajoutée : La MSSanté, présentation 2024, page 9" in said
    assert "Source retirée : " in said


def test_the_json_names_everything(base, softened):
    body = impact_json(base, softened, impact(base, softened), "abc")

    assert body["entries"]["edited"] == ["rows/P07"]
    assert body["situations"]["changed"] == sum(group["situations"] for group in body["groups"])
    assert "infirmier" in body["groups"][0]["professions"]
    assert body["groups"][0]["changes"][0] == {"what": "nominative", "before": "yes", "after": "depends"}
    assert None in body["groups"][0]["answers"]["rpps"]
