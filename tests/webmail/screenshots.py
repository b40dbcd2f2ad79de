"""Shoot the screens of the sandbox, desktop and phone, light and dark, into build/screenshots/webmail."""

from __future__ import annotations

import logging
import sys
import tempfile
import threading
from pathlib import Path

from playwright.sync_api import sync_playwright
from werkzeug.serving import make_server

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
sys.path[:0] = [str(ROOT)]

from bot.sandbox.training.classes import open_class  # noqa: E402
from bot.settings import Settings  # noqa: E402
from knowledge.base import load_base  # noqa: E402
from tests.webmail.acting import ALIX, HUGO, SHARED, Actor  # noqa: E402
from tests.webmail.visiting import whole_app  # noqa: E402

OUT = ROOT / "build" / "screenshots" / "webmail"
SIZES = {"bureau": (1280, 900), "telephone": (390, 844)}
TALLEST = 2600


def main() -> None:
    OUT.mkdir(parents=True, exist_ok=True)
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    app = whole_app(Settings(secret_key="screenshots-" * 4, var_dir=Path(tempfile.mkdtemp())), load_base())
    server = make_server("127.0.0.1", 0, app, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    root = f"http://127.0.0.1:{server.server_port}"
    rooms = app.extensions["sandbox"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"]
        )
        for size, (width, height) in SIZES.items():
            for scheme in ("light", "dark"):
                context = browser.new_context(
                    viewport={"width": width, "height": height}, color_scheme=scheme, locale="fr-FR"
                )
                shots = Shots(context.new_page(), f"{size}-{scheme}", width, height)
                solo(shots, root)
                context.close()
                teach(browser, rooms, root, shots.mark, width, height, scheme)
        browser.close()
    server.shutdown()


class Shots:
    def __init__(self, page, mark, width, height):
        self.page, self.mark, self.width, self.height = page, mark, width, height

    def __call__(self, name):
        self.page.wait_for_load_state("networkidle")
        full = min(self.page.evaluate("document.documentElement.scrollHeight"), TALLEST)
        wide = self.page.evaluate("document.documentElement.scrollWidth")
        if wide > self.width:
            print("TOO WIDE", name, self.mark, wide)
        self.page.screenshot(
            path=OUT / f"{name}-{self.mark}.png",
            clip={"x": 0, "y": 0, "width": self.width, "height": full},
            full_page=True,
        )


def solo(shot, root):
    actor = Actor(shot.page, root)
    actor.go("/bac-a-sable")
    shot("01-entree")
    actor.enter()
    shot("02-personnes")
    actor.choose("Claire Durand")
    shot("03-connexion")
    actor.sign_in("Un mot de passe faux")
    shot("04-connexion-refusee")
    actor.play("Claire Durand")
    shot("05-boites")
    actor.open("claire.durand@")
    actor.write(f"{HUGO}, paul@courriel-perso.example", "Avis cardiologique", documents=("courrier",))
    shot("06-ecrire")
    actor.press("Vérifier avant l’envoi")
    shot("07-verifier")
    actor.press("Envoyer")
    shot("08-refuse")
    actor.write(f"{HUGO}, ancien.interne@ch-abcd.mssante.fr", "Avis", documents=("courrier",)).send()
    shot("09-resultat")
    actor.write("", "", "").press("Envoyer")
    actor.write(HUGO, "", "Bonjour").press("Envoyer")
    shot("10-confirmer")
    actor.write(SHARED, "Relève du soir").send()
    actor.go(actor.home)
    shot("11-reception")
    actor.page.get_by_role("link", name="Undelivered").first.click()
    shot("12-avis")
    actor.go(f"{actor.home}/annuaire")
    shot("13-annuaire")
    actor.go(f"{actor.home}/reglages")
    shot("14-reglages")
    actor.write(ALIX, "Vos résultats", tree="patient")
    shot("15-ecrire-patient")
    actor.send()
    actor.play("Claire Durand").open(SHARED)
    actor.go(f"{actor.home}/journal")
    shot("16-journal")
    actor.play("Alix Nomfictif").open()
    shot("17-patient")
    actor.go(f"{actor.home}/echanges")
    shot("18-patient-contacts")
    actor.go("/bac-a-sable/formation/exercices")
    shot("19-exercices")


def teach(browser, rooms, root, mark, width, height, scheme):
    with rooms.store.writing() as session:
        made = open_class(session, rooms.space, rooms.now(), "Essai à Marseille")
    pages = []
    for name in ("Iris", "Le grand Bleu", "Zoé 42"):
        context = browser.new_context(locale="fr-FR")
        actor = Actor(context.new_page(), root).join(made.code, name)
        pages.append(context)
        if name == "Iris":
            actor.page.locator(".cast a.button").first.click()
            actor.sign_in().open()
            actor.write("paul.martin@courriel-perso.example", "Avis").send()
    context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme, locale="fr-FR")
    page = context.new_page()
    shot = Shots(page, mark, width, height)
    page.goto(f"{root}/bac-a-sable/reprendre/{made.secret}")
    page.get_by_role("button", name="Reprendre sur cet appareil").click()
    shot("20-formateur")
    page.goto(f"{root}/bac-a-sable/formation/projecteur")
    shot("21-projecteur")
    for one in [*pages, context]:
        one.close()


if __name__ == "__main__":
    main()
