"""The checklists, in a browser: each situation keeps its steps, and none leads where the base refuses."""

from __future__ import annotations

import pytest
from verdict_tables import decided, employers

pytestmark = pytest.mark.browser

STEPS = "section.step:visible"

COMBINED = """() => { const form = document.querySelector('form.situation').elements, shown = [];
  const choose = (field, value) => { field.value = value; field.dispatchEvent(new Event('change', {bubbles: true})); };
  const values = field => [...field.options].map(option => option.value).filter(Boolean);
  for (const employer of values(form.employer)) { choose(form.employer, employer);
    for (const profession of values(form.profession)) { choose(form.profession, profession);
      const steps = [...document.querySelectorAll('section.step')].filter(step => !step.hidden);
      shown.push([profession, employer, steps.map(step => step.getAttribute('data-boxes').split(' ').filter(Boolean))]); } }
  return shown; }"""


def test_the_checklist_keeps_the_steps_of_a_situation_and_can_be_shared(open_page):
    page = open_page("demarrer/personne/")
    everything = page.locator("section.step:visible").count()
    page.select_option("[name=profession]", "orthophoniste")
    page.select_option("[name=region]", "occitanie")
    kept = page.locator("section.step:visible").count()
    assert 0 < kept < everything
    assert page.evaluate("location.hash") == "#profession=orthophoniste&region=occitanie"
    again = open_page("demarrer/personne/#profession=orthophoniste&region=occitanie")
    assert again.locator("section.step:visible").count() == kept


@pytest.mark.parametrize("profession", ["sophrologue", "patient", "archiviste"])
def test_a_profession_without_a_box_is_led_to_no_step(open_page, profession):
    page = open_page("demarrer/personne/")
    page.select_option("[name=profession]", profession)
    said = page.locator(".outlook:visible")
    assert page.locator(STEPS).count() == 0
    assert "Boîte nominative\xa0: non." in said.inner_text()
    assert said.locator("a.why").get_attribute("href").endswith(f"/verifier/#profession={profession}")
    assert (said.locator("a", has_text="Mon espace santé").count() == 1) == (profession == "patient")
    page.select_option("[name=profession]", "orthophoniste")
    assert page.locator(".outlook:visible").count() == 0
    assert page.locator(STEPS).count() > 0


def test_the_checklist_stops_for_exactly_the_professions_the_base_refuses(open_page, engine):
    page = open_page("demarrer/personne/")
    stopped = page.evaluate(
        """() => { const field = document.querySelector('[name=profession]'), shown = {};
        for (const option of field.options) { if (!option.value) continue;
          field.value = option.value; field.dispatchEvent(new Event('change', {bubbles: true}));
          shown[option.value] = [...document.querySelectorAll('section.step')].every(step => step.hidden); }
        return shown; }"""
    )
    places = employers(engine)
    for profession, empty in stopped.items():
        given = [{"profession": profession}, *({"profession": profession, "employer": p.id} for p in places)]
        verdicts = [decided(engine, facts, "person").verdict for facts in given]
        assert empty == all(v.nominative == v.org_access == "no" for v in verdicts), profession


def test_a_profession_that_depends_or_only_enters_is_told_so_first(open_page):
    page = open_page("demarrer/personne/#profession=educateur-specialise")
    said = page.locator(".outlook:visible")
    assert "cela dépend" in said.inner_text().lower()
    assert said.bounding_box()["y"] < page.locator(".counted").bounding_box()["y"]
    page.emulate_media(media="print")
    assert said.is_visible()
    page.emulate_media(media="screen")
    assert page.locator(STEPS).count() > 0
    page.select_option("[name=profession]", "secretaire-medicale")
    assert "Pas de boîte à votre nom" in page.inner_text(".outlook:visible")
    assert not page.is_visible("#personne-ouvrir-mailiz")
    assert page.is_visible("#personne-entrer-org")


