"""How the wizard behaves for a visitor: typing, going back, sharing, printing, keyboard, small screens."""

from __future__ import annotations

import re

import pytest

pytestmark = pytest.mark.browser


def heading(page):
    return page.locator("#wizard h2").inner_text().replace("\u00a0", " ")


def continue_(page):
    page.get_by_role("button", name="Continuer").click()


def type_name(page, name):
    page.locator("#wz-name").fill(name)
    continue_(page)


def rows(page):
    return re.findall(r"[PS]\d\d", page.locator(".wz-sources p").text_content())


def test_the_wizard_mounts_from_a_file_without_any_network(open_wizard):
    page = open_wizard()

    assert heading(page) == "Quelle est votre profession, votre rôle ou votre situation ?"
    assert "Version de travail, non relue par un juriste" in page.locator(".wz-foot").inner_text()
    assert page.evaluate("document.activeElement === document.body")


@pytest.mark.parametrize("typed", ["orthophoniste", "ORTHOPHONISTE", "Orthophonisstes"])
def test_a_name_typed_with_a_mistake_is_offered_and_a_right_one_taken(open_wizard, typed):
    page = open_wizard()
    type_name(page, typed)
    choice = page.locator("[data-id=orthophoniste]")
    if choice.count():
        choice.click()

    assert heading(page) == "Orthophoniste"
    assert rows(page) == ["P07"]


@pytest.mark.parametrize(
    ("typed", "rows_"), [("kiné", ["P07"]), ("sage femme", ["P07"]), ("Assistante Sociale", ["P07"])]
)
def test_abbreviations_feminines_and_missing_hyphens_are_understood(open_wizard, typed, rows_):
    page = open_wizard()
    type_name(page, typed)

    assert rows(page) == rows_


def test_a_vague_word_gives_a_choice_never_an_answer(open_wizard):
    page = open_wizard()
    type_name(page, "psy")

    assert "Êtes-vous psychologue" in page.locator("#wz-meant").inner_text()
    assert page.evaluate("document.activeElement.dataset.id") == "psychologue"
    page.locator("[data-id=psychanalyste]").click()
    assert rows(page) == ["P02"]


def test_suggestions_come_while_typing_and_the_arrows_reach_them(open_wizard):
    page = open_wizard()
    page.locator("#wz-name").press_sequentially("orthoph")
    page.locator(".wz-found [data-id=orthophoniste]").wait_for()
    page.keyboard.press("ArrowDown")

    assert page.evaluate("document.activeElement.dataset.id") == "orthophoniste"
    assert "proposition" in page.locator("[role=status]").inner_text()


def test_an_unknown_name_is_said_to_be_unknown_and_shown_as_typed(open_wizard):
    page = open_wizard()
    type_name(page, "<img src=x onerror=alert(1)> zorglub")

    assert "<img src=x" in page.locator("[role=alert]").inner_text()
    assert page.locator("#wizard img").count() == 0
    assert "zorglub" not in page.url


def test_an_empty_answer_is_refused_and_the_way_out_named(open_wizard):
    page = open_wizard()
    continue_(page)
    assert "Je ne sais pas" in page.locator("[role=alert]").inner_text()

    page = open_wizard("#profession=medecin-conseil")
    continue_(page)
    assert "Choisissez une réponse" in page.locator("[role=alert]").inner_text()


def test_i_do_not_know_shows_what_remains_possible_and_is_not_asked_again(open_wizard):
    page = open_wizard("#profession=medecin-conseil")
    page.get_by_label("Je ne sais pas").check()
    continue_(page)

    assert rows(page)[0] == "P03"
    assert page.locator(".wz-possible li").count() >= 2


def test_the_whole_list_can_be_browsed(base, open_wizard):
    page = open_wizard()
    page.get_by_text("Toute la liste").click()
    page.locator(".wz-all button").first.wait_for()

    assert page.locator(".wz-all button").count() == len(base.professions)
    page.locator(".wz-all [data-id=infirmier]").click()
    assert heading(page) == "Infirmier"


def test_each_screen_moves_the_focus_to_its_title(open_wizard):
    page = open_wizard()
    type_name(page, "éducateur spécialisé")

    assert heading(page).startswith("Où exercez-vous")
    assert page.evaluate("document.activeElement.id") == "wz-title"
    assert page.locator("#wizard progress").count() == 1


def test_the_browser_s_back_and_ours_lose_no_answer(open_wizard):
    page = open_wizard()
    type_name(page, "éducateur spécialisé")
    type_name(page, "IME")
    assert rows(page) == ["P07"]

    page.go_back()
    assert heading(page).startswith("Où exercez-vous")
    assert page.locator("#wz-name").input_value() == "IME"
    page.get_by_role("button", name="Retour").click()
    page.wait_for_function("document.querySelector('#wizard h2').textContent.startsWith('Quelle est')")
    assert page.locator("#wz-name").input_value() == "Éducateur spécialisé"
    continue_(page)
    continue_(page)
    assert rows(page) == ["P07"]


