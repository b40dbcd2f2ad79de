"""Shoot the pages of a class, desktop and phone, light and dark, into build/screenshots/training."""

from __future__ import annotations

import sys
import tempfile
import threading
from pathlib import Path

from playwright.sync_api import sync_playwright
from waitress.server import create_server

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT)]

from bot.sandbox.training.classes import open_class  # noqa: E402
from bot.settings import Settings  # noqa: E402
from knowledge.base import load_base  # noqa: E402
from tests.training.playing import PLAYED, Trainee  # noqa: E402
from tests.webmail.acting import Actor  # noqa: E402
from tests.webmail.visiting import whole_app  # noqa: E402

OUT = ROOT / "build" / "screenshots" / "training"
SIZES = {"bureau": (1280, 900), "telephone": (390, 844), "mur": (1920, 1080)}


def main() -> None:
    OUT.mkdir(parents=True, exist_ok=True)
    app = whole_app(Settings(secret_key="screenshots-" * 4, var_dir=Path(tempfile.mkdtemp())), load_base())
    server = create_server(app, host="127.0.0.1", port=0, threads=8)
    threading.Thread(target=server.run, daemon=True).start()
    root = f"http://127.0.0.1:{server.effective_port}"
    rooms = app.extensions["sandbox"]
    with rooms.store.writing() as session:
        made = open_class(session, rooms.space, rooms.now(), "Matinée découverte")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        trainees = []
        for name, played in {"Martre": 5, "Belette": 2, "Genette": 1, "Loutre des bords de Marne": 0}.items():
            page = browser.new_context(locale="fr-FR").new_page()
            trainees.append(Trainee(page, root).join(made.code, name).settle())
            for act in list(PLAYED.values())[:played]:
                act(trainees[-1], rooms)
        trainees[2].go("/bac-a-sable/formation/exercices")
        trainees[2].page.get_by_role("button", name="Un indice").first.click()
        for size, (width, height) in SIZES.items():
            for scheme in ("light", "dark"):
                context = browser.new_context(
                    viewport={"width": width, "height": height}, color_scheme=scheme, locale="fr-FR"
                )
                trainer = Actor(context.new_page(), root)
                trainer.go(f"/bac-a-sable/reprendre/{made.secret}")
                shoot(trainer.page, f"retour-{size}-{scheme}")
                trainer.press("Reprendre sur cet appareil")
                for name in ("tableau", "projecteur", "mon-lien"):
                    trainer.go(f"/bac-a-sable/formation/{name}")
                    shoot(trainer.page, f"{name}-{size}-{scheme}")
                trainee = browser.new_context(
                    viewport={"width": width, "height": height},
                    color_scheme=scheme,
                    locale="fr-FR",
                    storage_state=trainees[1].page.context.storage_state(),
                ).new_page()
                for name, path in {"exercices": "formation/exercices", "rejoindre": "rejoindre"}.items():
                    trainee.goto(f"{root}/bac-a-sable/{path}")
                    shoot(trainee, f"{name}-{size}-{scheme}")
        browser.close()
    server.close()
    rooms.close()


def shoot(page, name):
    page.wait_for_load_state("load")
    page.screenshot(path=OUT / f"{name}.png", full_page=True)


if __name__ == "__main__":
    main()
