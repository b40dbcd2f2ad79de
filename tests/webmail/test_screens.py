"""Every screen: axe finds nothing, nothing overflows, light and dark, wide and 390 px."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.sandbox.post.appending import append
from bot.sandbox.store.boxes import Mailbox
from bot.sandbox.store.folders import special_folder
from bot.sandbox.store.people import Persona
from bot.sandbox.store.transcripts import keep
from tests.webmail.acting import ALIX, HUGO, SHARED, Actor
from tests.webmail.test_hostile_html import html_mail

pytestmark = pytest.mark.browser
AXE = Path(__file__).resolve().parents[1] / "vendor" / "axe-core" / "axe.min.js"
AXE_RUN = """async () => (await axe.run(document, {resultTypes: ['violations']})).violations.map(
  v => v.id + ' : ' + v.nodes.slice(0, 3).map(n => n.html.slice(0, 140)).join(' | '))"""
CLAIRE, ODILE = "Claire Durand", "Odile Fixture"


class Lived:
    """A world where things have happened, and the way to each of its screens."""

    def __init__(self, actor, rooms):
        self.actor, self.page, self.rooms = actor, actor.page, rooms
        self.claire = actor.play(CLAIRE).open("claire.durand@").home
        for to, subject in ((f"{HUGO}, ancien.interne@ch-abcd.mssante.fr", "Avis"), (SHARED, "Relève")):
            actor.write(to, subject, documents=("courrier",)).send()
        self.result = actor.page.url
        actor.write("claire.durand@ch-abcd.mssante.fr", "Pour moi", options=("accuse_lecture", "urgent")).send()
        actor.write(ALIX, "Vos résultats", tree="patient").send()
        actor.write(ALIX, "[FIN]", "", tree="patient").send()
        actor.go(f"{self.claire}/annuaire")
        actor.page.get_by_role("button", name=f"Favori : Hugo Leroy, {HUGO}").click()
        with rooms.store.writing() as session:
            inbox = special_folder(session, session.get_one(Mailbox, int(self.claire.rpartition("/")[2])), "inbox")
            html = "<h2>Bonjour</h2><p>Un <a href='http://x.example/'>lien</a> et une <img src='http://x.example/i.png'></p>"
            append(session, inbox, html_mail("Mis en forme", html), (), rooms.now())
        self.shared = actor.choose(CLAIRE).open(SHARED).home
        self.alix = actor.play("Alix Nomfictif").open().home
        actor.play(ODILE)
        self.odile = actor.page.url.removeprefix(actor.root)

    def go(self, path):
        self.actor.go(path)

    def said(self):
        """A mail client of Claire's was refused something."""
        persona = int(self.claire.split("/")[3])
        lines = [
            ("C", f"MAIL FROM:<{'a' * 80}@ch-abcd.mssante.fr>"),
            ("S", "550 5.7.1 hors-espace-depot"),
            ("-", "Fin."),
        ]
        with self.rooms.store.writing() as session:
            world = session.get_one(Persona, persona).world_id
            keep(session, world, persona, "smtp", "0" * 16, lines, self.rooms.now())

    def read(self, home, subject):
        self.go(home)
        self.page.get_by_role("link", name=subject).first.click()

    def sheet(self, button, to=HUGO, subject="Avis", tree=""):
        self.actor.home = self.claire
        self.actor.write(to, subject, tree=tree)
        if button:
            self.actor.press(button)


def clients(home):
    """The pages of mail clients of the same box."""
    return home.replace("/bac-a-sable/b/", "/bac-a-sable/logiciels/")