def test_a_radio_answer_is_still_there_after_going_back(open_wizard):
    page = open_wizard("#profession=medecin-conseil")
    page.get_by_label("Non").check()
    continue_(page)
    page.get_by_role("button", name="Retour").click()
    page.wait_for_function("document.querySelector('input[name=care]')")

    assert page.locator("input[name=care][value=no]").is_checked()


def test_back_works_on_a_result_opened_from_a_link(open_wizard):
    page = open_wizard("#profession=medecin-conseil&care=no")
    page.get_by_role("button", name="Retour").click()
    page.wait_for_function("document.querySelector('input[name=care]')")

    assert page.evaluate("location.hash") == "#profession=medecin-conseil"


@pytest.mark.parametrize(
    ("fragment", "mode", "wanted"),
    [
        ("#profession=orthophoniste&rpps=active", "eligibility", ["P05"]),
        ("#profession=educateur-specialise&employer=ehpad", "eligibility", ["P07"]),
        ("#profession=infirmier&employer=ccas&rpps=absent", "eligibility", ["P06", "S09"]),
        ("#employer=ehpad&need=service,automatic", "eligibility", ["S08"]),
        ("#employer=ehpad&need=service", "box", ["S08"]),
        ("#about=both&profession=medecin&kind=PRACTICE&ident=siret", "eligibility", ["P07", "S08"]),
    ],
)
def test_a_shared_link_replays_its_result(open_wizard, fragment, mode, wanted):
    page = open_wizard(fragment, mode=mode)

    assert rows(page) == wanted
    link = page.locator("#wz-link").input_value()
    page.goto("about:blank")
    page.goto(link)
    assert rows(page) == wanted


def test_a_broken_link_starts_again_and_says_so(open_wizard):
    page = open_wizard("#profession=n-existe-pas&care=yes")

    assert heading(page).startswith("Quelle est votre profession")
    assert "n’est pas reconnue" in page.locator("[role=alert]").inner_text()


def test_an_anchor_of_the_page_changes_nothing(open_wizard):
    page = open_wizard("#profession=orthophoniste")
    page.evaluate("location.hash = '#tableau'")
    page.wait_for_timeout(100)

    assert rows(page) == ["P07"]


def test_an_answer_can_be_changed_from_the_result(open_wizard):
    page = open_wizard("#profession=medecin-conseil&care=no")
    page.get_by_role("link", name="Modifier : participation").click()
    page.get_by_label("Oui", exact=True).check()
    continue_(page)

    assert rows(page)[0] == "P07"


def test_what_would_change_the_answer_leads_to_the_changed_answer(open_wizard):
    page = open_wizard("#profession=medecin-conseil&care=no")
    page.locator(".wz-changes summary").click()
    page.locator(".wz-changes").get_by_role("link", name="Participation à la prise en charge : oui").click()

    assert rows(page)[0] == "P07"


def test_which_box_starts_with_the_structure_then_the_need(open_wizard):
    page = open_wizard(mode="box")
    assert heading(page).startswith("Où exercez-vous")
    type_name(page, "EHPAD")
    assert heading(page) == "À quoi servira la boîte ?"
    page.get_by_label("L’accueil d’un service").check()
    page.get_by_label("Des envois faits seuls").check()
    continue_(page)

    assert rows(page) == ["S08"]
    assert "(ORG)" in page.locator(".wz-boxes").inner_text()
    assert "(APP)" in page.locator(".wz-boxes").inner_text()


def test_which_box_asks_for_the_profession_when_the_need_is_personal(open_wizard):
    page = open_wizard("#employer=cabinet", mode="box")
    page.get_by_label("Ma correspondance").check()
    continue_(page)
    assert heading(page).startswith("Quelle est votre profession")
    type_name(page, "kiné")

    assert "(PER)" in page.locator(".wz-boxes").inner_text()


def test_which_box_answers_one_who_knows_neither_structure_nor_need(open_wizard):
    page = open_wizard(mode="box")
    page.get_by_role("button", name="Je ne sais pas").click()
    page.get_by_label("Cabinet libéral").check()
    continue_(page)
    page.get_by_label("Je ne sais pas encore").check()
    continue_(page)
    page.get_by_label("Oui", exact=True).check()
    continue_(page)
    page.get_by_label("Oui, un numéro FINESS").check()
    continue_(page)

    assert rows(page) == ["S08"]
    assert "(CAB)" in page.locator(".wz-boxes").inner_text()


def test_i_do_not_know_stands_alone_among_the_needs(open_wizard):
    page = open_wizard("#employer=ehpad", mode="box")
    page.get_by_label("L’accueil d’un service").check()
    page.get_by_label("Je ne sais pas encore").check()

    assert page.locator("input:checked").count() == 1


