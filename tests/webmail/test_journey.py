"""The whole journey in a real browser, by mouse then by keyboard alone."""

from __future__ import annotations

import pytest

from tests.webmail.acting import ALIX, HUGO, SHARED, Actor

pytestmark = pytest.mark.browser
GONE = "ancien.interne@ch-abcd.mssante.fr"


@pytest.fixture
def actor(browser, site):
    """Someone alone in a new world; a script error or a request elsewhere fails the test."""
    context = browser.new_context(locale="fr-FR", viewport={"width": 1280, "height": 900})
    context.set_default_timeout(15_000)
    faults = []
    context.on("weberror", lambda error: faults.append(str(error.error)))
    context.on("request", lambda r: faults.append(r.url) if not r.url.startswith((site, "data:")) else None)
    yield Actor(context.new_page(), site).enter()
    context.close()
    assert faults == []


def test_from_the_directory_to_the_patient_and_back(actor):
    page = actor.page
    actor.play("Claire Durand").open("claire.durand@")

    # Look up, write, check, send
    page.get_by_role("link", name="Annuaire", exact=True).click()
    page.get_by_label("Nom, service ou structure").fill("leroy")
    page.get_by_role("button", name="Chercher", exact=True).click()
    page.get_by_role("link", name=f"Écrire à Hugo Leroy, {HUGO}").click()
    assert page.locator("#a").input_value() == HUGO
    page.get_by_label("Objet").fill("Avis cardiologique")
    page.locator("#texte").fill("Cher confrère, merci de votre avis.")
    actor.press("Vérifier avant l’envoi")
    panel = page.get_by_role("region", name="Avant l’envoi")
    assert "Rien n’arrête ce message ici." in panel.inner_text()
    assert page.evaluate("document.activeElement.contains(document.querySelector('#avant'))")
    actor.send()
    assert actor.outcome == ("delivered", "recipient_operator")

    # A bounce, understood and corrected
    actor.write(f"{HUGO}, {GONE}", "Compte rendu", documents=("compte-rendu",)).send()
    assert actor.outcome[0] == "bounced"
    page.get_by_role("link", name="le lire").click()
    page.get_by_role("link", name="Undelivered Mail").click()
    assert "Comprendre ce retour" in page.locator("article.read").inner_text()
    page.get_by_role("link", name="Corriger et renvoyer").click()
    assert page.locator("#a").input_value() == GONE
    assert "cr.pdf" in page.locator(".pieces").inner_text()
    page.locator("#a").fill("ines.moreau@infirmier.zz.mssante.fr")
    actor.send()
    assert actor.outcome == ("delivered", "recipient_operator")

    # A receipt, asked, given, received
    actor.write(HUGO, "À lire", options=("accuse_lecture",)).send()
    actor.play("Hugo Leroy").open("hugo.leroy@")
    page.get_by_role("link", name="À lire").click()
    page.get_by_role("button", name="Envoyer l’accusé").click()
    assert "L’accusé de lecture est parti." in page.locator("article.read").inner_text()
    actor.choose("Claire Durand").open("claire.durand@")
    assert page.locator("tr", has_text="Hugo Leroy").locator(".tag", has_text="Accusé de lecture").is_visible()

    # The shared box, with one's own identity
    actor.choose("Claire Durand").open(SHARED)
    actor.write(HUGO, "Convocation").send()
    assert actor.outcome == ("delivered", "recipient_operator")
    page.get_by_role("link", name="Journal de la boîte").click()
    line = page.locator("tbody tr", has_text="a envoyé").first
    assert "Claire Durand" in line.inner_text()

    # The patient: written to first, answers, is told when it closes
    actor.choose("Claire Durand").open("claire.durand@")
    page.get_by_role("link", name="Nouveau message Patient").click()
    page.get_by_text("Les patients fictifs de votre file").click()
    page.get_by_role("link", name="Alix Nomfictif").click()
    assert page.locator("#a").input_value() == ALIX
    page.get_by_label("Objet").fill("Vos résultats")
    page.locator("#texte").fill("Bonjour, tout va bien.")
    actor.send()
    assert actor.outcome == ("delivered", "patient_space")
    actor.play("Alix Nomfictif").open()
    page.get_by_role("link", name="Vos résultats").click()
    sender = page.locator("dl.head dd").first.inner_text()
    assert "Claire Durand" in sender
    assert "@" not in sender
    page.get_by_role("link", name="Répondre", exact=True).click()
    page.locator("#texte").fill("Merci docteur.")
    actor.send()
    assert actor.outcome == ("delivered", "recipient_operator")
    actor.choose("Claire Durand").open("claire.durand@").folder("Boîte de réception", "patient")
    page.get_by_role("link", name="Re: Vos résultats").click()
    assert "Merci docteur." in page.locator("article.read").inner_text()
    actor.write(ALIX, "[FIN]", "", tree="patient").send()
    assert actor.outcome == ("delivered", "patient_space")
    actor.choose("Alix Nomfictif").open().folder("Boîte de réception")
    page.get_by_role("link", name="Vos résultats").click()
    assert "Le professionnel a clos cet échange" in page.locator("article.read").inner_text()
    assert page.get_by_role("link", name="Répondre", exact=True).count() == 0
    page.goto(page.url.partition("?")[0] + "/repondre")  # an address kept from before
    actor.send()
    assert actor.outcome == ("impossible_ui", "patient_space")