SCREENS = {
    "entrée": lambda w: w.go("/bac-a-sable"),
    "rejoindre": lambda w: w.go("/bac-a-sable/rejoindre"),
    "reprendre": lambda w: w.go("/bac-a-sable/reprendre/xxxxxxxxxxxxxxxxxxxxxxxx"),
    "personnes": lambda w: w.go("/bac-a-sable/personnes"),
    "connexion": lambda w: w.go(f"/bac-a-sable/personnes/{w.claire.split('/')[3]}/connexion"),
    "connexion en anglais": lambda w: w.go(f"/bac-a-sable/personnes/{w.claire.split('/')[3]}/connexion?langue=en"),
    "connexion refusée": lambda w: (
        w.go(f"/bac-a-sable/personnes/{w.claire.split('/')[3]}/connexion"),
        w.actor.press("Un compte bloqué"),
    ),
    "mot de passe oublié": lambda w: w.go("/bac-a-sable/connexion/oubli"),
    "inscription": lambda w: w.go("/bac-a-sable/connexion/inscription"),
    "boîtes": lambda w: w.go(w.claire.rpartition("/")[0]),
    "liste": lambda w: w.go(w.claire),
    "liste vide": lambda w: (w.go(w.shared), w.actor.folder("Brouillons")),
    "recherche": lambda w: (w.go(w.claire), w.page.get_by_role("searchbox").fill("avis"), w.actor.press("Rechercher")),
    "message": lambda w: w.read(w.claire, "Pour moi"),
    "message mis en forme": lambda w: w.read(w.claire, "Mis en forme"),
    "avis de non-remise": lambda w: w.read(w.claire, "Undelivered"),
    "source": lambda w: (
        w.read(w.claire, "Undelivered"),
        w.page.get_by_role("link", name="Voir la source").click(),
    ),
    "écrire": lambda w: w.sheet(""),
    "écrire à un patient": lambda w: w.sheet("", ALIX, tree="patient"),
    "vérifier": lambda w: w.sheet("Vérifier avant l’envoi", f"{HUGO}, paul@courriel-perso.example"),
    "à confirmer": lambda w: w.sheet("Envoyer", subject=""),
    "refusé à la saisie": lambda w: w.sheet("Vérifier avant l’envoi", subject="INS 279059999901254"),
    "résultat refusé": lambda w: w.sheet("Envoyer", "paul@courriel-perso.example"),
    "résultat": lambda w: w.page.goto(w.result),
    "annuaire": lambda w: w.go(f"{w.claire}/annuaire"),
    "réglages": lambda w: w.go(f"{w.claire}/reglages"),
    "réglages d’une boîte partagée": lambda w: w.go(f"{w.shared}/reglages"),
    "journal": lambda w: w.go(f"{w.shared}/journal"),
    "patient, liste": lambda w: w.go(w.alix),
    "patient, message clos": lambda w: w.read(w.alix, "Vos résultats"),
    "patient, écrire": lambda w: w.go(f"{w.alix}/nouveau"),
    "patient, contacts": lambda w: w.go(f"{w.alix}/echanges"),
    "compte MED": lambda w: w.go(w.odile),
    "compte MED sans boîte": lambda w: (w.go(f"{w.odile}/sans-adresse"), w.actor.press("Envoyer")),
    "logiciels": lambda w: w.go(clients(w.claire)),
    "logiciels, mot de passe créé": lambda w: (w.go(clients(w.claire)), w.actor.press("Créer un mot de passe")),
    "logiciels, jeton obtenu": lambda w: (w.go(clients(w.claire)), w.actor.press("Obtenir un jeton")),
    "logiciels, essai échoué": lambda w: (
        w.go(clients(w.claire)),
        w.page.get_by_label("Chiffrement").select_option("implicit"),
        w.actor.press("Essayer"),
    ),
    "logiciels, échanges": lambda w: (w.said(), w.go(f"{clients(w.claire)}/echanges")),
    "logiciels, patient": lambda w: w.go(clients(w.alix)),
    "introuvable": lambda w: w.go("/bac-a-sable/nulle-part"),
}


@pytest.fixture(scope="module")
def world(browser, site, rooms):
    # Colours that change slowly would be measured half way.
    context = browser.new_context(locale="fr-FR", viewport={"width": 1280, "height": 900}, reduced_motion="reduce")
    context.set_default_timeout(15_000)
    yield Lived(Actor(context.new_page(), site).enter(), rooms)
    context.close()


@pytest.mark.parametrize("name", SCREENS)
def test_axe_finds_nothing_and_nothing_overflows(world, name):
    SCREENS[name](world)
    page = world.page
    page.wait_for_load_state()  # a click ends where the next page begins
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    page.locator(".side .fold:visible").evaluate_all("buttons => buttons.forEach(b => b.click())")
    page.evaluate(AXE.read_text("utf-8"))
    faults = []
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 844})
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            faults += [(width, scheme, fault) for fault in page.evaluate(AXE_RUN)]
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            faults.append((width, "", "overflows"))
    page.set_viewport_size({"width": 1280, "height": 900})
    page.emulate_media(color_scheme="light")
    assert faults == []
