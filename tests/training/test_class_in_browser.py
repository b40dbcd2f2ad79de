"""A class in real browsers: a trainer, three trainees, a connection lost and found, each exercise to its end."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from bot.sandbox.training.exercises import exercises_of
from tests.training.playing import FORMER_INTERN, PLAYED, Trainee
from tests.webmail.acting import Actor

pytestmark = pytest.mark.browser

BOARD = "/bac-a-sable/formation/tableau"
MINE = "/bac-a-sable/formation/exercices"
AXE = Path(__file__).resolve().parents[1] / "vendor" / "axe-core" / "axe.min.js"
AXE_RUN = """async () => (await axe.run(document, {resultTypes: ['violations']})).violations.map(
  v => v.id + ' : ' + v.nodes.map(n => n.target.join(' ')).join(', '))"""


@pytest.fixture
def new_page(browser):
    """A browser of one's own: no cookie of another's."""
    contexts = []

    def _new_page(width=1280, **options):
        context = browser.new_context(viewport={"width": width, "height": 900}, locale="fr-FR", **options)
        contexts.append(context)
        return context.new_page()

    yield _new_page
    for context in contexts:
        context.close()


@pytest.fixture
def at_board(new_page, site, opened):
    """at_board(): the trainer's browser, come in by the secret link."""

    def _at_board(**options):
        trainer = Actor(new_page(**options), site)
        trainer.go(f"/bac-a-sable/reprendre/{opened.secret}")
        trainer.press("Reprendre sur cet appareil")
        return trainer

    return _at_board


@pytest.fixture
def seated(new_page, site, opened):
    """seated("Martre"): a trainee's browser, at the box of the part handed out."""

    def _seated(pseudonym, **options):
        return Trainee(new_page(**options), site).join(opened.code, pseudonym).settle()

    return _seated


@pytest.fixture
def columns(base):
    """exercise id → the places of its steps in a row of the grid."""
    places, start = {}, 0
    for exercise in exercises_of(base):
        places[exercise.id] = range(start, start := start + len(exercise.steps))
    return places


def row_of(trainer, pseudonym):
    return trainer.page.locator(".grid tbody tr", has=trainer.page.get_by_role("rowheader", name=pseudonym))


def expect_done(trainer, pseudonym, places):
    """The live grid shows these steps as done, without a reload."""
    for place in places:
        expect(row_of(trainer, pseudonym).locator("td").nth(place)).to_contain_text("fait", timeout=15_000)


@pytest.mark.parametrize("exercise", list(PLAYED))
def test_an_exercise_is_carried_out_to_its_end_and_proved_in_the_grid(exercise, at_board, seated, columns, rooms):
    trainer, trainee = at_board(), seated("Martre")
    PLAYED[exercise](trainee, rooms)

    expect_done(trainer, "Martre", columns[exercise])
    trainee.go(MINE)
    card = trainee.page.locator(f"#{exercise}")
    expect(card).to_contain_text("À retenir.")
    expect(card).to_contain_text("Sources :")


def test_an_exercise_that_begins_again_can_be_done_again(at_board, seated, columns, rooms):
    trainer, trainee = at_board(), seated("Martre")
    exercise = "echange-avec-un-patient"
    PLAYED[exercise](trainee, rooms)
    expect_done(trainer, "Martre", columns[exercise])
    trainee.go(MINE)
    trainee.page.get_by_role("button", name="Recommencer cet exercice").first.click()
    expect(trainee.page.locator(f"#{exercise}")).to_contain_text("0 sur 3")
    PLAYED[exercise](trainee, rooms)

    expect_done(trainer, "Martre", columns[exercise])


def test_a_class_of_three_goes_on_while_one_loses_the_connection(at_board, seated, columns, rooms):
    trainer = at_board()
    martre, belette, genette = (seated(name) for name in ("Martre", "Belette", "Genette"))
    expect(trainer.page.locator(".grid tbody tr")).to_have_count(3, timeout=15_000)

    watching = belette.page.context.new_page()
    watching.goto(belette.root + MINE)
    belette.write(FORMER_INTERN, "Demande d’avis", "Commencé avant la coupure.")
    expect(belette.page.locator(".saved")).to_contain_text("Brouillon enregistré", timeout=15_000)
    belette.page.context.set_offline(True)
    belette.page.locator("#texte").fill("Commencé avant la coupure, fini pendant.")
    expect(belette.page.locator(".saved")).to_contain_text("Pas de connexion", timeout=15_000)
    expect(watching.locator(".offline")).to_be_visible(timeout=15_000)

    PLAYED["ordonnance-a-la-pharmacie"](martre, rooms)
    PLAYED["adresse-personnelle-refusee"](genette, rooms)
    expect_done(trainer, "Martre", columns["ordonnance-a-la-pharmacie"])
    expect_done(trainer, "Genette", columns["adresse-personnelle-refusee"])

    belette.page.context.set_offline(False)
    expect(watching.locator(".offline")).to_be_hidden(timeout=30_000)
    expect(belette.page.locator(".saved")).to_contain_text("Brouillon enregistré", timeout=30_000)
    belette.page.reload()
    belette.folder("Brouillons")
    belette.page.locator(".messages tbody .subject a").first.click()
    expect(belette.page.locator("#texte")).to_have_value("Commencé avant la coupure, fini pendant.")
    belette.send()
    belette.folder("Boîte de réception")
    belette.page.locator(".messages tbody .subject a").first.click()
    expect_done(trainer, "Belette", list(columns["rejet-compris-et-corrige"])[:2])
    expect(watching.locator("[data-says]")).to_contain_text("2 étapes prouvées", timeout=15_000)