def test_a_refusal_opens_the_assistant_and_the_guide_on_its_rule(actor, base):
    page = actor.page
    actor.play("Claire Durand").open("claire.durand@")
    actor.write("paul.martin@courriel-perso.example", "Document").send()
    rule = page.locator("article.rule").first
    name = rule.get_attribute("id").removeprefix("regle-")

    in_guide = rule.get_by_role("link", name="la lire dans le guide")
    assert in_guide.get_attribute("href") == f"/regles-envoi/#{name}"
    rule.get_by_role("link", name="en parler avec l’assistant").click()

    label = base.section("send_rules")[name].label
    assert label.split(",")[0] in page.locator(".turn.reply").inner_text().replace("\u00a0", " ")


def test_a_draft_comes_back_after_the_page_is_closed(actor):
    page = actor.page
    actor.play("Claire Durand").open("claire.durand@")
    actor.write(HUGO, "Pas encore fini", "Le début d’un long courrier")
    page.get_by_text("Brouillon enregistré à").wait_for()

    actor.go(actor.home)
    actor.folder("Brouillons")
    page.get_by_role("link", name="Pas encore fini").click()

    assert page.locator("#texte").input_value() == "Le début d’un long courrier"


def test_several_messages_are_thrown_away_and_brought_back(actor):
    page = actor.page
    actor.play("Claire Durand").open("claire.durand@")
    for number in (1, 2, 3):
        actor.write("claire.durand@ch-abcd.mssante.fr", f"Note {number}").send()
    actor.go(actor.home)

    actor.press("Tout cocher").press("Supprimer")
    assert page.get_by_text("Aucun message reçu").is_visible()
    actor.folder("Messages supprimés")
    page.get_by_label("Objet : Note 2").check()
    actor.press("Restaurer")
    actor.folder("Boîte de réception")

    assert page.locator("tbody tr").count() == 1
    assert "Note 2" in page.locator("tbody tr").inner_text()


def test_new_mail_is_announced_without_reloading(actor, rooms, site):
    page = actor.page
    actor.play("Claire Durand").open("claire.durand@")
    other = Actor(page.context.new_page(), site)
    other.play("Hugo Leroy").open("hugo.leroy@")
    page.wait_for_timeout(1_800)  # the first count
    other.write("claire.durand@ch-abcd.mssante.fr", "Bonsoir").send()

    page.get_by_text("De nouveaux messages sont arrivés.").wait_for()
    page.get_by_role("link", name="Actualiser").click()

    assert page.get_by_role("link", name="Bonsoir").is_visible()


