"""Chat, hotline, widget and interview in a browser: axe, keyboard alone, no script, no request elsewhere."""

from __future__ import annotations

from pathlib import Path

import pytest

pytestmark = pytest.mark.browser

AXE = Path(__file__).resolve().parents[1] / "vendor" / "axe-core" / "axe.min.js"
AXE_RUN = """async () => (await axe.run(document, {resultTypes: ['violations']})).violations.map(
  v => v.id + ' : ' + v.nodes.slice(0, 3).map(n => n.html.slice(0, 140)).join(' | '))"""


@pytest.fixture
def open_page(browser, live_server):
    """open_page("/chat", width=390, dark=True) → a page; a request elsewhere or an error fails the test."""
    contexts, faults = [], []

    def _open(path, width=1280, dark=False, **settings):
        scheme = "dark" if dark else "light"
        context = browser.new_context(
            viewport={"width": width, "height": 844}, color_scheme=scheme, locale="fr-FR", **settings
        )
        contexts.append(context)
        context.set_default_timeout(20_000)
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda m: faults.append(m.text) if m.type in ("error", "warning") else None)
        page.on("request", lambda r: faults.append(r.url) if not r.url.startswith((live_server, "data:")) else None)
        page.goto(live_server + path, wait_until="load")
        return page

    yield _open
    for context in contexts:
        context.close()
    assert faults == []


@pytest.fixture
def tab(browser):
    """A page of another site: what goes wrong there is its own affair."""
    context = browser.new_context(locale="fr-FR")
    yield context.new_page()
    context.close()


def say(page, text):
    """Type a message and wait for its reply."""
    count = page.locator(".turn.reply").count()
    page.locator("#message").fill(text)
    page.keyboard.press("Enter")
    reply = page.locator(".turn.reply").nth(count)
    reply.wait_for()
    return reply