def test_a_trainer_who_reloads_or_loses_the_connection_finds_the_grid_again(at_board, seated, columns, rooms):
    trainer, trainee = at_board(), seated("Martre")
    trainer.page.context.set_offline(True)
    expect(trainer.page.locator(".offline")).to_be_visible(timeout=15_000)
    PLAYED["adresse-personnelle-refusee"](trainee, rooms)
    trainer.page.context.set_offline(False)
    expect_done(trainer, "Martre", columns["adresse-personnelle-refusee"])
    trainer.page.reload()

    expect_done(trainer, "Martre", columns["adresse-personnelle-refusee"])


def test_the_grid_renews_itself_under_the_keyboard_without_moving_it(at_board, seated):
    trainer = at_board(width=700)
    seated("Martre")
    expect(trainer.page.locator(".grid tbody tr")).to_have_count(1, timeout=15_000)
    region = trainer.page.locator("#grille")
    region.focus()
    region.evaluate("part => { part.scrollLeft = 120; }")
    seated("Belette")
    expect(trainer.page.locator(".grid tbody tr")).to_have_count(2, timeout=15_000)

    assert region.evaluate("part => part === document.activeElement")
    assert region.evaluate("part => part.scrollLeft") == 120


def test_the_grid_is_read_without_scripts_by_reloading_it(at_board, seated, columns, rooms):
    trainer, trainee = at_board(java_script_enabled=False), seated("Martre")
    PLAYED["ordonnance-a-la-pharmacie"](trainee, rooms)
    trainer.page.get_by_role("link", name="Actualiser").click()

    expect_done(trainer, "Martre", columns["ordonnance-a-la-pharmacie"])


def test_a_trainee_comes_in_and_gets_a_hint_with_the_keyboard_alone(new_page, site, opened):
    page = new_page()
    page.goto(f"{site}/bac-a-sable/rejoindre?code={opened.code}")
    page.get_by_label("Pseudonyme").focus()
    page.keyboard.type("Martre")
    page.keyboard.press("Enter")
    page.wait_for_url("**/personnes")
    page.goto(site + MINE)
    _tab_to(page, "Un indice")
    page.keyboard.press("Enter")

    expect(page.locator(".note", has_text="Indice :")).to_have_count(1)


def test_a_session_that_is_over_leads_back_to_the_entrance(at_board, rooms, opened):
    from sqlalchemy import update

    from bot.sandbox.store.people import World

    trainer = at_board()
    with rooms.store.writing() as session:
        session.execute(update(World).where(World.code == opened.code).values(expires_at=rooms.now()))

    trainer.page.wait_for_url("**/bac-a-sable?fait=entrez", timeout=15_000)


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_axe_finds_nothing_and_nothing_overflows_on_the_pages_of_a_class(at_board, seated, rooms, width, dark):
    options = {"width": width, "color_scheme": "dark" if dark else "light"}
    trainer, trainee = at_board(**options), seated("Martre", **options)
    PLAYED["adresse-personnelle-refusee"](trainee, rooms)
    shown = [(trainer.page, path) for path in ("tableau", "projecteur", "mon-lien")]
    shown += [(trainee.page, path) for path in ("exercices", "mon-lien")]
    faults = []
    for page, path in shown:
        page.goto(f"{trainer.root}/bac-a-sable/formation/{path}")
        page.evaluate(AXE.read_text("utf-8"))
        faults += [f"{path} : {fault}" for fault in page.evaluate(AXE_RUN)]
        if page.evaluate("document.documentElement.scrollWidth") > width:
            faults.append(f"{path} : déborde à {width} px")

    assert faults == []


def _tab_to(page, words):
    """Press Tab until the focus is on what says these words."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if re.match(words, page.evaluate("document.activeElement.textContent")):
            return
    raise AssertionError(f"« {words} » cannot be reached with Tab")