class Keys:
    """A person with a keyboard and nothing else."""

    def __init__(self, page):
        self.page = page

    def reach(self, name):
        """Tab until the element of this name (or this id, with #) has the focus."""
        for _ in range(400):
            self.page.keyboard.press("Tab")
            found = self.page.evaluate(
                """() => { const e = document.activeElement;
                   return ['#' + e.id, (e.getAttribute('aria-label') || e.textContent || '').replace(/\\s+/g, ' ').trim()] }"""
            )
            if name == found[0] or found[1].startswith(name):
                assert self.in_sight(), name
                return self
        raise AssertionError(f"never reached: {name}")

    def in_sight(self):
        """The focused element is not hidden under anything."""
        return self.page.evaluate(
            """() => { const e = document.activeElement, b = e.getBoundingClientRect();
               const top = document.elementFromPoint(b.x + b.width / 2, b.y + Math.min(b.height / 2, 20));
               return e.contains(top) || (top && top.closest('label') !== null) }"""
        )

    def enter(self, name):
        """Reach it and press Enter; the page that follows is there."""
        self.reach(name)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")
        return self

    def type(self, text):
        self.page.keyboard.type(text)
        return self


def test_everything_is_done_with_the_keyboard_alone(browser, site):
    context = browser.new_context(locale="fr-FR", viewport={"width": 1280, "height": 900})
    context.set_default_timeout(15_000)
    page = context.new_page()
    page.goto(f"{site}/bac-a-sable")
    keys = Keys(page)
    keys.enter("Entrer seul").enter("Jouer Claire Durand")
    keys.enter("Application d’identité").enter("Ouvrir Claire Durand")
    keys.enter("Nouveau message Prof. Santé")

    keys.reach("#a").type("hugo le")
    page.locator("#a-liste li").first.wait_for()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    assert page.locator("#a").input_value() == f"{HUGO}, "
    keys.type(GONE)
    keys.reach("#objet").type("Avis")
    keys.reach("#texte").type("Bonjour.")
    keys.enter("Vérifier avant l’envoi")
    assert "Rien n’arrête ce message ici." in page.locator(".panel").inner_text()
    keys.enter("Envoyer")
    assert page.locator("[data-outcome]").get_attribute("data-outcome") == "bounced"
    keys.enter("le lire").enter("Undelivered Mail")
    assert "Comprendre ce retour" in page.locator("article.read").inner_text()
    keys.enter("Corriger et renvoyer")
    assert page.locator("#a").input_value() == GONE
    keys.reach("#a")
    page.keyboard.press("ControlOrMeta+A")
    keys.type("ines.moreau@infirmier.zz.mssante.fr")
    keys.enter("Envoyer")
    assert page.locator("[data-outcome]").get_attribute("data-outcome") == "delivered"
    context.close()


def test_sending_without_network_keeps_the_page_its_words_and_the_draft_then_sends(actor):
    page = actor.page
    actor.play("Claire Durand").open("claire.durand@")
    actor.write(HUGO, "Avis", "Une phrase à ne pas perdre.")
    page.context.set_offline(True)
    actor.press("Envoyer")
    page.locator(".stayed").wait_for()

    assert "Le réseau est coupé : rien n’est parti." in page.locator(".stayed").inner_text()
    assert page.locator("#texte").input_value() == "Une phrase à ne pas perdre."
    page.context.set_offline(False)
    page.locator(".saved", has_text="Brouillon enregistré").wait_for()
    page.wait_for_function("!document.querySelector('.stayed')", timeout=15_000)
    actor.press("Envoyer")
    page.locator("[data-outcome]").wait_for()
    assert actor.outcome == ("delivered", "recipient_operator")
