"""The tables of the pages say exactly what the engine says, in every row; and no row is missing."""

from __future__ import annotations

from itertools import product

from verdict_tables import data_verdict

from eligibility.answers import read_answers
from eligibility.questions import representatives

CARE = ("yes", "no", "unknown")
RPPS = ("active", "absent", "unknown")
HABIL = ("yes", "no", "unknown")
IDENT = ("finess", "siret", "none", "unknown")


def said_by(engine, facts, about):
    return data_verdict(engine.decide(read_answers(engine.base, facts, about)).verdict)


def test_every_row_of_every_page_is_the_engine_s_answer(guide, engine):
    rows = 0
    for url, page in guide.pages.items():
        for facts, verdict in page.verdict_rows():
            about = "person" if "profession" in facts else "structure"
            assert verdict == said_by(engine, facts, about), (url, facts)
            rows += 1
    assert rows > 5000


def test_a_profession_page_shows_every_care_and_rpps(guide, base):
    for profession in base.professions:
        shown = [f for f, _ in guide.pages[f"professions/{profession}/"].verdict_rows()]
        assert {"profession": profession} in shown
        for care, rpps in product(CARE, RPPS):
            assert {"profession": profession, "care": care, "rpps": rpps} in shown, (profession, care, rpps)


def test_a_profession_page_shows_every_kind_of_employer(guide, base, engine):
    known = [n for n in representatives(engine) if base.structures[n].kind != "UNKNOWN"]
    for profession in base.professions:
        shown = [f for f, _ in guide.pages[f"professions/{profession}/"].verdict_rows()]
        for name in known:
            assert {"profession": profession, "employer": name} in shown, (profession, name)


def test_where_the_employer_decides_each_letter_has_its_whole_table(guide, base):
    for profession in base.professions.values():
        if profession.place is None:
            continue
        shown = [f for f, _ in guide.pages[f"professions/{profession.id}/"].verdict_rows()]
        letters = {base.structures[f["employer"]].letter for f in shown if "employer" in f and "care" in f}
        assert {*profession.place.letters, "none"} <= letters, profession.id
        for letter in letters:
            whole = [
                f for f in shown if "care" in f and "employer" in f and base.structures[f["employer"]].letter == letter
            ]
            assert len(whole) == len(CARE) * len(RPPS), (profession.id, letter)


def test_a_structure_page_shows_every_carer_and_identifier(guide, base):
    for structure in base.structures:
        shown = [f for f, _ in guide.pages[f"structures/{structure}/"].verdict_rows()]
        for habil, ident in product(HABIL, IDENT):
            assert {"employer": structure, "habil": habil, "ident": ident} in shown, (structure, habil, ident)


def test_the_lists_give_the_answer_of_each_page(guide, base, engine):
    """The list's words are those of the plain statement."""
    labels = {a: base.wording(f"answer.{a}") for a in ("yes", "no", "depends")}
    listed = {
        tag.attributes["data-names"].split("|")[0]: tag.text
        for tag in guide.pages["professions/"].all("tr")
        if "data-names" in tag.attributes
    }
    assert len(listed) == len(base.professions)
    for profession in base.professions.values():
        verdict = engine.decide(read_answers(base, {"profession": profession.id}, "person")).verdict
        text = next(t for name, t in listed.items() if name.replace("’", "'") == profession.label.replace("’", "'"))
        assert labels[verdict.nominative] in text, profession.id


def test_the_decision_tables_show_every_row(guide, base):
    for table in ("personne", "structure", "combinaison", "boites"):
        for row in base.rows(table):
            page = guide.pages["base/tables/"]
            assert row.id.lower() in page.ids
            assert any(row.because.split()[-1] in tag.text for tag in page.all("td"))


def test_the_home_page_states_the_proof(guide):
    assert "0 trou, 0 conflit" in guide.pages[""].html