def test_the_keyboard_alone_reaches_a_verdict(open_wizard):
    page = open_wizard()
    page.locator("#wz-name").focus()
    page.keyboard.type("médecin conseil")
    page.keyboard.press("Enter")
    page.locator("input[name=care]").first.wait_for()
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    page.locator(".wz-verdict").wait_for()

    assert rows(page)[0] == "P07"
    assert page.evaluate("document.activeElement.id") == "wz-title"


@pytest.mark.parametrize(
    "fragment",
    ["", "#profession=medecin-conseil", "#employer=cabinet&need=service", "#profession=infirmier&employer=ccas"],
)
def test_nothing_overflows_on_a_narrow_screen(open_wizard, fragment):
    page = open_wizard(fragment, width=360)

    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_every_field_has_a_label_and_every_id_is_unique(open_wizard):
    for fragment in ("", "#profession=medecin-conseil", "#profession=orthophoniste"):
        page = open_wizard(fragment)
        assert page.evaluate("[...document.querySelectorAll('#wizard input')].every((i) => i.labels.length === 1)")
        assert page.evaluate(
            "(ids => ids.length === new Set(ids).size)([...document.querySelectorAll('[id]')].map((e) => e.id))"
        )


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_light_and_dark_both_read_well(open_wizard, scheme):
    page = open_wizard("#profession=orthophoniste", color_scheme=scheme)
    contrast = page.evaluate(
        """() => {
          const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
          const light = (colour) => { canvas.fillStyle = colour; canvas.fillRect(0, 0, 1, 1);
            return [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3).map((c) => c / 255)
              .map((c) => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
              .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0) };
          const root = document.querySelector('#wizard'), paper = light(getComputedStyle(root).backgroundColor);
          return [...root.querySelectorAll('p, li, a, strong, span, h2, h3, summary, dt')].map((e) => {
            const ink = light(getComputedStyle(e).color);
            return (Math.max(ink, paper) + 0.05) / (Math.min(ink, paper) + 0.05) }).reduce((a, b) => Math.min(a, b)) }"""
    )

    assert contrast >= 4.5


def test_reduced_motion_is_respected(open_wizard):
    page = open_wizard("#profession=medecin-conseil", reduced_motion="reduce")

    assert page.evaluate("getComputedStyle(document.querySelector('#wizard button')).transitionDuration") == "0s"


@pytest.mark.parametrize(
    "fragment",
    [
        "#profession=orthophoniste",
        "#profession=secretaire-medicale&employer=ehpad&care=unknown",
        "#profession=masseur-kinesitherapeute&employer=cabinet&need=personal,practice,automatic&ident=siret",
        "#profession=eapa&employer=ccas&need=service&habil=unknown",
        "#employer=departement&about=structure&habil=yes&ident=siret",
    ],
)
def test_a_result_prints_on_one_sheet(open_wizard, fragment):
    page = open_wizard(fragment)
    pdf = page.pdf(prefer_css_page_size=True)

    assert len(re.findall(rb"/Type\s*/Page\b", pdf)) == 1


def test_paper_shows_whom_to_ask_and_the_sources_that_the_screen_folds(open_wizard):
    page = open_wizard("#profession=orthophoniste")
    assert not page.locator(".wz-contacts li").first.is_visible()
    assert not page.locator(".wz-sources li").first.is_visible()

    page.emulate_media(media="print")
    shown = [page.locator(f".{part} li").first.is_visible() for part in ("wz-contacts", "wz-sources")]
    page.emulate_media(media="null")

    assert shown == [True, True]


@pytest.mark.parametrize(
    "fragment", ["#profession=orthophoniste", "#employer=ehpad&about=structure", "#profession=sophrologue"]
)
def test_on_a_phone_the_answer_and_what_to_do_come_first(open_wizard, fragment):
    page = open_wizard(fragment, width=390)
    screen = page.viewport_size["height"]
    top = page.locator("#wizard").bounding_box()["y"]

    assert page.locator(".wz-boxes").bounding_box()["y"] - top < screen / 2
    assert page.locator(".wz-why").bounding_box()["y"] - top < screen
    assert page.locator("#wizard").bounding_box()["height"] < 4 * screen


def test_an_old_base_says_so(open_wizard):
    page = open_wizard(width=999)
    page.clock.set_fixed_time("2031-01-01")
    page.reload()

    assert "plus de 180 jours" in page.locator(".wz-foot").inner_text()


def test_every_text_cited_leads_to_the_guide_even_from_a_file(open_wizard):
    page = open_wizard("#profession=orthophoniste")
    links = page.evaluate("[...document.querySelectorAll('.wz-basis')].map((a) => a.getAttribute('href'))")

    assert "../textes/r1110-2/index.html#1" in links


def test_sources_carry_their_dates(open_wizard):
    page = open_wizard("#profession=orthophoniste")

    for line in page.locator(".wz-sources li").all_text_contents():
        assert re.search(r"vérifié le \d\d/\d\d/\d{4}", line.replace("\u00a0", " ")), line