def tell(page, text):
    page.locator("#question").fill(text)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def tab_to(page, selector, most=60):
    """Press Tab until the focus is on what is wanted."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate("s => document.activeElement.matches(s)", selector):
            return
    raise AssertionError(f"{selector} cannot be reached with Tab")


def access_key(page, letter):
    """Press Alt and a letter as a keyboard does: Playwright leaves out what Chromium reads access keys from."""
    session = page.context.new_cdp_session(page)
    key = {"modifiers": 1, "key": letter, "code": f"Key{letter.upper()}", "windowsVirtualKeyCode": ord(letter.upper())}
    session.send("Input.dispatchKeyEvent", {"type": "keyDown", "text": letter, "unmodifiedText": letter, **key})
    session.send("Input.dispatchKeyEvent", {"type": "keyUp", **key})
    session.detach()


def focused(page):
    return page.evaluate("document.activeElement.id || document.activeElement.className")


# Axe


def conversation_of(page):
    say(page, "je suis éducatrice spécialisée, ai-je droit à une boîte ?")
    say(page, "dans un IME")
    say(page, "j'ai perdu mon mot de passe")
    page.evaluate("document.querySelectorAll('.turn details').forEach(d => d.open = true)")


def question_of(page):
    say(page, "je suis interne, ai-je droit à une boîte ?")


def emergency_of(page):
    say(page, "mon mari a très mal à la poitrine et ne respire plus")


def call_of(page):
    tell(page, "j'ai une interne au téléphone, elle veut une boîte")


def frame_of(page):
    page.get_by_role("button", name="Une question").click()
    frame = page.frame_locator("iframe")
    frame.locator("#message").fill("je suis kiné, ai-je droit à une boîte ?")
    frame.locator("#message").press("Enter")
    frame.locator(".turn.reply").wait_for()


PAGES = {
    "chat vide": ("/chat", None),
    "chat": ("/chat", conversation_of),
    "chat, options": ("/chat", question_of),
    "chat, urgence": ("/chat", emergency_of),
    "chat, lien": ("/chat?profession=secretaire-medicale&employer=hopital", None),
    "widget": ("/widget", conversation_of),
    "widget, démonstration": ("/widget/demo", frame_of),
    "hotline vide": ("/hotline", None),
    "hotline": ("/hotline", call_of),
    "éligibilité": ("/eligibilite", None),
    "éligibilité, question": ("/eligibilite?profession=interne", None),
    "éligibilité, verdict": ("/eligibilite?profession=interne&rpps=active", None),
}


@pytest.mark.parametrize("dark", [False, True], ids=["clair", "sombre"])
@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("name", list(PAGES))
def test_axe_finds_nothing_and_nothing_overflows(open_page, name, width, dark):
    path, prepare = PAGES[name]
    # Playwright puts axe in the page through the debugger: the content policy of the page stays as it is served.
    page = open_page(path, width, dark)
    if prepare:
        prepare(page)

    page.evaluate(AXE.read_text("utf-8"))
    assert page.evaluate(AXE_RUN) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


# The chat


def test_the_chat_with_the_keyboard_alone(open_page):
    page = open_page("/chat")

    tab_to(page, "#message")
    page.keyboard.type("je suis interne, ai-je droit à une boîte ?")
    page.keyboard.press("Enter")
    page.locator(".turn.reply").wait_for()
    assert focused(page) == "message"

    # Back to the options, which come before the field.
    for _ in range(40):
        page.keyboard.press("Shift+Tab")
        if page.evaluate(
            "document.activeElement.matches('button.option') && document.activeElement.value.startsWith('Oui')"
        ):
            break
    page.keyboard.press("Enter")
    second = page.locator(".turn.reply").nth(1)
    second.wait_for()
    assert page.evaluate("document.activeElement === document.querySelectorAll('.turn.reply')[1]")
    assert "organisationnelle" in second.inner_text() or "nominative" in second.inner_text()

    tab_to(page, "summary")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.parentElement.open")

    tab_to(page, ".vote button[value=helped]")
    page.keyboard.press("Enter")
    page.get_by_text("Merci, c’est noté.").wait_for()
    tab_to(page, "#recommencer")
    page.keyboard.press("Enter")
    assert page.locator(".turn").count() == 0
    assert focused(page) == "message"


def test_a_reply_is_added_to_the_live_region_and_old_options_go(open_page):
    page = open_page("/chat")
    say(page, "je suis interne, ai-je droit à une boîte ?")
    assert page.locator("#fil button.option").count() == 3
    page.get_by_role("button", name="Non, je n’en ai pas").click()
    page.locator(".turn.reply").nth(1).wait_for()

    assert page.locator("#fil[role=log] .turn").count() == 4
    assert page.locator(".turn.mine").nth(1).inner_text().endswith("Non, je n’en ai pas")
    assert "interne" not in page.url


def test_a_number_that_may_be_a_patients_leaves_the_screen(open_page):
    page = open_page("/chat")
    reply = say(page, "le NIR est 2 85 05 78 006 084 36")

    assert "ne les traite pas" in reply.inner_text()
    assert "78 006" not in page.content()
    assert page.locator("#message").input_value() == ""


def test_a_reply_is_copied_with_its_sources(open_page, live_server):
    page = open_page("/chat", permissions=["clipboard-read", "clipboard-write"])
    reply = say(page, "j'ai perdu mon mot de passe")
    reply.get_by_role("button", name="Copier").click()
    reply.get_by_text("Réponse copiée.").wait_for()
    copied = page.evaluate("navigator.clipboard.readText()")

    assert "Mot de passe oublié" in copied
    assert "Sources :" in copied
    assert "**" not in copied


def test_on_paper_what_is_folded_is_there_and_the_buttons_are_not(open_page):
    page = open_page("/chat?profession=interne")
    assert not page.locator(".sources").is_visible()

    page.emulate_media(media="print")

    assert page.locator(".sources").is_visible()
    assert page.locator(".sources").bounding_box()["height"] > 50
    for hidden in ("button.option", ".tools", "#ecrire", ".bar"):
        assert not page.locator(hidden).first.is_visible()


def test_an_answer_takes_at_most_a_phone_screen_and_a_half(open_page, base):
    long_names = sorted(base.professions, key=lambda name: -len(base.professions[name].label))[:5]
    addresses = [f"profession={name}" for name in (*long_names, "etudiant-remplacant", "padhue", "interne", "tisf")]
    page = open_page("/chat", width=390)
    tall = {}
    for query in (*addresses, *(f"topic={topic.id}" for topic in base.sections.topics)):
        page.goto(page.url.split("?")[0] + f"?{query}")
        tall[query] = page.locator(".turn.reply").bounding_box()["height"]

    assert {query: height for query, height in tall.items() if height > 1.5 * 844} == {}


def test_without_script_the_page_opens_on_the_answer(open_page):
    page = open_page("/chat", width=390, java_script_enabled=False)
    page.locator("#message").fill("je suis interne, ai-je droit à une boîte ?")
    page.get_by_role("button", name="Envoyer").click()
    page.locator(".turn.reply").wait_for()

    assert 0 <= page.locator(".turn.reply").bounding_box()["y"] < 300


def test_a_lost_connection_is_said_and_the_question_kept(tab, live_server):
    page = tab
    page.goto(f"{live_server}/chat")
    page.route("**/api/v1/chat", lambda route: route.abort())
    page.locator("#message").fill("ma question")
    page.locator("#message").press("Enter")
    page.get_by_role("alert").wait_for()

    assert page.locator("#message").input_value() == "ma question"
    page.unroute("**/api/v1/chat")
    page.locator("#message").press("Enter")
    page.locator(".turn.reply").wait_for()
    assert page.get_by_role("alert").count() == 0


def test_what_is_typed_and_sent_before_the_script_is_there_is_answered(tab, live_server):
    page, held = tab, []
    page.route("**/chat.js*", lambda route: held.append(route))
    page.goto(f"{live_server}/chat", wait_until="commit")
    page.locator("#message").focus()
    page.keyboard.type("j'ai perdu mon mot de passe\n")
    assert page.locator(".turn").count() == 0
    held[0].continue_()
    page.locator(".turn.reply").wait_for()

    assert page.locator(".turn.mine").inner_text().strip().endswith("j'ai perdu mon mot de passe")
    assert page.locator("#message").input_value() == ""


def test_what_is_being_typed_when_the_script_comes_is_not_sent(tab, live_server):
    page, held = tab, []
    page.route("**/chat.js*", lambda route: held.append(route))
    page.goto(f"{live_server}/chat", wait_until="commit")
    page.locator("#message").focus()
    page.keyboard.type("j'ai perdu")
    held[0].continue_()
    page.wait_for_load_state("load")
    page.keyboard.type(" mon mot de passe")

    assert page.locator("#message").input_value() == "j'ai perdu mon mot de passe"
    assert page.locator(".turn").count() == 0
    page.keyboard.press("Enter")
    page.locator(".turn.reply").wait_for()


def test_a_second_message_typed_while_the_first_is_answered_follows_it(tab, live_server):
    page, held = tab, []
    page.goto(f"{live_server}/chat", wait_until="load")
    page.route("**/api/v1/chat", lambda route: held.append(route), times=1)
    with page.expect_request("**/api/v1/chat"):
        page.locator("#message").fill("j'ai perdu mon mot de passe")
        page.keyboard.press("Enter")
    page.locator("#message").fill("je suis interne, ai-je droit à une boîte ?")
    page.keyboard.press("Enter")
    held[0].continue_()
    page.locator(".turn.reply").nth(1).wait_for()

    assert "Interne" in page.locator(".turn.reply").nth(1).inner_text()
    assert page.locator(".turn.reply").count() == 2
    assert page.locator("#message").input_value() == ""


def test_the_chat_and_the_hotline_without_script(open_page):
    page = open_page("/chat", java_script_enabled=False)
    page.locator("#message").fill("je suis interne, ai-je droit à une boîte ?")
    page.get_by_role("button", name="Envoyer").click()
    page.get_by_role("button", name="Oui, il est actif").click()
    assert "Oui, il est actif" in page.locator(".turn.mine").inner_text()
    page.get_by_role("button", name="Cette réponse m’a aidé").click()
    assert "Merci" in page.locator("[role=status]").first.inner_text()

    page = open_page("/hotline", java_script_enabled=False)
    page.locator("#question").fill("elle est interne")
    page.get_by_role("button", name="Répondre", exact=True).click()
    page.locator("#fait-rpps").select_option("active")
    page.get_by_role("button", name="Mettre à jour").click()
    assert page.locator("#fait-rpps").input_value() == "active"


# The hotline


def test_the_hotline_with_the_keyboard_alone(open_page):
    page = open_page("/hotline", permissions=["clipboard-read", "clipboard-write"])
    assert focused(page) == "question"
    page.keyboard.type("j'ai une interne au téléphone, elle veut une boîte")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert focused(page) == "question"
    assert "Interne" in page.locator("#a-lire").inner_text()

    page.keyboard.type("1")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.locator("#fait-rpps").input_value() == "active"

    told = page.locator(".keys").inner_text()
    assert [key for key in "QIURCMX" if f"{key} " not in told] == []

    access_key(page, "i")
    assert focused(page) == "fait-profession"
    page.locator("#region").focus()
    page.keyboard.type("Corse")
    with page.expect_navigation():
        access_key(page, "u")
    assert page.locator("#region").input_value() == "corse"

    access_key(page, "c")
    page.get_by_text("Courriel copié.").wait_for()
    assert page.evaluate("navigator.clipboard.readText()").startswith("Bonjour,")
    access_key(page, "m")
    assert focused(page) == "lettre"
    access_key(page, "q")
    assert focused(page) == "question"

    with page.expect_navigation():
        access_key(page, "r")
    assert page.locator("#fait-rpps").input_value() == "active"
    with page.expect_navigation():
        access_key(page, "r")
    assert page.locator("#fait-rpps").input_value() == ""
    assert "Interne" in page.locator("#a-lire").inner_text()

    with page.expect_navigation():
        access_key(page, "x")
    assert page.locator("#fait-profession").input_value() == ""
    assert page.locator("#a-lire").count() == 0


def test_facts_chosen_and_not_sent_come_with_the_question(open_page):
    page = open_page("/hotline")
    page.locator("#fait-profession").select_option("secretaire-medicale")
    page.locator("#fait-employer").select_option("ehpad")
    page.locator("#region").select_option("corse")
    tell(page, "quelle boîte ?")

    assert "Secrétaire" in page.locator("#a-lire").inner_text()
    assert [page.locator(s).input_value() for s in ("#fait-profession", "#fait-employer", "#region")] == [
        "secretaire-medicale",
        "ehpad",
        "corse",
    ]


# Pages without script: the browser keeps no answer, the page brings its own way back


@pytest.mark.parametrize("path", ["/chat", "/hotline"])
def test_the_page_leads_back_where_the_browser_cannot(open_page, path):
    page = open_page(path, java_script_enabled=False)
    field = page.locator("textarea[name=text], input[name=text]").first
    for text in ("j'ai perdu mon mot de passe", "je suis interne, ai-je droit à une boîte ?"):
        field.fill(text)
        page.get_by_role("button", name="Envoyer" if path == "/chat" else "Répondre", exact=True).click()
        page.locator("#recommencer, #effacer").wait_for()
    page.locator("#revenir").click()

    answer = page.locator(".turn.reply" if path == "/chat" else ".aloud").inner_text()
    assert "ot de passe" in answer
    assert "Interne" not in answer


# The widget


@pytest.fixture(scope="module")
def sites(base, tmp_path_factory):
    """(the guide, a site of its list, a site that is not), each at an address of its own."""
    import threading

    from werkzeug.serving import make_server
    from werkzeug.wrappers import Response

    from bot.app import create_app
    from bot.settings import Settings

    html = ""
    hosts = [make_server("127.0.0.1", 0, lambda e, s: Response(html, mimetype="text/html")(e, s)) for _ in range(2)]
    listed, unlisted = (f"http://127.0.0.1:{host.server_port}" for host in hosts)
    settings = Settings(secret_key="k" * 40, var_dir=tmp_path_factory.mktemp("var"), widget_origins=(listed,))
    own = make_server("127.0.0.1", 0, create_app(settings, base), threaded=True)
    guide = f"http://127.0.0.1:{own.server_port}"
    html = f'<!doctype html><html lang="fr"><title>Hôte</title><h1>Un site</h1><script src="{guide}/widget.js" async></script>'
    servers = [own, *hosts]
    for server in servers:
        threading.Thread(target=server.serve_forever, daemon=True).start()
    yield guide, listed, unlisted
    for server in servers:
        server.shutdown()


def test_a_site_of_the_list_shows_the_chat_in_a_frame(tab, sites):
    page = tab
    page.goto(sites[1])
    page.get_by_role("button", name="Une question sur MSSanté ?").click()
    frame = page.frame_locator("iframe")
    frame.locator("#message:focus").wait_for()
    page.keyboard.type("je suis interne, ai-je droit à une boîte ?\n")
    frame.get_by_role("button", name="Oui, il est actif").click()
    frame.locator(".turn.reply").nth(1).wait_for()

    assert page.context.cookies() == []
    frame.locator("#message").press("Escape")
    page.get_by_role("button", name="Une question sur MSSanté ?").wait_for()
    assert not page.locator("iframe").is_visible()
    assert page.evaluate("document.activeElement.tagName") == "BUTTON"


def test_opened_by_keyboard_what_is_typed_goes_into_the_question(tab, sites):
    tab.goto(sites[1])
    tab.get_by_role("button", name="Une question sur MSSanté ?").press("Enter")
    message = tab.frame_locator("iframe").locator("#message:focus")
    message.wait_for()
    tab.keyboard.type("bonjour")
    assert message.input_value() == "bonjour"

    tab.keyboard.press("Escape")
    tab.get_by_role("button", name="Une question sur MSSanté ?").press("Enter")

    tab.frame_locator("iframe").locator("#message:focus").wait_for()


def test_another_site_is_shown_nothing(tab, sites):
    tab.goto(sites[2])
    tab.get_by_role("button", name="Une question sur MSSanté ?").click()
    tab.wait_for_timeout(1000)

    assert tab.frame_locator("iframe").locator("#message").count() == 0
