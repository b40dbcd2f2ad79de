"""Shoot chat, hotline, widget and interview, desktop and phone, light and dark, into build/screenshots.

`python -m tests.web.screenshots [ADDRESS]`: of a server that runs at this address, or of one started here.
"""

from __future__ import annotations

import os
import shutil
import sys
import threading

from tests.conftest import ROOT

SIZES = {"bureau": (1280, 900), "telephone": (390, 844)}
TALLEST = 3600


def say(text):
    def _say(page):
        count = page.locator(".turn.reply").count()
        page.locator("#message").fill(text)
        page.keyboard.press("Enter")
        page.locator(".turn.reply").nth(count).wait_for()

    return _say


def tell(text):
    def _tell(page):
        page.locator("#question").fill(text)
        with page.expect_navigation():
            page.keyboard.press("Enter")

    return _tell


def open_details(page):
    page.evaluate("document.querySelectorAll('.turn details, .whole details').forEach(d => d.open = true)")


def open_widget(page):
    page.get_by_role("button", name="Une question").click()
    frame = page.frame_locator("iframe")
    frame.locator("#message").fill("je suis kiné libéral, quelle boîte ?")
    frame.locator("#message").press("Enter")
    frame.locator(".turn.reply").wait_for()


SCENES = {
    "chat-vide": ("/chat", []),
    "chat-verdict": ("/chat", [say("je suis éducatrice spécialisée, ai-je droit à une boîte ?"), say("dans un IME")]),
    "chat-options": ("/chat", [say("je suis interne, ai-je une boîte ?")]),
    "chat-sujet": ("/chat", [say("j'ai perdu mon mot de passe")]),
    "chat-details": ("/chat", [say("mon message n'est pas arrivé"), open_details]),
    "chat-urgence": ("/chat", [say("mon mari a très mal à la poitrine et ne respire plus")]),
    "chat-refus": ("/chat", [say("le NIR de ma patiente est 2 85 05 78 006 084 36")]),
    "chat-lien": ("/chat?profession=orthophoniste", []),
    "hotline-vide": ("/hotline", []),
    "hotline-question": ("/hotline", [tell("j'ai une interne au téléphone, elle veut une boîte")]),
    "hotline-verdict": ("/hotline", [tell("secrétaire médicale dans un cabinet"), tell("et l'infirmière ?")]),
    "hotline-sujet": ("/hotline", [tell("elle a perdu son mot de passe Medimail")]),
    "widget": ("/widget/demo", [open_widget]),
    "eligibilite": ("/eligibilite", []),
    "eligibilite-verdict": ("/eligibilite?profession=interne&rpps=active", []),
}


def shoot(address, names):
    from playwright.sync_api import sync_playwright

    out = ROOT / "build" / "screenshots"
    out.mkdir(parents=True, exist_ok=True)
    chromium = os.environ.get("MSSANTE_CHROMIUM") or shutil.which("chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        for size, (width, height) in SIZES.items():
            for scheme in ("light", "dark"):
                context = browser.new_context(
                    viewport={"width": width, "height": height}, color_scheme=scheme, locale="fr-FR"
                )
                for name in names:
                    page = context.new_page()
                    path, steps = SCENES[name]
                    page.goto(address + path, wait_until="load")
                    for step in steps:
                        step(page)
                    full = min(page.evaluate("document.documentElement.scrollHeight"), TALLEST)
                    whole = {"x": 0, "y": 0, "width": width, "height": max(full, height)}
                    page.screenshot(
                        path=out / f"{name}-{size}-{scheme}.png", clip=None if name == "widget" else whole,
                        full_page=name != "widget",
                    )  # fmt: skip
                    page.close()
                context.close()
        browser.close()


def main():
    arguments = sys.argv[1:]
    if arguments and arguments[0].startswith("http"):
        shoot(arguments[0], arguments[1:] or list(SCENES))
        return
    from werkzeug.serving import make_server

    from bot.app import create_app
    from bot.settings import Settings
    from knowledge.base import load_base

    server = make_server("127.0.0.1", 0, create_app(Settings(secret_key="tests-only-" * 4), load_base()), threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    shoot(f"http://127.0.0.1:{server.server_port}", arguments or list(SCENES))


if __name__ == "__main__":
    main()