def test_without_employer_nor_region_only_common_steps_show(open_page):
    page = open_page("demarrer/personne/#profession=infirmier")
    own = page.locator("section.step:visible:not([data-employers='']), section.step:visible:not([data-regions=''])")
    assert own.count() == 0
    assert page.locator(".narrowing li:visible").count() == 2
    few = page.locator(STEPS).count()
    page.select_option("[name=region]", "occitanie")
    assert page.is_visible("#personne-region-occitanie")
    assert not page.is_visible("#personne-region-paca")
    page.select_option("[name=employer]", "CARE_OR_ESSMS")
    assert page.locator(STEPS).count() > few
    assert not page.is_visible("#personne-operateur-officine")
    assert page.locator(".narrowing li:visible").count() == 0


def test_the_professions_of_the_checklist_stand_in_french_order(open_page):
    page = open_page("demarrer/personne/")
    words = page.eval_on_selector_all(
        "[name=profession] option",
        r"all => all.slice(1).map(o => o.textContent.replace(/[^\p{L}\p{N}]+/gu, ' ').trim())",
    )
    assert words == page.evaluate("words => [...words].sort(new Intl.Collator('fr').compare)", words)


@pytest.mark.parametrize(("kind", "left"), [("OTHER", []), ("INDUSTRY", ["structure-devenir-operateur"])])
def test_a_structure_without_a_box_is_led_to_none(open_page, kind, left):
    page = open_page("demarrer/structure/")
    page.select_option("[name=employer]", kind)
    said = page.locator(".outlook:visible")
    assert "Boîtes de la structure\xa0: non." in said.inner_text()
    assert said.locator("a.why").get_attribute("href").endswith(f"/verifier/#kind={kind}&about=structure")
    assert page.eval_on_selector_all(f"{STEPS} h2", "all => all.map(head => head.id)") == left
    said.locator("a.why").click()
    page.wait_for_selector(".wz-verdict")
    assert "Boîtes de la structure" in page.inner_text(".wz-verdict")


def test_a_structure_that_nobody_settled_hears_who_decides(open_page, base):
    page = open_page("demarrer/structure/#employer=PUBLIC_OR_HYBRID")
    said = page.inner_text(".outlook:visible")
    assert "cela dépend" in said.lower()
    assert base.section("ambiguities")["A7"].who_decides[2:].rstrip(".") in said.replace("\xa0", " ")
    assert page.locator(STEPS).count() > 0
    page.select_option("[name=employer]", "CARE_OR_ESSMS")
    assert page.locator(".outlook:visible").count() == 0


def test_the_checklist_of_structures_stops_for_exactly_those_the_base_refuses(open_page, base, engine):
    page = open_page("demarrer/structure/")
    for option in base.section("facts")["kind"].options:
        if option.value == "UNKNOWN":
            continue
        page.select_option("[name=employer]", option.value)
        said = {
            decided(engine, {"employer": s.id, "habil": habil, "ident": ident}, "structure").verdict.structure_boxes
            for s in base.structures.values()
            if s.kind == option.value
            for habil in ("yes", "no", "unknown")
            for ident in ("finess", "siret", "none", "unknown")
        }
        common = page.locator("section.step:visible[data-employers='']").count()
        assert (common == 0) == (said == {"no"}), option.value


def test_no_profession_with_an_employer_is_led_to_a_box_that_the_base_refuses(open_page, engine):
    places: dict[str, list[str]] = {}
    for place in employers(engine):
        places.setdefault(place.kind, []).append(place.id)
    for profession, kind, steps in open_page("demarrer/personne/").evaluate(COMBINED):
        given = [{"profession": profession, "employer": place} for place in places[kind]]
        verdicts = [decided(engine, facts, "person").verdict for facts in given]
        allowed = {"PER"} if any(v.nominative != "no" for v in verdicts) else set()
        allowed |= {"ORG", "APP", "CAB"} if any(v.org_access != "no" for v in verdicts) else set()
        assert (steps == []) == (not allowed), (profession, kind)
        assert all(not boxes or allowed & set(boxes) for boxes in steps), (profession, kind)
