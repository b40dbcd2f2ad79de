"""What only a browser shows: search, filters, checklist, no foreign request, axe, phones."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from kinds import KINDS

from knowledge.naming import fold

pytestmark = pytest.mark.browser

SEARCH = """async (queries) => {
  const input = document.querySelector('.md-search__input'), meta = document.querySelector('.md-search-result__meta'),
        list = document.querySelector('.md-search-result__list'), found = {};
  for (const query of queries) {
    input.focus(); meta.textContent = '…'; input.value = query; input.dispatchEvent(new Event('input'));
    for (let i = 0; i < 600 && meta.textContent === '…'; i++) await new Promise(r => setTimeout(r, 5));
    found[query] = [...list.querySelectorAll('.md-search-result__item')].slice(0, 3).map(
      item => [...item.querySelectorAll('a')].slice(0, 2).map(a => new URL(a.href).pathname.slice(1) + new URL(a.href).hash));
  }
  return found;
}"""

TEN = {
    "éligibilité": "verifier/",
    "eligibilite": "verifier/",
    "profession": "professions/",
    "professions": "professions/",
    "équipe": "boites/org/",
    "equipe": "boites/org/",
    "kinésithérapeute": "professions/masseur-kinesitherapeute/",
    "kinesitherapeute": "professions/masseur-kinesitherapeute/",
    "habilité": "textes/r1110-2/",
    "soignant": "professions/",
    "l'infirmier": "professions/infirmier/",
    "d’équipe": "boites/org/",
    "EHPAD": "structures/ehpad/",
    "mot de passe": "faq/connexion/",
}

SAID = {
    "mdp": "hotline/#mot-de-passe-oublie",
    "mdp oublié": "hotline/#mot-de-passe-oublie",
    "mot de passe oublié": "hotline/#mot-de-passe-oublie",
    "infirmière libérale": "professions/infirmier/",
    "mail non délivré": "hotline/#non-remise",
    "message revenu": "hotline/#non-remise",
    "phishing": "hotline/#message-suspect",
    "hameçonnage": "hotline/#message-suspect",
    "ecps": "glossaire/#e-cps",
    "e-CPS": "glossaire/#e-cps",
    "ehpads": "structures/ehpad/",
    "compte rendu d'hospitalisation": "usages/u01/",
    "compte-rendu d’hospitalisation": "usages/u01/",
    "changer d'hôpital": "hotline/#depart-d-un-collegue",
    "départ": "hotline/#depart-d-un-collegue",
    "hdj": "structures/hopital/",
    "tarif": "operateurs/#choisir-cout",
    "coût": "operateurs/#choisir-cout",
    "prix": "operateurs/#choisir-cout",
    "kiné": "professions/masseur-kinesitherapeute/",
    "bal": "glossaire/#bal",
    "bals": "glossaire/#bal",
    "rpps": "identifiants/#rpps",
    "adeli": "identifiants/#adeli",
    "mss ehpad": "structures/ehpad/",
    "rebond": "hotline/#non-remise",
    "mot de passe perdu": "hotline/#mot-de-passe-oublie",
    "boite perso": "boites/per/",
    "boite de service": "boites/org/",
    "boite secretariat": "boites/org/",
    "spam": "hotline/#message-suspect",
    "usurpation": "hotline/#message-suspect",
    "pin bloque": "hotline/#carte-cps-perdue",
    "changement employeur": "hotline/#depart-d-un-collegue",
    "delai suppression": "hotline/#boite-disparue",
    "supprimer ma boite": "demarrer/personne/#personne-depart-liberal",
    "piece jointe trop lourde": "hotline/#piece-jointe-trop-lourde",
    "mauvais destinataire": "hotline/#mauvais-destinataire",
    "message non recu": "hotline/#parti-mais-pas-recu",
    "hotline": "hotline/",
    "formations": "former/",
    "qui contacter": "contacts/",
    "accuse de lecture": "comprendre/accuses/",
    "iphone": "connexion/application-mobile/",
    "resultat labo": "usages/u11/",
    "obligatoire": "faq/comprendre/#f01",
    "psy scolaire": "professions/psychologue-education-nationale/",
    "secret medical": "textes/l1110-4/",
    "mon espace sante": "patients/",
    "ecrire a un patient": "patients/",
    "creer une boite": "demarrer/",
    "outlook": "connexion/outil-de-messagerie/",
    "whatsapp": "usages/a-ne-pas-faire/",
    "mail normal": "usages/a-ne-pas-faire/",
    "idel": "professions/infirmier/",
    "kine liberal": "professions/masseur-kinesitherapeute/",
    "educ spe": "professions/educateur-specialise/",
    "dac": "structures/dac/",
}
"""What people say, abbreviate or misname, and what they are after."""


@pytest.fixture
def search(open_page):
    page = open_page()
    page.wait_for_function("!/Initialisation/.test(document.querySelector('.md-search-result__meta').textContent)")
    page.evaluate(SEARCH, ["x"])
    return lambda queries: page.evaluate(SEARCH, list(queries))


def test_the_queries_of_the_field_notes_find_their_page_first(search):
    found = search(TEN)
    assert {q: f[0][0] for q, f in found.items() if f and f[0][0] != TEN[q]} == {}
    assert all(found.values())


def test_what_people_say_finds_what_they_are_after(search):
    found = search(SAID)
    assert not {q: f[:1] for q, f in found.items() if not f or SAID[q] not in f[0]}


def test_words_pasted_or_dictated_are_searched_whole(open_page):
    """No key is released then; the letters of a French keyboard that a browser composes come the same way."""
    page = open_page()
    page.wait_for_function("!/Initialisation/.test(document.querySelector('.md-search-result__meta').textContent)")
    page.focus(".md-search__input")
    page.keyboard.type("kin")
    page.keyboard.insert_text("é")
    page.wait_for_selector(".md-search-result__item:first-child a[href*='masseur-kinesitherapeute/']", state="attached")


def as_typed(*names: str) -> set[str]:
    """Names as they are written, and in lower case with their accents."""
    return {form for name in names if name for form in (name, name.lower())}


def test_each_name_of_each_profession_finds_its_page_first(search, base):
    wanted = {}
    for profession in base.professions.values():
        for name in as_typed(profession.label, profession.feminine, *profession.also):
            wanted[name] = f"professions/{profession.id}/"
    found = search(wanted)
    assert not {n: f[:1] for n, f in found.items() if not f or f[0][0] != wanted[n]}


def test_each_name_of_each_structure_finds_its_page_first(search, base):
    wanted = {name: f"structures/{s.id}/" for s in base.structures.values() for name in as_typed(s.label, *s.also)}
    found = search(wanted)
    assert not {n: f[:1] for n, f in found.items() if not f or f[0][0] != wanted[n]}


def test_a_vague_word_leads_to_its_question(search):
    assert search(["AS"])["AS"][0][0] == "professions/#as" or "professions/#as" in search(["AS"])["AS"][0]


def test_nothing_found_says_what_to_try_next(open_page):
    page = open_page()
    page.wait_for_function("!/Initialisation/.test(document.querySelector('.md-search-result__meta').textContent)")
    assert page.evaluate(SEARCH, ["zzzzqqq"]) == {"zzzzqqq": []}
    page.wait_for_selector("#search-help:not([hidden])", state="attached")


def test_the_home_search_opens_the_search(open_page):
    page = open_page()
    page.fill("form.home-search input", "orthophoniste")
    page.press("form.home-search input", "Enter")
    page.wait_for_selector(".md-search-result__item a[href*='professions/orthophoniste/']")


def test_the_list_of_professions_filters_by_synonym(open_page):
    page = open_page("professions/")
    page.fill("#filtre", "kine")
    shown = page.eval_on_selector_all(
        "tr[data-names]", "rows => rows.filter(r => r.offsetParent).map(r => r.querySelector('a').textContent)"
    )
    assert any("kinésithérapeute" in name for name in shown)
    assert len(shown) < 6
    page.fill("#filtre", "zzzz")
    assert page.is_visible(".filter-none")


HEARD = {
    "boîte partagée": "boite-partagee-fermee",
    "mdp": "mot-de-passe-oublie",
    "ecps": "e-cps-en-panne",
    "phishing": "message-suspect",
    "mail non délivré": "non-remise",
    "départ": "depart-d-un-collegue",
}


@pytest.mark.parametrize("words", HEARD)
def test_the_sheets_filter_by_what_an_agent_types(open_page, words):
    page = open_page("hotline/")
    everything = page.locator("section.sheet:visible").count()
    page.fill("#filtre", words)
    assert page.is_visible(f"section.sheet #{HEARD[words]}")
    assert page.locator("section.sheet:visible").count() < everything / 3


def test_each_sheet_is_found_by_each_of_its_words(search, base):
    wanted = {name: s.id for s in base.sections.symptoms for name in s.also}
    found = search(wanted)
    assert not {n: f[:1] for n, f in found.items() if not any(f"hotline/#{wanted[n]}" in links for links in f)}


def test_usages_filter_by_sender_recipient_and_word(open_page):
    page = open_page("usages/")
    page.select_option("[name=from]", "biologie")
    page.select_option("[name=to]", "patient")
    shown = page.eval_on_selector_all(
        "table.usages tbody tr", "rows => rows.filter(r => r.offsetParent).map(r => r.querySelector('a').textContent)"
    )
    assert len(shown) == 1
    assert shown[0].startswith("U14")


def test_a_copied_answer_begins_with_the_answer(open_page, base):
    page = open_page("hotline/", permissions=["clipboard-read", "clipboard-write"])
    page.locator("section.sheet:has(#mot-de-passe-oublie) button.copy").click()
    page.wait_for_function("[...document.querySelectorAll('button.copy')].some(b => b.textContent.includes('Copié'))")
    start = base.entry("symptoms/mot-de-passe-oublie").say.split()[:3]
    assert page.evaluate("navigator.clipboard.readText()").split()[:3] == start


def test_a_phone_shows_the_search_box_on_its_first_screen(open_page):
    page = open_page(width=390)
    box = page.locator("form.home-search input").bounding_box()
    assert box["y"] + box["height"] <= 800


def test_the_decision_tables_take_the_width_of_a_projector(open_page):
    page = open_page("base/tables/", width=1920)
    assert page.locator("table.rules").first.bounding_box()["width"] > 1920 * 0.6


def test_an_answer_is_copied_with_its_address(open_page):
    page = open_page("faq/connexion/", permissions=["clipboard-read", "clipboard-write"])
    page.locator("button.copy").first.click()
    page.wait_for_function("document.querySelector('button.copy').textContent.includes('Copié')")
    assert "faq/connexion/#" in page.evaluate("navigator.clipboard.readText()")


def test_the_guide_is_walked_from_a_folder_without_a_server(browser, guide_folder):
    context = browser.new_context(locale="fr-FR")
    page = context.new_page()
    asked = []
    page.on("request", lambda r: asked.append(r.url))
    page.goto(guide_folder.joinpath("index.html").as_uri(), wait_until="load")
    page.click("a.door[href*=verifier]")
    page.fill("#wizard input[type=text]", "orthophoniste")
    page.click("text=Métiers et situations >> nth=0")
    page.click("article a[href*='/orthophoniste/']")
    assert page.locator("h1").inner_text() == "Orthophoniste"
    assert not page.is_visible(".md-search__input")
    assert page.locator(".no-search:visible a").all_inner_texts() == ["Glossaire", "Plan du guide"]
    page.click("footer a[href*='/plan/']")
    assert page.locator("h1").inner_text() == "Plan du guide"
    assert all(url.startswith(("file:", "data:", "blob:")) for url in asked)
    context.close()


@pytest.mark.parametrize(
    ("page_of_the_guide", "answered"), [("professions/orthophoniste/", "P07"), ("structures/ehpad/", "S08")]
)
def test_a_page_opens_the_wizard_already_filled(browser, open_page, guide_folder, page_of_the_guide, answered):
    """On a server and from a folder, what the page is about goes in the fragment."""
    served = open_page(page_of_the_guide)
    folder = browser.new_page()
    folder.goto((guide_folder / page_of_the_guide / "index.html").as_uri())
    for page in (served, folder):
        page.click("p.actions a[href*='/verifier/']")
        page.wait_for_selector(".wz-verdict")
        assert answered in page.locator(".wz-sources p").text_content()
    folder.close()


def test_on_a_phone_the_tables_of_a_page_wait_under_the_answer(open_page):
    assert open_page("professions/orthophoniste/").locator("details.fold table").first.is_visible()
    page = open_page("professions/orthophoniste/", width=390)
    assert not page.locator("details.fold table").first.is_visible()
    page.locator("details.fold summary").first.click()
    assert page.locator("details.fold table").first.is_visible()


def test_paper_as_narrow_as_a_tablet_keeps_its_tables(open_page):
    page = open_page("professions/orthophoniste/", width=688)
    page.emulate_media(media="print")
    assert page.eval_on_selector("table.verdicts td", "cell => getComputedStyle(cell).display") == "table-cell"


@pytest.mark.parametrize(
    ("page_of_the_guide", "words", "kept"),
    [("exigences/", "starttls", "section[data-names]"), ("base/sources/", "legifrance", "div.source")],
)
def test_a_long_reference_filters_by_what_is_typed(open_page, page_of_the_guide, words, kept):
    page = open_page(page_of_the_guide)
    everything = page.locator(f"{kept}:visible").count()
    page.fill("#filtre", words)
    assert 0 < page.locator(f"{kept}:visible").count() < everything / 2


def test_the_plan_lists_professions_in_french_order(open_page):
    names = open_page("plan/").eval_on_selector_all(
        "article a[href*='/professions/']:not([href$='/professions/'])",
        r"all => all.map(a => a.textContent.replace(/[^\p{L}\p{N}]+/gu, ' ').trim())",
    )
    assert len(names) > 100
    assert names == sorted(names, key=fold)


def test_everything_is_readable_without_javascript(open_page):
    page = open_page("verifier/", java_script_enabled=False)
    assert page.is_visible("table.rules")
    page = open_page("usages/", java_script_enabled=False)
    assert page.locator("table.usages tbody tr:visible").count() > 40
    page = open_page("demarrer/personne/", java_script_enabled=False)
    assert page.locator("section.step:visible").count() > 20
    told = page.locator("noscript li", has_text="Aucune boîte MSSanté n’est ouverte à ce métier")
    assert told.locator("a[href$='/sophrologue/']").is_visible()
    assert not open_page().is_visible(".no-search")


@pytest.mark.parametrize("kind", KINDS)
def test_no_page_scrolls_sideways_on_a_phone(open_page, kind):
    page = open_page(KINDS[kind], width=360)
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0


def test_the_page_is_reached_by_keyboard_alone(open_page):
    page = open_page("professions/orthophoniste/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.classList.contains('md-skip')")
    seen = set()
    for _ in range(60):
        page.keyboard.press("Tab")
        seen.add(
            page.evaluate(
                "document.activeElement.getAttribute('href') || document.activeElement.className || document.activeElement.tagName"
            )
        )
    assert any("base/tables" in s for s in seen)


def _axe() -> str:
    found = pytest.importorskip("axe_playwright_python")
    return (Path(found.__file__).parent / "axe.min.js").read_text("utf-8")


SCREENS = [
    pytest.param(1280, False, id="bureau-clair"),
    pytest.param(390, True, id="telephone-sombre"),
    pytest.param(1280, True, id="bureau-sombre", marks=pytest.mark.accept),
    pytest.param(390, False, id="telephone-clair", marks=pytest.mark.accept),
]


@pytest.mark.parametrize(("width", "dark"), SCREENS)
@pytest.mark.parametrize("kind", KINDS)
def test_axe_finds_nothing(open_page, kind, width, dark):
    script = _axe()
    page = open_page(KINDS[kind], width=width, dark=dark, reduced_motion="reduce")
    page.evaluate(script)
    result = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    said = [
        (v["id"], [n["target"] for n in v["nodes"]][:3], v["nodes"][0]["failureSummary"]) for v in result["violations"]
    ]
    assert not said, json.dumps(said, ensure_ascii=False, indent=1)
