"""The page's own function against the engine: every situation, every profession, every effect of an employer."""

from __future__ import annotations

import random
from itertools import combinations, product

import pytest

from eligibility.answers import FactError, read_answers
from eligibility.explanation import unique
from eligibility.lookup import Lookup
from eligibility.questions import effect_of, representatives
from eligibility.report import ask_json, remaining, sources_of
from eligibility.whatif import changes

pytestmark = pytest.mark.browser

EXPLAIN = """((f, a) => { const x = mssanteExplain(f, a); return {
  why: x.reasons.map((r) => [r.text, r.basis]), why_not: x.near.map((n) => n.text), open: x.open,
  sources: x.sources.map((s) => [s.id, s.locator]),
  possible: x.possible.map((v) => [v.nominative, v.org_access, v.structure_boxes, v.boxes]),
  changes: x.changes.map((c) => [[c.verdict.nominative, c.verdict.org_access, c.verdict.structure_boxes, c.verdict.boxes],
    c.changes.map((d) => [d.fact, d.value, d.text])]) }; })"""


@pytest.fixture(scope="module")
def expected(engine):
    """What the engine says, in the shape of `mssanteDecide`."""

    def _expected(facts, about=""):
        decision = engine.decide(read_answers(engine.base, facts, about))
        v = decision.verdict
        return {
            "nominative": v.nominative,
            "org_access": v.org_access,
            "structure_boxes": v.structure_boxes,
            "boxes": None if v.boxes is None else list(v.boxes),
            "conditions": list(v.conditions),
            "rows": list(v.rows),
            "asks": ask_json(decision.asks) if decision.asks else None,
        }

    return _expected


@pytest.fixture(scope="module")
def explained(engine):
    """The engine's explanation, in the shape of EXPLAIN."""

    def _explained(facts, about=""):
        decision = engine.decide(read_answers(engine.base, facts, about))
        return {
            "why": [[r.text, list(r.basis)] for r in unique(decision.why)],
            "why_not": [near.text for near in decision.why_not],
            "open": list(decision.ambiguities),
            "sources": [[s.id, s.locator] for s in sources_of(engine.base, decision)],
            "possible": [_outcome(v) for v in remaining(engine, decision)],
            "changes": [
                [_outcome(p.verdict), [[c.fact, c.value, c.text] for c in p.changes]]
                for p in changes(engine, decision.answers)
            ],
        }

    return _explained


def draws(seed):
    return random.Random(seed)


def _outcome(verdict):
    boxes = None if verdict.boxes is None else list(verdict.boxes)
    return [verdict.nominative, verdict.org_access, verdict.structure_boxes, boxes]


def given(**facts):
    return {name: value for name, value in facts.items() if value is not None}


def values(base, name):
    return [option.value for option in base.section("facts")[name].options]


def test_the_page_agrees_in_all_six_thousand_and_forty_eight_situations(base, engine, differences, expected):
    # A profession for each quality, which no employer need be named for; the category stated is the structure's.
    settled = [p for p in base.professions.values() if p.place is None or "employer" in p.implies]
    of_quality = {p.quality: p for p in settled if "rpps" not in p.implies}
    cases, seen = [], set()
    for quality, kind in product(values(base, "quality"), values(base, "kind")):
        profession = of_quality[quality]
        facts = [values(base, name) for name in ("care", "rpps", "habil", "ident")]
        for care, rpps, habil, ident in product(*facts):
            said = {
                "profession": profession.id,
                "kind": kind,
                "care": care,
                "rpps": rpps,
                "habil": habil,
                "ident": ident,
            }
            ruling = engine.rule(read_answers(base, said))
            person, structure = ruling.person, ruling.structure
            seen.add((person.quality, person.care, person.rpps, structure.kind, structure.habil, structure.ident))
            cases.append((said, "", expected(said)))

    assert len(seen) == 72 * 84
    assert differences(cases) == []


