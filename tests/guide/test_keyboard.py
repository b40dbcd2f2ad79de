"""Each main path of the guide, walked with the keyboard alone: Tab, Enter, Space, arrows and letters."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.browser

WHERE = "document.activeElement"
READY = "!/Initialisation/.test(document.querySelector('.md-search-result__meta').textContent)"


@pytest.fixture
def keyboard(browser, site):
    """keyboard("") → (page, tab_to): `tab_to(test)` presses Tab until the focused element passes a JavaScript test."""
    contexts = []

    def _open(url: str = ""):
        context = browser.new_context(
            viewport={"width": 1280, "height": 900}, locale="fr-FR", permissions=["clipboard-read", "clipboard-write"]
        )
        contexts.append(context)
        page = context.new_page()
        page.goto(site + url, wait_until="load")

        def tab_to(test: str, most: int = 120) -> None:
            for _ in range(most):
                page.keyboard.press("Tab")
                if page.evaluate(f"(e => Boolean({test}))({WHERE})"):
                    assert page.evaluate(f"{WHERE}.matches(':focus-visible')")
                    return
            pytest.fail(f"jamais atteint au clavier : {test}")

        return page, tab_to

    yield _open
    for context in contexts:
        context.close()


def href(part: str) -> str:
    return f"e.tagName === 'A' && e.href.endsWith('{part}')"


def test_from_home_through_the_questions_to_the_result(keyboard):
    page, tab_to = keyboard()
    tab_to(href("/verifier/") + " && e.matches('.door')")
    page.keyboard.press("Enter")
    page.wait_for_url("**/verifier/")
    tab_to("e.matches('#wizard input[type=text]')")
    page.keyboard.type("kiné")
    page.keyboard.press("Enter")
    for _ in range(12):
        page.wait_for_timeout(150)
        if page.locator("#wizard .wz-verdict").count():
            break
        if page.locator("#wizard input[type=radio]").count():
            tab_to("e.matches('#wizard input[type=radio]')")
            page.keyboard.press("Space")
            page.keyboard.press("Enter")
        else:
            tab_to("e.matches('#wizard button')")
            page.keyboard.press("Enter")
    assert page.locator("#wizard .wz-verdict").is_visible()
    assert page.evaluate("document.querySelector('#wizard').contains(document.activeElement)")


def test_from_home_through_the_search_to_a_page(keyboard):
    page, tab_to = keyboard()
    page.wait_for_function(READY)
    tab_to("e.matches('form.home-search input')")
    page.keyboard.type("orthophoniste")
    page.keyboard.press("Enter")
    page.wait_for_selector(".md-search-result__item a[href*='professions/orthophoniste/']")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url("**/professions/orthophoniste/**")


def test_escape_leaves_the_search(keyboard):
    page, _ = keyboard("usages/")
    page.wait_for_function(READY)
    page.keyboard.press("/")
    page.keyboard.type("ehpad")
    page.wait_for_selector(".md-search-result__item")
    page.keyboard.press("Escape")
    assert not page.is_checked("#__search")


def test_a_sheet_of_the_hotline_is_found_and_copied(keyboard):
    page, tab_to = keyboard("hotline/")
    tab_to("e.matches('#filtre')")
    page.keyboard.type("undelivered")
    page.wait_for_function("document.querySelectorAll('section[data-names]:not([hidden])').length === 1")
    tab_to("e.matches('button.copy')")
    page.keyboard.press("Enter")
    page.wait_for_function("document.activeElement.textContent.includes('Copié')")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith("Ce message automatique")
    assert "/hotline/#" in copied


def test_usages_are_filtered_and_cleared(keyboard):
    page, tab_to = keyboard("usages/")
    rows = page.locator("table.usages tbody tr:visible")
    everything = rows.count()
    tab_to("e.matches('form.filters [name=from]')")
    page.keyboard.type("biol")
    page.keyboard.press("Enter")
    tab_to("e.matches('form.filters [name=words]')")
    page.keyboard.type("prescripteur")
    assert 0 < rows.count() < everything
    tab_to("e.matches('form.filters button[type=reset]')")
    page.keyboard.press("Enter")
    page.wait_for_function(
        f"[...document.querySelectorAll('table.usages tbody tr')].filter(r => r.offsetParent).length === {everything}"
    )


def test_the_figures_of_a_chart_open_as_a_table(keyboard):
    page, tab_to = keyboard("chiffres/")
    tab_to("e.tagName === 'SUMMARY'")
    page.keyboard.press("Enter")
    assert page.locator(".charts details[open] table").first.is_visible()


def test_a_step_is_ticked_and_the_list_narrowed(keyboard):
    page, tab_to = keyboard("demarrer/personne/")
    everything = page.locator("section.step:visible").count()
    tab_to("e.matches('form.situation [name=profession]')")
    page.keyboard.type("orthophoniste")
    page.keyboard.press("Enter")
    assert 0 < page.locator("section.step:visible").count() < everything
    tab_to("e.matches('section.step input[type=checkbox]')")
    page.keyboard.press("Space")
    assert page.evaluate(f"{WHERE}.checked")


def test_the_first_tab_offers_to_skip_the_menu(keyboard):
    page, _ = keyboard("professions/orthophoniste/")
    page.keyboard.press("Tab")
    assert page.evaluate(f"{WHERE}.classList.contains('md-skip')")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate(f"{WHERE}.closest('article') !== null")
