"""Forty paths clicked as a visitor would, from the labelled cases; each ends in the engine's verdict."""

from __future__ import annotations

from urllib.parse import parse_qsl

import pytest

from eligibility.answers import UNKNOWN, read_answers
from eligibility.report import boxes_line, is_question, verdict_lines
from tests.conftest import load_cases

pytestmark = pytest.mark.browser

PATHS = 40


def cases():
    """Forty cases with a person or a structure, spread over the file, those with most facts first."""
    playable = [
        c for c in load_cases("eligibility.yaml") if c.get("facts") and "," not in c["facts"].get("profession", "")
    ]
    rich = [c for c in playable if len(c["facts"]) >= 3 or "kind" in c["facts"] or "habil" in c["facts"]]
    rest = [c for c in playable if c not in rich]
    some = rich[:: max(1, len(rich) // 22)][:22]
    return some + rest[:: max(1, len(rest) // (PATHS - len(some)))][: PATHS - len(some)]


def squeezed(text):
    return " ".join(text.replace("\u00a0", " ").split())


class Visitor:
    """Someone who answers what is asked, and says « je ne sais pas » to the rest."""

    def __init__(self, page, facts):
        self.page, self.facts, self.told = page, facts, set()

    def walk(self):
        for _ in range(12):
            if self.page.locator(".wz-verdict").count() and not self.tell_more():
                return
            if not self.page.locator(".wz-verdict").count():
                self.answer()
        raise AssertionError("no verdict after twelve screens")

    def answer(self):
        name = self.page.locator("#wz-name")
        if name.count():
            fact = (
                "profession" if name.locator("xpath=../label").inner_text().startswith("Votre métier") else "employer"
            )
            self.name(fact)
        else:
            fact = self.page.locator("input[name]").first.get_attribute("name")
            wanted = self.facts.get(fact, "UNKNOWN" if fact == "kind" else UNKNOWN)
            for value in wanted.split(","):
                self.page.locator(f"input[name={fact}][value='{value}']").check()
            self.page.get_by_role("button", name="Continuer").click()
        self.told.add(fact)

    def name(self, fact):
        wanted = self.facts.get(fact)
        if wanted is None or wanted == UNKNOWN or fact in self.told:
            self.page.get_by_role("button", name="Je ne sais pas").click()
            return
        label = self.page.evaluate(
            "([fact, id]) => { const t = MSSANTE_TREE[fact === 'profession' ? 'professions' : 'structures'];"
            " const ids = t.label.map((l, i) => t.id[i] || l); return t.label[ids.indexOf(id)]"
            " || t.label.find((l) => mssanteSearch(fact, l).sure === id); }",
            [fact, wanted],
        )
        self.page.locator("#wz-name").fill(label)
        self.page.get_by_role("button", name="Continuer").click()
        # A name that several share: choose in the list.
        choice = self.page.locator(f".wz-found [data-id='{wanted}']")
        if choice.count():
            choice.click()

    def tell_more(self):
        """Follow « Pour préciser » to a fact that the case holds and nobody asked."""
        for link in self.page.locator(".wz-refine a").all():
            fact = dict(parse_qsl(link.get_attribute("href")[1:])).get("change")
            if fact in self.facts and fact not in self.told:
                link.click()
                self.page.locator("#wizard form").wait_for()
                return True
        return False


@pytest.mark.parametrize("case", cases(), ids=lambda case: case["id"])
def test_a_clicked_path_ends_in_the_engine_s_verdict(base, engine, open_wizard, case):
    facts = {name: str(value) for name, value in case["facts"].items()}
    about = case.get("about") or read_answers(base, facts).about
    page = open_wizard()
    if about != "person":
        page.get_by_role(
            "link", name="structure seulement" if about == "structure" else "une personne et sur sa"
        ).click()
    visitor = Visitor(page, facts)
    visitor.walk()

    answered = dict(parse_qsl(page.evaluate("location.hash.slice(1)")))
    said = {name: value for name, value in answered.items() if name not in ("about", "change")}
    decision = engine.decide(read_answers(base, said, answered.get("about", "")))
    assert not is_question(decision)
    assert all(said[name] == value for name, value in facts.items() if name in said and name != "kind")
    if said == facts:
        assert sorted(decision.verdict.rows) == sorted(case["row"].split(" + "))
    rows = squeezed(page.locator(".wz-sources p").text_content())
    assert rows == f"Lignes de décision : {', '.join(decision.verdict.rows)}."
    assert squeezed(page.locator(".wz-boxes").inner_text()) == boxes_line(base, decision.verdict)
    spoken = squeezed(page.locator("[role=status]").inner_text())
    assert spoken == " ".join(verdict_lines(base, decision.verdict))


def test_forty_paths_are_walked():
    assert len({case["id"] for case in cases()}) == PATHS