def test_the_page_agrees_on_every_profession_alone_and_with_each_kind_of_employer(base, engine, differences, expected):
    employers = (None, "unknown", *representatives(engine))
    cases = []
    for profession, employer in product((None, "unknown", *base.professions), employers):
        for about, care in (("", None), ("", "no"), ("both", None)):
            facts = given(profession=profession, employer=employer, care=care)
            cases.append((facts, about, expected(facts, about)))

    assert differences(cases) == []


def test_the_page_agrees_on_every_structure(base, differences, expected):
    cases = []
    for structure in base.structures:
        for facts in ({}, {"habil": "yes"}, {"habil": "yes", "ident": "siret"}, {"need": "service"}):
            cases.append(
                ({"employer": structure, **facts}, "structure", expected({"employer": structure, **facts}, "structure"))
            )

    assert differences(cases) == []


def test_structures_of_one_effect_are_one_and_the_same_to_the_engine(base, engine):
    by_effect = {}
    for name, structure in base.structures.items():
        by_effect.setdefault(effect_of(structure), []).append(name)
    for names in by_effect.values():
        for profession in ("educateur-specialise", "secretaire-medicale", "infirmier"):
            verdicts = {
                engine.verdict(read_answers(base, {"profession": profession, "employer": name})).outcome()
                for name in names
            }
            assert len(verdicts) == 1


def test_the_page_agrees_on_what_is_missing_or_unknown(base, engine, differences, expected):
    some = ("infirmier", "secretaire-medicale", "educateur-specialise", "etudiant-infirmier", "infirmier-scolaire")
    options = {name: (None, *values(base, name)) for name in ("care", "rpps", "kind", "habil", "ident")}
    rng = draws(7)
    combos = rng.sample(list(product((None, "unknown", *some), *options.values())), 2500)
    cases = [
        (facts, "", expected(facts))
        for combo in combos
        for facts in [given(**dict(zip(("profession", *options), combo, strict=True)))]
    ]

    assert differences(cases) == []


def test_the_page_agrees_on_every_combination_of_needs(base, engine, differences, expected):
    needs = [",".join(some) for n in range(1, 6) for some in combinations(values(base, "need"), n)]
    kinds = [None, *{s.kind: s.id for s in base.structures.values()}.values()]
    cases = []
    for need, employer, profession in product(needs, kinds, (None, "medecin", "secretaire-medicale", "unknown")):
        for ident in (None, "siret"):
            facts = given(profession=profession, employer=employer, need=need, ident=ident)
            cases.append((facts, "", expected(facts)))

    assert differences(cases) == []


def test_of_two_professions_the_page_lets_the_same_one_win(base, engine, differences, expected):
    rng = draws(11)
    employers = [None] * 6 + ["unknown", *representatives(engine)]
    cases = []
    for _ in range(1200):
        facts = given(
            profession=",".join(rng.sample(["unknown", *base.professions], 2)),
            employer=rng.choice(employers),
            rpps=rng.choice([None, *values(base, "rpps")]),
        )
        about = rng.choice(("", "both", "person"))
        cases.append((facts, about, expected(facts, about)))

    assert differences(cases) == []


def test_the_page_infers_as_the_engine_whom_the_question_is_about(base, differences, expected):
    some = {
        "profession": "infirmier", "employer": "ehpad", "care": "yes", "rpps": "active", "kind": "CARE_OR_ESSMS",
        "ident": "finess", "habil": "yes", "need": "personal",
    }  # fmt: skip
    cases = []
    for count in range(len(some) + 1):
        for names in combinations(some, count):
            for need in (some["need"], "service", "unknown"):
                facts = {name: some[name] for name in names} | ({"need": need} if "need" in names else {})
                cases.append((facts, "", expected(facts)))

    assert differences(cases) == []


def test_the_page_takes_lists_and_drops_blanks_as_the_engine_does(differences, expected):
    cases = [
        (facts, "", expected(facts))
        for facts in (
            {"profession": ["sophrologue", "infirmier"]},
            {"profession": " infirmier , sophrologue ,", "care": ""},
            {"employer": "ehpad", "need": ["service", "automatic", "service"]},
            {"profession": None, "employer": "ehpad"},
        )
    ]

    assert differences(cases) == []


@pytest.mark.parametrize(
    "facts",
    [
        {"professions": "infirmier"},
        {"profession": "plombier-zingueur"},
        {"care": "perhaps"},
        {"employer": "ehpad", "kind": "PRACTICE"},
        {"employer": ["ehpad", "hopital"]},
        {"kind": "unknown"},
    ],
)
def test_the_page_refuses_what_the_engine_refuses(base, decider, facts):
    with pytest.raises(FactError):
        read_answers(base, facts)
    assert decider.evaluate("f => { try { mssanteDecide(f); return false; } catch { return true; } }", facts)


def test_the_page_explains_as_the_engine_does(base, engine, differences, explained):
    employers = [None] * 4 + ["unknown", *representatives(engine)]
    rng = draws(5)
    cases = []
    for profession in ("unknown", *base.professions):
        facts = given(
            profession=profession,
            employer=rng.choice(employers),
            care=rng.choice([None, None, *values(base, "care")]),
            rpps=rng.choice([None, None, *values(base, "rpps")]),
        )
        about = rng.choice(("", "", "both"))
        cases.append((facts, about, explained(facts, about)))
    for structure in base.structures:
        facts = given(
            employer=structure,
            habil=rng.choice([None, "yes", "no", "unknown"]),
            ident=rng.choice([None, *values(base, "ident")]),
            need=rng.choice([None, "service", "personal", "personal,automatic"]),
        )
        cases.append((facts, "", explained(facts)))

    assert differences(cases, EXPLAIN) == []


def test_a_typed_name_finds_what_the_server_s_lookup_finds(base, decider):
    lookups = {
        "profession": Lookup(base, ("professions", "vague")),
        "employer": Lookup(base, ("structures",)),
    }
    rng = draws(3)
    typed = []
    for fact, sections in (("profession", ("professions", "vague")), ("employer", ("structures",))):
        entries = [entry for section in sections for entry in base.section(section).values()]
        names = [
            name for entry in entries for name in (entry.label, getattr(entry, "feminine", ""), *entry.also) if name
        ]
        chosen = rng.sample(names, 45)
        typed += [(fact, name) for name in chosen[:20]] + [(fact, _misspelt(rng, name)) for name in chosen[20:]]
    wanted = [_searched(base, lookups[fact].find(text)) for fact, text in typed]
    found = decider.evaluate(
        "all => all.map(([fact, text]) => { const s = mssanteSearch(fact, text);"
        " return [s.sure, s.question, s.choices.map((e) => e.id)]; })",
        typed,
    )

    assert [(*t, f) for t, f, w in zip(typed, found, wanted, strict=True) if f != w] == []


def _misspelt(rng, name):
    """One letter dropped or swapped with the next, once or twice in long names."""
    letters = list(name)
    for _ in range(2 if len(name) > 12 else 1):
        i = rng.randrange(1, len(letters) - 1) if len(letters) > 2 else 0
        if rng.random() < 0.5:
            del letters[i]
        else:
            letters[i : i + 2] = letters[i : i + 2][::-1]
    return "".join(letters)


def _searched(base, matches):
    """[the sure id, the question of a vague term, the choices] as the server's interview makes them."""
    exact = [m for m in matches if m.score == 1]
    sure = exact[0].id if len(exact) == 1 and exact[0].section != "vague" else ""
    terms = [base.section("vague")[m.id] for m in exact or matches if m.section == "vague"]
    listed = exact if exact and not sure else matches
    ids = [name for m in listed for name in (base.section("vague")[m.id].choices if m.section == "vague" else [m.id])]
    return [sure, "" if sure or not terms else terms[0].question, list(dict.fromkeys(ids))[:10]]
